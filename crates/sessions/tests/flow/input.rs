//! Names, numbers and rows that no honest client or store would show.
#![cfg(feature = "std")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

use crate::common::{
    HOSTILE, LOGIN, REFRESH_LIFETIME, WINDOW, ahead, at, block_on, generation_of, keys, list,
    login, of_user, refresh, refresh_token, repeated, reuse, revoked, rotated, row, sessions,
};
use jwt_pair::serde_json::json;
use jwt_pair::{AccessClaims, Error, Key, KeyRing, PairIssuer, PairPolicy, PrivateClaims, UserId};
use jwt_pair_sessions::{
    EndReason, Login, MemoryStore, Renewal, Session, SessionError, SessionPolicy,
    SessionStore as _, Sessions,
};

fn in_memory() -> Sessions<MemoryStore> {
    sessions(MemoryStore::new(), SessionPolicy::new())
}

fn access(sessions: &Sessions<MemoryStore>, token: &str, now: u64) -> AccessClaims {
    sessions.issuer().verify_access(token, at(now)).unwrap()
}

const LATER: u64 = LOGIN + 1_000;

/// A service that mixes up its sessions: another user's row is not touched by a genuine token.
#[test]
fn the_row_of_another_user_is_not_touched() {
    let sessions = in_memory();
    let mine = login(&sessions, "s").refresh.token;
    for user_id in [UserId::from(124), "123".into(), "".into(), i64::MIN.into()] {
        for generation in [1, 2, 3] {
            let mut row = row("s", generation);
            row.user_id = user_id.clone();
            let renewal = Renewal::new("customer");
            let pair = row.issue(sessions.issuer(), &renewal, &Default::default(), at(LOGIN));
            let pair = pair.unwrap();
            let refreshed = refresh(&sessions, &pair.refresh.token, LATER);
            assert_eq!(refreshed, Err(SessionError::Revoked(None)), "{user_id} {generation}");
            let claims = access(&sessions, &pair.access.token, LOGIN);
            let checked = block_on(sessions.check(&claims, at(LOGIN)));
            assert_eq!(checked, Err(SessionError::Revoked(None)));
            assert_eq!(block_on(sessions.logout(&pair.refresh.token, at(LOGIN))), Ok(false));
        }
        assert_eq!(block_on(sessions.revoke_user(&user_id, at(LOGIN))), Ok(0));
        assert_eq!(list(&sessions, user_id, LOGIN), []);
    }
    assert_eq!(generation_of(&rotated(refresh(&sessions, &mine, LATER)).refresh.token), 2);
}

#[test]
fn names_of_any_text_are_kept_apart() {
    let sessions = in_memory();
    let tokens = HOSTILE.map(|name| login(&sessions, name).refresh.token);
    for (name, token) in HOSTILE.into_iter().zip(tokens) {
        let second = rotated(refresh(&sessions, &token, LATER)).refresh.token;
        repeated(refresh(&sessions, &token, LATER));
        assert_eq!(block_on(sessions.revoke(name, at(LATER))), Ok(true));
        let refused = refresh(&sessions, &second, LATER);
        assert_eq!(refused, Err(revoked(EndReason::Logout, LATER)));
    }
    for (place, user_id) in HOSTILE.map(UserId::from).into_iter().enumerate() {
        let name = format!("of a text {place}");
        let login = Login::new(user_id.clone(), "customer").session_id(&name);
        block_on(sessions.start(&login, at(LOGIN))).unwrap();
        assert_eq!(list(&sessions, user_id.clone(), LOGIN).len(), 1);
        assert_eq!(block_on(sessions.revoke_user(&user_id, at(LOGIN))), Ok(1));
    }
}

/// No token is read that is longer than 8,192 bytes, so none is made, and no session stays behind:
/// whichever of the two tokens it is that cannot be made.
#[test]
fn a_pair_that_cannot_be_made_begins_no_session() {
    let sessions = in_memory();
    let name = "s".repeat(10_000);
    let large = PrivateClaims::new(&json!({"x": "x".repeat(9_000)})).unwrap();
    let logins = [
        of_user(&name),
        of_user("access").access_claims(&large),
        of_user("refresh").refresh_claims(&large),
    ];
    for login in logins {
        let too_long = block_on(sessions.start(&login, at(LOGIN))).unwrap_err();
        let SessionError::Token(Error::TooLongToIssue { bytes, limit: 8_192 }) = too_long else {
            panic!("{too_long}");
        };
        assert!(bytes > 12_000, "{bytes}");
    }
    assert_eq!(list(&sessions, 123, LOGIN), []);
    for name in [name.as_str(), "access", "refresh"] {
        assert_eq!(block_on(sessions.store().load(name)), Ok(None));
    }
}

/// A generation of more digits makes a longer token. It must not be too long when it is counted.
#[test]
fn a_session_whose_later_tokens_could_not_be_made_does_not_begin() {
    let sessions = in_memory();
    let own = |bytes| PrivateClaims::new(&json!({"x": "x".repeat(bytes)})).unwrap();
    let renewal = Renewal::new("customer");
    let issues = |generation, bytes| {
        row("s", generation).issue(sessions.issuer(), &renewal, &own(bytes), at(LOGIN)).is_ok()
    };
    let longest_first = (5_000..7_000).rev().find(|bytes| issues(1, *bytes)).unwrap();
    let longest_last = (5_000..7_000).rev().find(|bytes| issues(u64::MAX, *bytes)).unwrap();
    assert!(longest_last < longest_first, "{longest_last} {longest_first}");
    for (name, bytes, begins) in [
        ("fits", longest_last, true),
        ("last", longest_last + 1, false),
        ("s", longest_first, false),
    ] {
        let own = own(bytes);
        // As long a name as that of the row above.
        let login = Login::new(123, "customer").session_id(name.get(..1).unwrap());
        let started = block_on(sessions.start(&login.refresh_claims(&own), at(LOGIN)));
        assert_eq!(started.is_ok(), begins, "{name}: {started:?}");
        let Err(error) = started else { continue };
        assert!(
            matches!(error, SessionError::Token(Error::TooLongToIssue { limit: 8_192, .. })),
            "{error:?}"
        );
    }
    assert_eq!(list(&sessions, 123, LOGIN).len(), 1);
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
    rotated(refresh(&sessions, &token, LATER));
}

#[test]
fn a_store_that_lost_writes_is_told_from_a_theft() {
    for generation in ["2", "3", "18446744073709551615"] {
        let sessions = in_memory();
        let token = login(&sessions, "s").refresh.token;
        let unknown = refresh_token("s", &json!({ "jti": format!("s.{generation}") }));
        let row = ahead(refresh(&sessions, &unknown, LOGIN));
        assert_eq!(ahead(refresh(&sessions, &token, LATER)), row);
    }
    let absent = refresh_token("none", &json!({ "jti": "none.1" }));
    assert_eq!(refresh(&in_memory(), &absent, LOGIN), Err(SessionError::Revoked(None)));
}

/// Rows that somebody has changed by hand let nobody in that they should not.
#[test]
fn a_damaged_row() {
    let damaged = |damage: &dyn Fn(&mut Session), generation: u64| {
        let sessions =
            sessions(MemoryStore::new(), SessionPolicy::new().adopt_tokens_without_jti());
        let mut row = row("s", 1);
        damage(&mut row);
        assert_eq!(block_on(sessions.store().insert(&row, at(0))), Ok(true));
        let jti = match generation {
            0 => json!({}),
            _ => json!({ "jti": format!("s.{generation}") }),
        };
        refresh(&sessions, &refresh_token("s", &jti), LATER)
    };
    let over = Err(SessionError::Revoked(None));
    assert_eq!(damaged(&|row| row.deadline = at(LATER), 1), over);
    assert_eq!(damaged(&|row| row.expires_at = at(LATER), 1), over);
    assert_eq!(damaged(&|row| row.user_id = "".into(), 1), over);
    assert_eq!(damaged(&|row| row.deadline = at(1), 1), over);
    ahead(damaged(&|row| row.generation = 0, 1));
    ahead(damaged(&|row| row.rotated_at = at(0), 1));
    // A generation that no login begins with, shown by a token from before sessions.
    rotated(damaged(&|row| row.generation = 0, 0));
    ahead(damaged(&|row| (row.generation, row.rotated_at) = (0, at(1)), 0));
    reuse(damaged(&|row| row.generation = u64::MAX, 1));
    reuse(damaged(&|row| row.generation = u64::MAX, u64::MAX - 2));
    ahead(damaged(&|row| (row.generation, row.previous_rotated_at) = (2, at(0)), 1));
}

/// The last generation has no next one: its token is refused, rather than good for ever.
#[test]
fn the_last_generation_is_the_end() {
    let sessions = in_memory();
    block_on(sessions.store().insert(&row("s", u64::MAX), at(LOGIN))).unwrap();
    let last = refresh_token("s", &json!({"jti": format!("s.{}", u64::MAX)}));
    let refused = refresh(&sessions, &last, LOGIN + WINDOW);
    assert_eq!(refused, Err(SessionError::Revoked(None)));
    let found = block_on(sessions.store().load("s"));
    assert_eq!(found, Ok(Some(row("s", u64::MAX))));
}

/// The service's own fault must not look like a theft when the client tries again.
#[test]
fn a_pair_that_cannot_be_made_costs_no_token() {
    let sessions = in_memory();
    let token = login(&sessions, "s").refresh.token;
    let claims = sessions.issuer().verify_refresh(&token, at(LOGIN)).unwrap();
    let large = PrivateClaims::new(&json!({"x": "x".repeat(9_000)})).unwrap();
    let renewal = Renewal::new("customer").access_claims(&large);
    let failed = block_on(sessions.refresh(&claims, &renewal, at(LATER)));
    let Err(SessionError::Token(Error::TooLongToIssue { limit: 8_192, .. })) = failed else {
        panic!("{failed:?}");
    };
    let next = rotated(refresh(&sessions, &token, LATER + WINDOW)).refresh.token;
    assert_eq!(generation_of(&next), 2);
}

/// So it is with the refresh token, which a change of the service's own settings can make too long.
/// With the old settings the client goes on, long after the window.
#[test]
fn a_refresh_token_that_became_too_long_costs_no_token() {
    let own = PrivateClaims::new(&json!({"x": "x".repeat(5_900)})).unwrap();
    let issuer = PairPolicy::new().issuer(&"i".repeat(200)).accept_missing_issuer_for_now();
    let key = Key::new(b"32 bytes that sign in these test").unwrap();
    let kid = KeyRing::with_kid(&"k".repeat(200), key.clone()).also_verify(key);
    for changed in [PairIssuer::new(keys(), issuer), PairIssuer::new(kid, PairPolicy::new())] {
        let before = in_memory();
        let login = of_user("s").refresh_claims(&own);
        let token = block_on(before.start(&login, at(LOGIN))).unwrap().pair.refresh.token;
        let row = block_on(before.store().load("s"));
        let after = Sessions::new(changed, before.store(), SessionPolicy::new()).unwrap();
        let failed = refresh(&after, &token, LATER);
        let Err(SessionError::Token(Error::TooLongToIssue { limit: 8_192, .. })) = failed else {
            panic!("{failed:?}");
        };
        assert_eq!(block_on(before.store().load("s")), row);
        let next = rotated(refresh(&before, &token, LATER + WINDOW)).refresh.token;
        assert_eq!(generation_of(&next), 2);
    }
}

/// Times from 2^63 on do not occur in tokens, and so not in rows.
#[test]
fn a_clock_at_the_end_of_time() {
    let sessions = in_memory();
    let started = block_on(sessions.start(&of_user("s"), at(u64::MAX))).unwrap();
    let last = at(i64::MAX.cast_unsigned());
    assert_eq!((started.session.started_at, started.session.deadline), (last, last));
    let early = login(&sessions, "t").refresh.token;
    let expired = SessionError::Token(Error::Expired {
        exp: at(LOGIN + REFRESH_LIFETIME).into(),
        now: at(u64::MAX),
    });
    assert_eq!(refresh(&sessions, &early, u64::MAX), Err(expired));
    assert_eq!(block_on(sessions.logout(&early, at(u64::MAX))), Ok(true));
    assert_eq!(refresh(&sessions, &early, LATER), Err(revoked(EndReason::Logout, last.as_secs())));
}
