//! What the tests of sessions share: a login, a refresh, and futures that never wait.
#![allow(dead_code, reason = "each test file is a crate of its own and uses a part of this")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use core::pin::pin;
use core::task::{Context, Poll, Waker};
use core::time::Duration;

use jwt_pair::serde_json::{Value, json};
use jwt_pair::{
    IssuedToken, Key, KeyRing, PairIssuer, PairPolicy, RefreshClaims, TokenPair, UnixTime, UserId,
};
use jwt_pair_sessions::{
    EndReason, Ended, List, Login, Refreshed, Renewal, Session, SessionError, SessionPolicy,
    SessionStore, Sessions, shown,
};

#[cfg(feature = "std")]
pub(crate) mod faulty_store;
#[cfg(feature = "std")]
pub(crate) mod outcomes;

/// When the sessions of the tests begin.
pub(crate) const LOGIN: u64 = 1_700_000_000;
pub(crate) const DAY: u64 = 24 * 60 * 60;
/// The defaults of the pair and of its sessions.
pub(crate) const REFRESH_LIFETIME: u64 = 7 * DAY;
pub(crate) const MAX_LIFETIME: u64 = 90 * DAY;
pub(crate) const WINDOW: u64 = 300;

/// Names of sessions that a store or a parser could stumble over.
pub(crate) const HOSTILE: [&str; 16] = [
    "",
    ".",
    "..",
    "1",
    "s.1",
    "s.1.1",
    "s.",
    "\0",
    "a\0b",
    "{tag}s",
    "s\"'`\\",
    "'; DROP TABLE sessions; --",
    "\r\n\t ",
    "\u{feff}\u{202e}e\u{301}",
    "\u{1f980}",
    "*?[a-z]%_",
];

pub(crate) const fn at(seconds: u64) -> UnixTime {
    UnixTime::from_secs(seconds)
}

pub(crate) const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// The stores of the tests answer at once or not at all.
#[track_caller]
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("a future waited, and nothing will wake it"),
    }
}

pub(crate) fn keys() -> KeyRing {
    Key::new(b"32 bytes that sign in these test").unwrap().into()
}

pub(crate) fn issuer() -> PairIssuer {
    PairIssuer::new(keys(), PairPolicy::new())
}

pub(crate) fn sessions<S: SessionStore>(store: S, policy: SessionPolicy) -> Sessions<S> {
    Sessions::new(issuer(), store, policy).unwrap()
}

/// What user 123 logs in with.
pub(crate) fn of_user(session_id: &str) -> Login<'_> {
    Login::new(123, "customer").session_id(session_id).label("Firefox on Linux")
}

/// Logs user 123 in at [`LOGIN`].
#[track_caller]
pub(crate) fn login<S: SessionStore>(sessions: &Sessions<S>, session_id: &str) -> TokenPair {
    block_on(sessions.start(&of_user(session_id), at(LOGIN))).unwrap().pair
}

/// What a service does with a refresh token that it is shown.
pub(crate) fn refresh<S: SessionStore>(
    sessions: &Sessions<S>,
    token: &str,
    now: u64,
) -> Result<Refreshed, SessionError<S::Error>> {
    let claims = sessions.issuer().verify_refresh(token, at(now))?;
    block_on(sessions.refresh(&claims, &Renewal::new("customer"), at(now)))
}

/// All sessions of a user.
#[track_caller]
pub(crate) fn list<S: SessionStore>(
    sessions: &Sessions<S>,
    user_id: impl Into<UserId>,
    now: u64,
) -> Vec<Session> {
    let user_id = &user_id.into();
    let limit = 1_000_000.try_into().unwrap();
    let page = block_on(sessions.list(&List { user_id, after: None, limit, now: at(now) }));
    let page = page.unwrap();
    assert_eq!(page.next, None);
    page.sessions
}

#[track_caller]
pub(crate) fn rotated<E: core::fmt::Debug>(
    result: Result<Refreshed, SessionError<E>>,
) -> TokenPair {
    match result {
        Ok(Refreshed::Rotated(pair)) => pair,
        other => panic!("{other:?} is not Rotated"),
    }
}

#[track_caller]
pub(crate) fn kept<E: core::fmt::Debug>(result: Result<Refreshed, SessionError<E>>) -> IssuedToken {
    match result {
        Ok(Refreshed::Kept(access)) => access,
        other => panic!("{other:?} is not Kept"),
    }
}

#[track_caller]
pub(crate) fn repeated<E: core::fmt::Debug>(
    result: Result<Refreshed, SessionError<E>>,
) -> TokenPair {
    match result {
        Ok(Refreshed::Repeated(pair)) => pair,
        other => panic!("{other:?} is not Repeated"),
    }
}

/// Why, and when.
pub(crate) fn ended(why: EndReason, now: u64) -> Option<Ended> {
    Some(Ended { why, at: at(now) })
}

/// The refusal of a session that was ended so.
pub(crate) fn revoked<E>(why: EndReason, now: u64) -> SessionError<E> {
    SessionError::Revoked(ended(why, now))
}

#[track_caller]
pub(crate) fn reuse<E: core::fmt::Debug>(result: Result<Refreshed, SessionError<E>>) -> Session {
    match result {
        Err(SessionError::Reuse(row)) => *row,
        other => panic!("{other:?} is not Reuse"),
    }
}

#[track_caller]
pub(crate) fn ahead<E: core::fmt::Debug>(result: Result<Refreshed, SessionError<E>>) -> Session {
    match result {
        Err(SessionError::Ahead(row)) => *row,
        other => panic!("{other:?} is not Ahead"),
    }
}

/// A refresh token with any claims beside the pair's, as only a holder of the key can make it.
pub(crate) fn refresh_token(session_id: &str, more: &Value) -> String {
    let mut claims = json!({
        "user_id": 123, "session_id": session_id, "exp": LOGIN + REFRESH_LIFETIME, "iat": LOGIN,
    });
    let members = claims.as_object_mut().unwrap();
    members.extend(more.as_object().unwrap().clone());
    jwt_pair::jws::sign(claims.to_string().as_bytes(), "refresh+jwt", &keys()).unwrap()
}

pub(crate) fn claims_of(token: &str) -> RefreshClaims {
    issuer().verify_refresh(token, at(LOGIN)).unwrap()
}

/// The generation that a refresh token names.
#[track_caller]
pub(crate) fn generation_of(token: &str) -> u64 {
    shown(&claims_of(token)).unwrap().generation
}

/// A row that is alive at [`LOGIN`], of user 123.
pub(crate) fn row(session_id: &str, generation: u64) -> Session {
    let mut row = Session::new(session_id.into(), 123.into(), at(LOGIN), at(LOGIN + MAX_LIFETIME));
    row.label = "Firefox on Linux".into();
    row.generation = generation;
    row.expires_at = at(LOGIN + REFRESH_LIFETIME);
    row
}
