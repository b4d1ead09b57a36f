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
use jwt_pair::UnixTime;
use jwt_pair_sessions::{
    AnyStore, End, EndReason, EndUser, List, MemoryStore, Page, Refresh, Session, SessionError,
    SessionPolicy, SessionStore, StoreError as _, StoreFault, Verdict,
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

/// An error of a store that says only what it must, and has a cause.
#[derive(Debug)]
struct Broken(core::fmt::Error);

impl core::fmt::Display for Broken {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("broken")
    }
}

impl core::error::Error for Broken {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(&self.0)
    }
}

impl jwt_pair_sessions::StoreError for Broken {}

struct BrokenStore;

impl SessionStore for BrokenStore {
    type Error = Broken;

    async fn insert(&self, _: &Session, _: UnixTime) -> Result<bool, Broken> {
        Err(Broken(core::fmt::Error))
    }

    async fn refresh(&self, _: &Refresh<'_>) -> Result<Verdict, Broken> {
        Err(Broken(core::fmt::Error))
    }

    async fn load(&self, _: &str) -> Result<Option<Session>, Broken> {
        Err(Broken(core::fmt::Error))
    }

    async fn end(&self, _: &End<'_>) -> Result<bool, Broken> {
        Err(Broken(core::fmt::Error))
    }

    async fn end_user(&self, _: &EndUser<'_>) -> Result<u64, Broken> {
        Err(Broken(core::fmt::Error))
    }

    async fn list(&self, _: &List<'_>) -> Result<Page, Broken> {
        Err(Broken(core::fmt::Error))
    }

    /// Waits with a state of 4,000 bytes, as a client of a database may have.
    async fn purge(&self, _: UnixTime) -> Result<u64, Broken> {
        let state = [0_u8; 4_000];
        core::future::ready(()).await;
        core::hint::black_box(&state);
        Err(Broken(core::fmt::Error))
    }
}

/// The future of a store is part of that of a call once, and not once more to be timed.
#[test]
fn the_future_of_a_call_holds_that_of_the_store_once() {
    let sessions = sessions(BrokenStore, SessionPolicy::new());
    let (of_call, of_store) = (sessions.purge(at(1)), sessions.store().purge(at(1)));
    let (of_call, of_store) = (size_of_val(&of_call), size_of_val(&of_store));
    assert!(of_store > 4_000 && of_call < of_store + 1_000, "{of_call} {of_store}");
}

/// Unless it says otherwise, a step may succeed later. An erased error has the cause that it had.
#[test]
fn an_error_of_a_store_is_unavailable_unless_it_says_otherwise() {
    let sessions = sessions(AnyStore::new(BrokenStore), SessionPolicy::new());
    let error = block_on(sessions.purge(at(LOGIN))).unwrap_err();
    assert_eq!(error.to_string(), "the session store did not answer: broken");
    let SessionError::Unavailable(inner) = error else { unreachable!() };
    let cause = inner.source().unwrap().to_string();
    assert_eq!((inner.fault(), cause), (StoreFault::Unavailable, core::fmt::Error.to_string()));
    assert_eq!(format!("{:?}", sessions.store()), "AnyStore { .. }");
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
