//! Names, numbers and rows that no honest client or store would show.
#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use crate::common::{
    GRACE, HOSTILE, LOGIN, at, block_on, generation_of, login, refresh, refresh_token, replayed,
    rotated, row, seconds, sessions,
};
use jwt_pair::serde_json::json;
use jwt_pair::{AccessClaims, Error, Identity, PrivateClaims, UserId};
use jwt_pair_sessions::{
    MemoryStore, Session, SessionError, SessionPolicy, SessionStore as _, Sessions,
};

fn in_memory() -> Sessions<MemoryStore> {
    sessions(MemoryStore::new(), SessionPolicy::new())
}

fn access(sessions: &Sessions<MemoryStore>, token: &str, now: u64) -> AccessClaims {
    sessions.issuer().verify_access(token, at(now)).unwrap()
}

/// A service that mixes up its sessions: another user's row is not touched by a genuine token.
#[test]
fn the_row_of_another_user_is_not_touched() {
    let sessions = in_memory();
    let mine = login(&sessions, "s").refresh.token;
    let theirs = row("s", 1);
    for user_id in [UserId::from(124), "123".into(), "".into(), i64::MIN.into()] {
        let identity = Identity::new(user_id.clone(), "customer", "s");
        for generation in [1, 2, 3] {
            let row = Session { generation, ..theirs.clone() };
            let pair = row.issue(sessions.issuer(), &identity, at(LOGIN)).unwrap();
            let refreshed = refresh(&sessions, &pair.refresh.token, LOGIN + 60);
            assert_eq!(refreshed, Err(SessionError::Revoked), "{user_id} {generation}");
            let claims = access(&sessions, &pair.access.token, LOGIN);
            assert_eq!(block_on(sessions.check(&claims, at(LOGIN))), Err(SessionError::Revoked));
        }
        assert_eq!(block_on(sessions.revoke_user(&user_id, at(LOGIN))), Ok(0));
        assert_eq!(block_on(sessions.list(&user_id, at(LOGIN))), Ok(vec![]));
    }
    assert_eq!(generation_of(&rotated(refresh(&sessions, &mine, LOGIN)).refresh.token), 2);
}

#[test]
fn names_of_any_text_are_kept_apart() {
    let sessions = in_memory();
    let tokens = HOSTILE.map(|name| login(&sessions, name).refresh.token);
    for (name, token) in HOSTILE.into_iter().zip(tokens) {
        let second = rotated(refresh(&sessions, &token, LOGIN)).refresh.token;
        replayed(refresh(&sessions, &token, LOGIN));
        assert_eq!(block_on(sessions.revoke(name, at(LOGIN))), Ok(true));
        assert_eq!(refresh(&sessions, &second, LOGIN), Err(SessionError::Revoked));
    }
    for (place, user_id) in HOSTILE.map(UserId::from).into_iter().enumerate() {
        let (name, now) = (format!("of a text {place}"), at(LOGIN));
        let identity = Identity::new(user_id.clone(), "customer", &name);
        block_on(sessions.start(&identity, "", now)).unwrap();
        assert_eq!(block_on(sessions.list(&user_id, now)).unwrap().len(), 1);
        assert_eq!(block_on(sessions.revoke_user(&user_id, now)), Ok(1));
    }
}

/// No token is read that is longer than 8,192 bytes, so none is made, and no session stays behind.
#[test]
fn a_name_of_10_kilobytes_begins_no_session() {
    let sessions = in_memory();
    let name = "s".repeat(10_000);
    let identity = Identity::new(123, "customer", &name);
    let too_long = block_on(sessions.start(&identity, "", at(LOGIN))).unwrap_err();
    let SessionError::Token(Error::TooLongToIssue { bytes, limit: 8_192 }) = too_long else {
        panic!("{too_long}");
    };
    assert!(bytes > 13_333, "{bytes}");
    assert_eq!(block_on(sessions.list(&123.into(), at(LOGIN))), Ok(vec![]));
    assert_eq!(block_on(sessions.revoke(&name, at(LOGIN))), Ok(false));
}

#[test]
fn a_jti_that_names_no_generation_asks_no_store() {
    let sessions = in_memory();
    let token = login(&sessions, "s").refresh.token;
    for jti in ["s", "s.", "s.0", "s.-1", "s.18446744073709551616", "t.1"] {
        let forged = refresh_token("s", &json!({ "jti": jti }));
        let mismatch = Error::ClaimMismatch { claim: "jti" };
        assert_eq!(refresh(&sessions, &forged, LOGIN), Err(SessionError::Token(mismatch)), "{jti}");
    }
    rotated(refresh(&sessions, &token, LOGIN));
}

#[test]
fn a_store_that_lost_writes_is_told_from_a_theft() {
    let sessions = in_memory();
    let token = login(&sessions, "s").refresh.token;
    for generation in ["2", "3", "18446744073709551615"] {
        let ahead = refresh_token("s", &json!({ "jti": format!("s.{generation}") }));
        assert_eq!(refresh(&sessions, &ahead, LOGIN), Err(SessionError::Ahead));
    }
    rotated(refresh(&sessions, &token, LOGIN));
    let absent = refresh_token("none", &json!({ "jti": "none.1" }));
    assert_eq!(refresh(&sessions, &absent, LOGIN), Err(SessionError::Revoked));
}

/// Rows that somebody has changed by hand let nobody in that they should not.
#[test]
fn a_damaged_row() {
    #[track_caller]
    fn test(damaged: Session, generation: u64, refused: SessionError<core::convert::Infallible>) {
        let policy = SessionPolicy::new().grace(seconds(GRACE)).adopt_tokens_without_jti();
        let sessions = sessions(MemoryStore::new(), policy);
        assert_eq!(block_on(sessions.store().insert(&damaged, at(0))), Ok(true));
        let jti = match generation {
            0 => json!({}),
            _ => json!({ "jti": format!("s.{generation}") }),
        };
        let token = refresh_token("s", &jti);
        assert_eq!(refresh(&sessions, &token, LOGIN), Err(refused));
    }
    let good = || row("s", 1);
    let ended = || SessionError::Revoked;
    test(Session { revoked: true, ..good() }, 1, ended());
    test(Session { deadline: at(1), ..good() }, 1, ended());
    test(Session { deadline: at(LOGIN), expires_at: at(u64::MAX), ..good() }, 1, ended());
    test(Session { expires_at: at(LOGIN), ..good() }, 1, ended());
    test(Session { user_id: "".into(), ..good() }, 1, ended());
    test(Session { generation: 0, ..good() }, 1, SessionError::Ahead);
    // A generation that no login begins with, shown by a token from before sessions.
    test(Session { generation: 0, ..good() }, 0, SessionError::Ahead);
    test(Session { generation: u64::MAX, ..good() }, 1, SessionError::Reuse);
    test(Session { generation: u64::MAX, ..good() }, u64::MAX - 2, SessionError::Reuse);
    test(Session { rotated_at: at(0), generation: 2, ..good() }, 1, SessionError::Reuse);
}

/// The last generation has no next one: its token fits no more, rather than for ever.
#[test]
fn the_last_generation_is_the_end() {
    let sessions = in_memory();
    block_on(sessions.store().insert(&row("s", u64::MAX), at(LOGIN))).unwrap();
    let last = refresh_token("s", &json!({"jti": format!("s.{}", u64::MAX)}));
    assert_eq!(refresh(&sessions, &last, LOGIN), Err(SessionError::Ahead));
    let kept = block_on(sessions.store().load("s", at(LOGIN))).unwrap();
    assert_eq!(kept, Some(row("s", u64::MAX)));
}

/// The service's own fault must not look like a theft when the client tries again.
#[test]
fn a_pair_that_cannot_be_made_costs_no_token() {
    let sessions = in_memory();
    let token = login(&sessions, "s").refresh.token;
    let claims = sessions.issuer().verify_refresh(&token, at(LOGIN)).unwrap();
    let large = PrivateClaims::new(&json!({"x": "x".repeat(9_000)})).unwrap();
    let failed = block_on(sessions.refresh(&claims, "customer", &large, at(LOGIN)));
    let Err(SessionError::Token(Error::TooLongToIssue { limit: 8_192, .. })) = failed else {
        panic!("{failed:?}");
    };
    assert_eq!(generation_of(&rotated(refresh(&sessions, &token, LOGIN + 60)).refresh.token), 2);
}
