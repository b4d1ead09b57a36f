//! States in which a single check stands between a request and what it must not get. Ends of sessions
//! usually come before such a check: here there is none.

use std::time::Duration;

use jwt_pair::UnixTime;
use jwt_pair_sessions::{AnyStore, EndReason, Session, SessionStore as _};
use serde_json::json;

use crate::client::{Answer, Request, post};
use crate::inside::{Inside, sql};
use crate::running::PASSWORD;
use crate::store::TestStore;

const NEW: &str = "another good password";
const HOUR: Duration = Duration::from_secs(60 * 60);
const DISABLE: &str = "UPDATE accounts SET disabled_at = 1, ends_due = NULL WHERE name = 'ann'";
const CHANGE: &str = "UPDATE accounts SET password = '$other', ends_due = NULL WHERE name = 'ann'";

fn start() -> (Inside, TestStore) {
    let store = TestStore::default();
    (Inside::start_on(Some(AnyStore::new(store.clone())), &["--hashes", "8"]), store)
}

fn change(login: &Answer) -> Request {
    let body = json!({ "current": PASSWORD, "new": NEW });
    post("/auth/password").bearer(&login.text("access_token")).json(&body)
}

fn delete(login: &Answer) -> Request {
    let body = json!({ "password": PASSWORD });
    post("/auth/delete-account").bearer(&login.text("access_token")).json(&body)
}

fn refresh(login: &Answer) -> Request {
    post("/auth/refresh").page().cookie(&login.refresh_token().expect("a token"))
}

fn session(service: &Inside, id: &str) -> Session {
    service.runtime.block_on(service.app.store.load(id)).expect("a store").expect("a row")
}

fn is_alive(service: &Inside, login: &Answer) -> bool {
    session(service, &login.text("session_id")).ended.is_none()
}

/// The password of the account of this id; `None` if there is no account.
fn password(service: &Inside, id: i64) -> Option<String> {
    service.app.accounts.by_id(id).expect("a file").map(|account| account.password)
}

#[test]
fn a_disabled_account_has_no_refresh_although_its_session_stands() {
    let (service, _) = start();
    let ann = service.register("ann");
    service.sql(DISABLE);
    let refused = service.send(&refresh(&ann));
    let expected = json!({
        "status": 401, "title": "Unauthorized", "detail": "Invalid token",
        "error": "invalid_token", "reason": "ended",
    });
    refused.is_body(401, expected);
    assert!(is_alive(&service, &ann));
}

#[test]
fn a_disabled_account_changes_nothing_although_its_session_stands() {
    let (service, _) = start();
    let ann = service.register("ann");
    let before = password(&service, 1);
    service.sql(DISABLE);
    for request in [change(&ann), delete(&ann)] {
        let expected = json!({
            "status": 401, "title": "Unauthorized", "detail": "Invalid token",
            "error": "invalid_token",
        });
        service.send(&request).is_body(401, expected);
    }
    assert!(is_alive(&service, &ann));
    assert_eq!(password(&service, 1), before);
}

/// It is disabled after the password was checked, and before the session began.
#[test]
fn a_login_of_an_account_that_is_disabled_meanwhile_is_refused() {
    let (service, store) = start();
    service.register("ann");
    let directory = service.directory.path().to_owned();
    store.after_insert(move || {
        let accounts = rusqlite::Connection::open(directory.join("accounts.db"));
        assert_eq!(accounts.expect("a file").execute(DISABLE, []), Ok(1));
    });
    let refused = service.login("ann", PASSWORD);
    refused.is_problem(401, "Unauthorized", "Wrong name or password");
    assert_eq!(refused.header("set-cookie"), None);
    let list = jwt_pair_sessions::List {
        user_id: &1_i64.into(),
        after: None,
        limit: std::num::NonZeroUsize::MIN.saturating_add(9),
        now: UnixTime::now().expect("a clock"),
    };
    let page = service.runtime.block_on(service.app.store.list(&list)).expect("a store");
    // That of the registration, which nothing has ended.
    assert_eq!(page.sessions.len(), 1);
}

/// Both know the password. The second comes in while that of the first is checked.
#[test]
fn of_two_changes_at_once_one_is_refused() {
    for first in [change, delete] {
        let (service, _) = start();
        let ann = service.register("ann");
        let gate = service.gate();
        let begun = service.begin(&first(&ann));
        service.settle();
        assert!(!begun.is_finished());
        sql(&service.directory, CHANGE);
        drop(gate);
        service.end(begun).is_problem(403, "Forbidden", "Wrong password");
        assert_eq!(password(&service, 1).as_deref(), Some("$other"));
    }
}

/// Whether the password is changed by then or not: with a new one, no session of the old one stands.
#[test]
fn a_change_of_password_that_a_store_stops_leaves_no_session_of_the_old_one() {
    let (service, store) = start();
    let other = service.register("ann");
    let own = service.login("ann", PASSWORD);
    store.keeps(true);
    service.send(&change(&own)).is(503);
    let is_changed = service.login("ann", PASSWORD).status == 401;
    if is_changed {
        // Nothing gets past what is due.
        for request in [refresh(&other), refresh(&own)] {
            service.send(&request).is_problem(503, "Service Unavailable", "Try again");
        }
        service.login("ann", NEW).is_problem(503, "Service Unavailable", "Try again");
    }
    assert!(is_alive(&service, &other));
    store.keeps(false);
    if !is_changed {
        service.send(&change(&own)).is(200);
    }
    service.login("ann", NEW).is(200);
    assert!(!is_alive(&service, &other));
    service.send(&refresh(&own)).is(200);
    let account = service.app.accounts.by_id(1).expect("a file").expect("an account");
    assert_eq!(account.ends_due, None);
}

/// The store goes away after the others were ended, and before it is seen that one more has begun. The
/// row of the account remembers that, and nothing gets past it.
#[test]
fn a_session_that_begins_during_a_change_of_password_is_ended_later() {
    let (service, store) = start();
    let own = service.register("ann");
    let now = UnixTime::now().expect("a clock");
    let late = Session::new("late".into(), 1_i64.into(), now, now.saturating_add(HOUR));
    let inner = store.clone();
    store.after_end_user(move || {
        let away = inner.clone();
        let inserted = std::thread::spawn(move || {
            crate::inside::runtime().block_on(inner.insert(&late, now)).expect("a store")
        });
        assert!(inserted.join().expect("no panic"));
        away.keeps(true);
    });
    service.send(&change(&own)).is(200);
    let ends_due = || {
        let account = service.app.accounts.by_id(1).expect("a file").expect("an account");
        account.ends_due
    };
    assert_eq!(ends_due(), Some(own.text("session_id")));
    service.login("ann", NEW).is_problem(503, "Service Unavailable", "Try again");
    service.send(&refresh(&own)).is_problem(503, "Service Unavailable", "Try again");
    store.keeps(false);
    service.send(&refresh(&own)).is(200);
    assert_eq!(session(&service, "late").ended.map(|ended| ended.why), Some(EndReason::Others));
    assert_eq!(ends_due(), None);
}

/// The account is still there, so its owner can ask again.
#[test]
fn no_account_is_deleted_whose_sessions_cannot_be_ended() {
    let (service, store) = start();
    let ann = service.register("ann");
    store.keeps(true);
    service.send(&delete(&ann)).is_problem(503, "Service Unavailable", "Try again");
    store.keeps(false);
    service.login("ann", PASSWORD).is(200);
    service.send(&delete(&ann)).is(204);
    assert_eq!(password(&service, 1), None);
    assert!(!is_alive(&service, &ann));
}

/// It begins after the sessions were ended, and before the account is gone.
#[test]
fn a_session_that_begins_during_the_deletion_is_ended() {
    let (service, store) = start();
    let ann = service.register("ann");
    let now = UnixTime::now().expect("a clock");
    let late = Session::new("late".into(), 1_i64.into(), now, now.saturating_add(HOUR));
    let (inner, row) = (store.clone(), late.clone());
    store.after_end_user(move || {
        let inserted = std::thread::spawn(move || {
            crate::inside::runtime().block_on(inner.insert(&row, now)).expect("a store")
        });
        assert!(inserted.join().expect("no panic"));
    });
    service.send(&delete(&ann)).is(204);
    assert_eq!(session(&service, "late").ended.map(|ended| ended.why), Some(EndReason::All));
}

/// The account is gone by then, so it stays gone: what is left is said in the log.
#[test]
fn a_store_that_goes_away_during_the_deletion_does_not_undo_it() {
    let (service, store) = start();
    let ann = service.register("ann");
    let away = store.clone();
    store.after_end_user(move || away.keeps(true));
    service.send(&delete(&ann)).is(204);
    assert_eq!(password(&service, 1), None);
}
