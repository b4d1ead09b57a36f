//! A store behind a pointer or an erased type, and its errors.
#![cfg(feature = "std")]
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

use alloc::sync::Arc;
use core::error::Error as _;

use crate::common::faulty_store::{Down, Fault, FaultyStore};
use crate::common::{LOGIN, at, block_on, kept, list, login, of_user, refresh, rotated, sessions};
use jwt_pair_sessions::{
    AnyStore, EndReason, MemoryStore, SessionError, SessionPolicy, SessionStore, StoreError as _,
    StoreFault,
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
