//! Sessions that are to end: all of them, once, and counted.

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use jwt_pair::UnixTime;
use jwt_pair_service::accounts::{Accounts, Name};
use jwt_pair_service::ends::Ends;
use jwt_pair_sessions::{AnyStore, MemoryStore};
use serde_json::json;

use crate::account::wait_for_ends;
use crate::client::{get, post};
use crate::running::{PASSWORD, Running, credentials};
use crate::store::TestStore;

const NEW: &str = "another good password";

fn start() -> (Running, TestStore) {
    let store = TestStore::default();
    let directory = tempfile::tempdir().expect("a directory");
    (Running::start_on(directory, Some(AnyStore::new(store.clone())), &[]), store)
}

/// The service does so before its first request.
#[test]
fn what_is_due_is_done_for_all_accounts() {
    let directory = tempfile::tempdir().expect("a directory");
    let accounts = Accounts::open(&directory.path().join("accounts.db")).expect("a file");
    let store = AnyStore::new(MemoryStore::new());
    let ends = Ends::new(accounts.clone(), store, Arc::default());
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        for n in 0..201 {
            let name = Name::new(&format!("user{n}")).expect("a name");
            let inserted = accounts.insert(name.clone(), "hash".into(), 0).await.expect("a file");
            assert!(inserted.is_some());
            assert!(accounts.end_sessions(&name).await.expect("a file"));
        }
        ends.finish_all(UnixTime::from_secs(1)).await.expect("a store");
    });
    assert_eq!(accounts.with_ends_due().expect("a file"), []);
}

fn end_sessions(service: &Running, name: &str) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let name = Name::new(name).expect("a name");
    let ended = service.app.accounts.end_sessions(&name);
    assert!(runtime.block_on(ended).expect("a file"));
}

/// A login ends what is due, and begins its session. The task, which is at the same work, does not end
/// that one too.
#[test]
fn a_login_while_sessions_end_is_not_ended_with_them() {
    let (service, store) = start();
    service.register("ann");
    service.register("bob");
    let (address, (sent, logins)) = (service.address, channel());
    store.before_end_user(move || {
        let login =
            std::thread::spawn(move || credentials("/auth/login", "ann", PASSWORD).send(address));
        // It waits for this step. If it did not, it would be over long before this time is.
        tokio::task::block_in_place(|| {
            let begin = Instant::now();
            while !login.is_finished() && begin.elapsed() < Duration::from_secs(1) {
                std::thread::sleep(Duration::from_millis(10));
            }
        });
        sent.send(login).expect("a test");
    });
    end_sessions(&service, "ann");
    let login = logins.recv().expect("a login").join().expect("no panic");
    // The next step of the task comes after the one of above.
    end_sessions(&service, "bob");
    wait_for_ends(&service, 2);
    service.send(&get("/auth/sessions").bearer(&login.is(200).text("access_token"))).is(200);
}

/// After the change, the task could be first, and the answer would say 0.
#[test]
fn a_change_of_password_counts_the_sessions_that_end_before_it() {
    let (service, store) = start();
    service.register("ann");
    service.login("ann", PASSWORD).is(200);
    let own = service.login("ann", PASSWORD).text("access_token");
    let accounts = service.app.accounts.clone();
    let password = move || accounts.by_id(1).expect("a file").expect("an account").password;
    let (before, (seen, is_seen)) = (password(), channel());
    let then = password.clone();
    store.before_end_user(move || seen.send(then()).expect("a test"));
    let body = json!({ "current": PASSWORD, "new": service.secret(NEW) });
    let changed = service.send(&post("/auth/password").bearer(&own).json(&body));
    assert_eq!((changed.status, changed.json()), (200, json!({ "ended": 2 })));
    assert_eq!(is_seen.recv().expect("an end"), before);
    assert_ne!(password(), before);
}

#[test]
fn a_change_of_password_without_a_store_changes_nothing() {
    let (service, store) = start();
    let own = service.register("ann").text("access_token");
    let away = store.clone();
    store.before_end_user(move || away.goes(true));
    let body = json!({ "current": PASSWORD, "new": service.secret(NEW) });
    let refused = service.send(&post("/auth/password").bearer(&own).json(&body));
    refused.is_problem(503, "Service Unavailable", "Try again");
    assert_eq!(refused.header("retry-after"), Some("1"));
    store.goes(false);
    service.login("ann", PASSWORD).is(200);
}

#[test]
fn each_end_is_counted() {
    let service = Running::start(&[]);
    let ended = || service.app.counters.sessions_ended.value();
    service.register("ann");
    let own = service.login("ann", PASSWORD).text("access_token");
    let body = json!({ "current": PASSWORD, "new": service.secret(NEW) });
    service.send(&post("/auth/password").bearer(&own).json(&body)).is(200);
    assert_eq!(ended(), 1);
    service.login("ann", NEW).is(200);
    end_sessions(&service, "ann");
    wait_for_ends(&service, 1);
    assert_eq!(ended(), 3);
    service.login("ann", NEW).is(200);
    let own = service.login("ann", NEW).text("access_token");
    let body = json!({ "password": NEW });
    service.send(&post("/auth/delete-account").bearer(&own).json(&body)).is(204);
    assert_eq!(ended(), 5);
}

/// "Try again" is true: the name is not taken by the first try.
#[test]
fn a_registration_without_a_store_makes_no_account() {
    let (service, store) = start();
    store.goes(true);
    let refused = service.send(&credentials("/auth/register", "ann", PASSWORD));
    refused.is_problem(503, "Service Unavailable", "Try again");
    assert_eq!(refused.header("retry-after"), Some("1"));
    store.goes(false);
    service.register("ann");
}
