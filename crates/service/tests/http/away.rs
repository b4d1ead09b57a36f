//! A store that is away logs nobody out, and keeps nothing alive that was to end.

use jwt_pair_sessions::AnyStore;
use serde_json::json;

use crate::client::{Answer, get, post};
use crate::running::{PASSWORD, Running};
use crate::store::TestStore;

const NEW: &str = "another good password";

fn start() -> (Running, TestStore) {
    let store = TestStore::default();
    let directory = tempfile::tempdir().expect("a directory");
    let service = Running::start_on(directory, Some(AnyStore::new(store.clone())), &[]);
    service.secret(NEW);
    (service, store)
}

#[track_caller]
fn is_unavailable(answer: &Answer) {
    answer.is_problem(503, "Service Unavailable", "Try again");
    assert_eq!(answer.header("retry-after"), Some("1"));
    assert_eq!(answer.header("set-cookie"), None);
}

#[test]
fn nobody_is_logged_out() {
    let (service, store) = start();
    let ann = service.register("ann");
    let (token, cookie) = (ann.text("access_token"), ann.refresh_token().expect("a token"));
    store.goes(true);
    is_unavailable(&service.send(&get("/readyz")));
    is_unavailable(&service.login("ann", PASSWORD));
    is_unavailable(&service.send(&post("/auth/refresh").page().cookie(&cookie)));
    is_unavailable(&service.send(&post("/auth/logout").page().cookie(&cookie)));
    is_unavailable(&service.send(&get("/auth/sessions").bearer(&token)));
    service.send(&get("/me").bearer(&token)).is(200);
    service.send(&get("/healthz")).is(200);
    store.goes(false);
    service.send(&get("/readyz")).is(200);
    service.send(&post("/auth/refresh").page().cookie(&cookie)).is(200);
}

/// The row of the account remembers that the others are to end, until they have.
#[test]
fn the_sessions_of_an_old_password_end_when_the_store_is_back() {
    let (service, store) = start();
    let other = service.register("ann");
    let own = service.login("ann", PASSWORD);
    let id = 1;
    let account = service.app.accounts.by_id(id).expect("a file").expect("an account");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let hash =
        service.app.passwords.hash(jwt_pair_service::password::Password::to_check(NEW.into()));
    let hash = runtime.block_on(hash).expect("a hash");
    store.goes(true);
    let kept = own.text("session_id");
    let set = runtime.block_on(service.app.accounts.set_password(&account, hash, &kept));
    assert!(set.expect("a file"));
    store.goes(false);
    // At once, whether or not the task that looks for it has.
    let refresh = |login: &Answer| {
        let cookie = login.refresh_token().expect("a token");
        service.send(&post("/auth/refresh").page().cookie(&cookie))
    };
    assert_eq!((refresh(&other).status, &refresh(&other).json()["reason"]), (401, &json!("ended")));
    refresh(&own).is(200);
    let account = service.app.accounts.by_id(id).expect("a file").expect("an account");
    assert_eq!(account.ends_due, None);
}

/// The change comes in after the password was checked, and before the session began.
#[test]
fn a_login_with_a_password_that_changes_meanwhile_is_refused() {
    let (service, store) = start();
    service.register("ann");
    let accounts = service.app.accounts.clone();
    let (done, is_done) = std::sync::mpsc::channel();
    store.after_insert(move || {
        let account = accounts.by_id(1).expect("a file").expect("an account");
        let change = async move { accounts.set_password(&account, "$other".into(), "").await };
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().expect("a runtime");
            done.send(runtime.block_on(change).expect("a file")).expect("a test");
        })
        .join()
        .expect("no panic");
    });
    let refused = service.login("ann", PASSWORD);
    refused.is_problem(401, "Unauthorized", "Wrong name or password");
    assert_eq!(refused.header("set-cookie"), None);
    assert!(is_done.recv().expect("a change"));
}
