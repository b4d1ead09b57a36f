//! A store behind a pointer or an erased type, its errors, and the hook for events.
#![cfg(feature = "std")]
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

use alloc::sync::Arc;
use core::error::Error as _;
use std::sync::Mutex;

use crate::common::faulty_store::{Down, Fault, FaultyStore};
use crate::common::{
    LOGIN, WINDOW, at, block_on, kept, list, login, of_user, refresh, refresh_token, repeated,
    reuse, rotated, sessions,
};
use jwt_pair::serde_json::json;
use jwt_pair_sessions::{
    AnyStore, EndReason, EventKind, MemoryStore, SessionError, SessionPolicy, SessionStore,
    StoreError as _, StoreFault,
};

const LATER: u64 = LOGIN + 1_000;

/// Every call reaches the store behind it.
fn all_calls_reach<S: SessionStore>(store: S) {
    let sessions = sessions(store, SessionPolicy::new());
    let token = login(&sessions, "s").refresh.token;
    login(&sessions, "t");
    kept(refresh(&sessions, &token, LOGIN));
    rotated(refresh(&sessions, &token, LATER));
    assert_eq!(list(&sessions, 123, LATER).len(), 2);
    let user = 123.into();
    assert_eq!(block_on(sessions.revoke_others(&user, "s", at(LATER))).unwrap(), 1);
    assert!(block_on(sessions.revoke("s", at(LATER))).unwrap());
    let row = block_on(sessions.store().load("s")).unwrap().unwrap();
    assert_eq!(row.ended.unwrap().why, EndReason::Logout);
    assert_eq!(block_on(sessions.purge(at(u64::MAX))).unwrap(), 2);
}

#[test]
fn a_store_behind_a_pointer_is_a_store() {
    all_calls_reach(MemoryStore::new());
    let store = MemoryStore::new();
    all_calls_reach::<&MemoryStore>(&store);
    all_calls_reach::<&&MemoryStore>(&&store);
    all_calls_reach(Arc::new(MemoryStore::new()));
    all_calls_reach(Box::new(MemoryStore::new()));
    all_calls_reach(AnyStore::new(MemoryStore::new()));
    all_calls_reach(AnyStore::new(Arc::new(MemoryStore::new())));
    all_calls_reach(AnyStore::new(AnyStore::new(FaultyStore::default())));
}

#[test]
fn the_error_of_an_erased_store_says_what_the_store_said() {
    let faulty = FaultyStore::default();
    let sessions = sessions(AnyStore::new(faulty.clone()), SessionPolicy::new());
    faulty.fail(&[Fault::Before]);
    let error = block_on(sessions.start(&of_user("s"), at(LOGIN))).unwrap_err();
    let log = "the session store did not answer: connection reset";
    assert_eq!((error.to_string().as_str(), error.http_status()), (log, 503));
    let SessionError::Unavailable(inner) = error else { unreachable!() };
    assert_eq!(inner.fault(), StoreFault::Unavailable);
    let refused = block_on(sessions.start(&of_user(&"s".repeat(2_000)), at(LOGIN))).unwrap_err();
    assert!(matches!(refused, SessionError::Refused(_)), "{refused:?}");
    assert_eq!(refused.source().unwrap().to_string(), "the name is too long");
}

/// Services hand errors and futures from one thread to another.
#[test]
fn errors_and_futures_are_send() {
    fn send<T: Send>(_: &T) {}
    let sessions = sessions(FaultyStore::default(), SessionPolicy::new());
    let token = login(&sessions, "s").refresh.token;
    let claims = sessions.issuer().verify_refresh(&token, at(LOGIN)).unwrap();
    let (login, renewal) = (of_user("t"), jwt_pair_sessions::Renewal::new("customer"));
    send(&sessions.start(&login, at(LOGIN)));
    send(&sessions.refresh(&claims, &renewal, at(LOGIN)));
    send(&sessions.logout(&token, at(LOGIN)));
    send(&SessionError::Unavailable(Down::NoAnswer));
}

/// Each outcome is an event, with the session and the row.
#[test]
fn the_hook_is_told_each_outcome() {
    let events = Arc::new(Mutex::new(Vec::new()));
    let (told, store) = (Arc::clone(&events), FaultyStore::default());
    let policy = SessionPolicy::new().adopt_tokens_without_jti();
    let sessions = sessions(store.clone(), policy).on_event(move |event| {
        let generation = event.session.map(|row| row.generation);
        let name = event.session_id.map(str::to_owned);
        told.lock().unwrap().push((event.kind, name, generation));
    });
    let expect = |kind, session_id: Option<&str>, generation| {
        let event = events.lock().unwrap().drain(..).collect::<Vec<_>>();
        assert_eq!(event, [(kind, session_id.map(str::to_owned), generation)]);
    };
    let token = login(&sessions, "s").refresh.token;
    expect(EventKind::Started, Some("s"), Some(1));
    login(&sessions, "s");
    expect(EventKind::StartedAgain, Some("s"), Some(1));
    kept(refresh(&sessions, &token, LOGIN));
    expect(EventKind::Kept, Some("s"), Some(1));
    rotated(refresh(&sessions, &token, LATER));
    expect(EventKind::Rotated, Some("s"), Some(2));
    repeated(refresh(&sessions, &token, LATER));
    expect(EventKind::Repeated, Some("s"), Some(2));
    for _ in 0..2 {
        reuse(refresh(&sessions, &token, LATER + WINDOW));
        expect(EventKind::Reuse, Some("s"), Some(2));
    }
    let absent = refresh_token("none", &json!({ "jti": "none.1" }));
    assert_eq!(refresh(&sessions, &absent, LATER), Err(SessionError::Revoked(None)));
    expect(EventKind::Revoked, Some("none"), None);
    let old = refresh_token("old", &json!({}));
    let adopted = rotated(refresh(&sessions, &old, LOGIN)).refresh.token;
    expect(EventKind::Adopted, Some("old"), Some(1));
    let unknown = refresh_token("old", &json!({ "jti": "old.7" }));
    crate::common::ahead(refresh(&sessions, &unknown, LOGIN));
    expect(EventKind::Ahead, Some("old"), Some(1));
    crate::common::ahead(refresh(&sessions, &adopted, LOGIN));
    expect(EventKind::Ahead, Some("old"), Some(1));
    login(&sessions, "t");
    events.lock().unwrap().clear();
    let user = 123.into();
    assert_eq!(block_on(sessions.revoke_user(&user, at(LATER))), Ok(1));
    expect(EventKind::Ended { why: EndReason::All, sessions: 1 }, None, None);
    assert_eq!(block_on(sessions.revoke_of(&user, "t", at(LATER))), Ok(false));
    expect(EventKind::Ended { why: EndReason::Logout, sessions: 0 }, Some("t"), None);
    store.fail(&[Fault::After]);
    let unavailable = SessionError::Unavailable(Down::NoAnswer);
    assert_eq!(refresh(&sessions, &token, LATER), Err(unavailable));
    expect(EventKind::Unavailable, Some("s"), None);
    let long = "s".repeat(2_000);
    let refused = block_on(sessions.start(&of_user(&long), at(LOGIN)));
    assert_eq!(refused, Err(SessionError::Refused(Down::NameTooLong)));
    expect(EventKind::Refused, Some(&long), None);
}
