//! What goes on beside the requests, without waiting for it.

use std::process::Command;
use std::time::Duration;

use jwt_pair::UnixTime;
use jwt_pair_service::accounts::Name;
use jwt_pair_service::run::Service;
use jwt_pair_sessions::{AnyStore, EndReason, Session, SessionStore as _};

use crate::inside::{args, runtime};
use crate::running::Running;
use crate::store::TestStore;

/// The command, while the service runs. What is alive stays.
#[test]
fn purge_removes_the_rows_that_have_expired() {
    let service = Running::start(&["--sessions", "sqlite"]);
    let alive = service.register("ann").text("session_id");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (start, end) = (UnixTime::from_secs(100), UnixTime::from_secs(200));
    for id in ["old", "older"] {
        let row = Session::new(id.into(), 1_i64.into(), start, end);
        assert!(runtime.block_on(service.app.store.insert(&row, start)).expect("a store"));
    }
    let purge = || {
        let mut purge = Command::new(env!("CARGO_BIN_EXE_jwt-pair-service"));
        purge.arg("--data").arg(service.directory.path()).args(["--sessions", "sqlite", "purge"]);
        let output = purge.output();
        String::from_utf8(output.expect("the program").stdout).expect("UTF-8")
    };
    assert_eq!([purge(), purge()], ["2 rows removed\n", "0 rows removed\n"]);
    for (id, is_there) in [("old", false), ("older", false), (&*alive, true)] {
        let row = runtime.block_on(service.app.store.load(id)).expect("a store");
        assert_eq!(row.is_some(), is_there, "{id}");
    }
}

/// What was written while no service ran is done before the first request is taken.
#[test]
fn a_start_ends_what_is_due() {
    let store = TestStore::default();
    let directory = tempfile::tempdir().expect("a directory");
    let shared = Some(AnyStore::new(store.clone()));
    let service = Running::start_on(directory, shared.clone(), &[]);
    let id = service.register("ann").text("session_id");
    let directory = service.into_directory();
    let runtime = runtime();
    let accounts =
        jwt_pair_service::accounts::Accounts::open(&directory.path().join("accounts.db"));
    let name = Name::new("ann").expect("a name");
    let due = runtime.block_on(accounts.expect("a file").end_sessions(&name));
    assert!(due.expect("a file"));
    let alive = || runtime.block_on(store.load(&id)).expect("a store").expect("a row").ended;
    assert_eq!(alive(), None);
    let opened = runtime.block_on(Service::open_with(args(&directory, &[]), shared));
    let _service = opened.expect("a service");
    assert_eq!(alive().map(|ended| ended.why), Some(EndReason::All));
}

/// The time of this runtime goes on whenever all work waits, so hours pass at once.
#[test]
fn expired_rows_are_removed_each_hour() {
    let store = TestStore::default();
    let directory = tempfile::tempdir().expect("a directory");
    let runtime = runtime();
    runtime.block_on(async {
        let args = args(&directory, &["--key-poll", "1h"]);
        let service = Service::open_with(args, Some(AnyStore::new(store.clone()))).await;
        let hours = async {
            // Half an hour off, so that no two times are the same.
            tokio::time::sleep(Duration::from_secs(30 * 60)).await;
            let mut purges = vec![store.purges()];
            for _ in 0..3 {
                tokio::time::sleep(Duration::from_secs(60 * 60)).await;
                purges.push(store.purges());
            }
            assert_eq!(purges, [1, 2, 3, 4]);
        };
        service.expect("a service").serve(hours).await.expect("no listener of metrics");
    });
}
