//! Logout, the account page, and the check of an access token against its session.
#![cfg(feature = "std")]
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

use crate::common::{
    LOGIN, MAX_LIFETIME, REFRESH_LIFETIME, at, block_on, login, refresh, rotated, row, sessions,
};
use jwt_pair::{AccessClaims, Identity};
use jwt_pair_sessions::{MemoryStore, Session, SessionError, SessionPolicy, Sessions};

fn in_memory() -> Sessions<MemoryStore> {
    sessions(MemoryStore::new(), SessionPolicy::new())
}

fn access(sessions: &Sessions<MemoryStore>, token: &str, now: u64) -> AccessClaims {
    sessions.issuer().verify_access(token, at(now)).unwrap()
}

#[test]
fn a_logout_ends_one_session() {
    let sessions = in_memory();
    let [one, other] = ["one", "other"].map(|name| login(&sessions, name));
    let revoke = |name| block_on(sessions.revoke(name, at(LOGIN)));
    assert_eq!(revoke("one"), Ok(true));
    assert_eq!(revoke("one"), Ok(false));
    assert_eq!(revoke("none"), Ok(false));
    assert_eq!(refresh(&sessions, &one.refresh.token, LOGIN), Err(SessionError::Revoked));
    rotated(refresh(&sessions, &other.refresh.token, LOGIN));

    let check =
        |token: &str, now| block_on(sessions.check(&access(&sessions, token, LOGIN), at(now)));
    assert_eq!(check(&one.access.token, LOGIN), Err(SessionError::Revoked));
    assert_eq!(check(&other.access.token, LOGIN), Ok(()));
    assert_eq!(check(&other.access.token, LOGIN + REFRESH_LIFETIME - 1), Ok(()));
    assert_eq!(check(&other.access.token, LOGIN + REFRESH_LIFETIME), Err(SessionError::Revoked));
}

#[test]
fn a_new_password_ends_all_sessions_of_a_user() {
    let sessions = in_memory();
    let tokens = ["a", "b", "c"].map(|name| login(&sessions, name).refresh.token);
    let text = Identity::new("123", "customer", "d");
    let other = block_on(sessions.start(&text, "", at(LOGIN))).unwrap().refresh.token;
    block_on(sessions.revoke("c", at(LOGIN))).unwrap();

    let revoke = || block_on(sessions.revoke_user(&123.into(), at(LOGIN)));
    assert_eq!(revoke(), Ok(2));
    assert_eq!(revoke(), Ok(0));
    for token in tokens {
        assert_eq!(refresh(&sessions, &token, LOGIN), Err(SessionError::Revoked));
    }
    // The text "123" is another user than the integer.
    rotated(refresh(&sessions, &other, LOGIN));
    let later = login(&sessions, "later").refresh.token;
    rotated(refresh(&sessions, &later, LOGIN));
}

#[test]
fn the_account_page_lists_what_is_alive_oldest_first() {
    let sessions = in_memory();
    let start = |user: i64, name: &str, label: &str, now| {
        let identity = Identity::new(user, "customer", name);
        block_on(sessions.start(&identity, label, at(now))).unwrap().refresh.token
    };
    let phone = start(123, "phone", "Phone \u{1f4f1} <b>", LOGIN + 2);
    start(123, "laptop", "", LOGIN + 1);
    start(123, "gone", "Library", LOGIN);
    start(124, "else", "Somebody else", LOGIN);
    block_on(sessions.revoke("gone", at(LOGIN))).unwrap();
    rotated(refresh(&sessions, &phone, LOGIN + 50));

    let list = |user: i64, now| block_on(sessions.list(&user.into(), at(now))).unwrap();
    let laptop = Session {
        label: String::new(),
        started_at: at(LOGIN + 1),
        rotated_at: at(LOGIN + 1),
        expires_at: at(LOGIN + 1 + REFRESH_LIFETIME),
        deadline: at(LOGIN + 1 + MAX_LIFETIME),
        ..row("laptop", 1)
    };
    let phone = Session {
        label: "Phone \u{1f4f1} <b>".into(),
        started_at: at(LOGIN + 2),
        rotated_at: at(LOGIN + 50),
        expires_at: at(LOGIN + 50 + REFRESH_LIFETIME),
        deadline: at(LOGIN + 2 + MAX_LIFETIME),
        ..row("phone", 2)
    };
    assert_eq!(list(123, LOGIN + 60), [laptop, phone.clone()]);
    assert_eq!(list(123, LOGIN + 1 + REFRESH_LIFETIME), [phone]);
    assert_eq!(list(123, LOGIN + 50 + REFRESH_LIFETIME), []);
    assert_eq!(list(125, LOGIN), []);
}

#[test]
fn a_name_is_not_used_twice() {
    let sessions = in_memory();
    let token = login(&sessions, "s").refresh.token;
    let start = |user: i64, now| {
        block_on(sessions.start(&Identity::new(user, "customer", "s"), "", at(now)))
    };
    assert_eq!(start(123, LOGIN), Err(SessionError::SessionExists));
    assert_eq!(start(666, LOGIN), Err(SessionError::SessionExists));
    rotated(refresh(&sessions, &token, LOGIN));
    block_on(sessions.revoke("s", at(LOGIN))).unwrap();
    assert_eq!(start(123, LOGIN), Err(SessionError::SessionExists));
    assert!(start(666, LOGIN + REFRESH_LIFETIME).is_ok());
}
