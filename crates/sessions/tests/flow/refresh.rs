//! A session from login to logout, over the store in memory.
#![cfg(feature = "std")]
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

use crate::common::{
    DAY, GRACE, LOGIN, REFRESH_LIFETIME, at, block_on, claims_of, generation_of, keys, login,
    refresh, replayed, rotated, seconds, sessions,
};
use jwt_pair::serde_json::json;
use jwt_pair::{AccessClaims, Error, Identity, PairIssuer, PairPolicy, PrivateClaims};
use jwt_pair_sessions::{MemoryStore, SessionError, SessionPolicy, Sessions};

fn in_memory() -> Sessions<MemoryStore> {
    sessions(MemoryStore::new(), SessionPolicy::new())
}

fn access(sessions: &Sessions<MemoryStore>, token: &str, now: u64) -> AccessClaims {
    sessions.issuer().verify_access(token, at(now)).unwrap()
}

#[test]
fn a_login_makes_a_pair_of_generation_1() {
    let sessions = in_memory();
    let pair = login(&sessions, "s");

    let claims = claims_of(&pair.refresh.token);
    assert_eq!(claims.user_id, 123.into());
    assert_eq!(claims.session_id, "s");
    assert_eq!(claims.jti.as_deref(), Some("s.1"));
    assert_eq!(claims.iat, at(LOGIN).into());
    assert_eq!(claims.exp, at(LOGIN + REFRESH_LIFETIME).into());

    let claims = access(&sessions, &pair.access.token, LOGIN);
    assert_eq!((claims.user_type.as_str(), claims.session_id.as_str()), ("customer", "s"));
    assert_eq!((claims.iat, claims.exp), (at(LOGIN).into(), at(LOGIN + 900).into()));
}

#[test]
fn each_refresh_counts_up_and_dates_anew() {
    let sessions = in_memory();
    let mut token = login(&sessions, "s").refresh.token;
    for generation in 2..=12 {
        let now = LOGIN + generation * 1_000;
        let pair = rotated(refresh(&sessions, &token, now));
        let claims = claims_of(&pair.refresh.token);
        assert_eq!(claims.jti, Some(format!("s.{generation}")));
        assert_eq!(claims.iat, at(now).into());
        assert_eq!(claims.exp, at(now + REFRESH_LIFETIME).into());
        assert_eq!(access(&sessions, &pair.access.token, now).exp, at(now + 900).into());
        token = pair.refresh.token;
    }
}

#[test]
fn the_user_type_is_that_of_today() {
    let sessions = in_memory();
    let claims = claims_of(&login(&sessions, "s").refresh.token);
    let none = PrivateClaims::default();
    let pair = rotated(block_on(sessions.refresh(&claims, "admin", &none, at(LOGIN))));
    assert_eq!(access(&sessions, &pair.access.token, LOGIN).user_type, "admin");
}

#[test]
fn a_replay_gives_the_same_refresh_token_and_a_fresh_access_token() {
    let sessions = in_memory();
    let first = login(&sessions, "s").refresh.token;
    let rotation = LOGIN + 1_000;
    let second = rotated(refresh(&sessions, &first, rotation));
    for since in [0, 1, GRACE - 1] {
        let again = replayed(refresh(&sessions, &first, rotation + since));
        assert_eq!(again.refresh.token, second.refresh.token);
        let claims = access(&sessions, &again.access.token, rotation + since);
        assert_eq!(claims.iat, at(rotation + since).into());
    }
    // A server whose clock is behind.
    assert_eq!(replayed(refresh(&sessions, &first, LOGIN)).refresh.token, second.refresh.token);
    assert_eq!(
        generation_of(&rotated(refresh(&sessions, &second.refresh.token, rotation)).refresh.token),
        3
    );
}

#[test]
fn reuse_ends_the_session_and_everybody_is_out() {
    let sessions = in_memory();
    let other = login(&sessions, "other").refresh.token;
    let first = login(&sessions, "s").refresh.token;
    let second = rotated(refresh(&sessions, &first, LOGIN)).refresh.token;

    assert_eq!(refresh(&sessions, &first, LOGIN + GRACE), Err(SessionError::Reuse));
    for token in [&first, &second] {
        assert_eq!(refresh(&sessions, token, LOGIN + GRACE), Err(SessionError::Revoked));
        // Not within the grace window either, by a clock that is behind.
        assert_eq!(refresh(&sessions, token, LOGIN), Err(SessionError::Revoked));
    }
    assert_eq!(generation_of(&rotated(refresh(&sessions, &other, LOGIN)).refresh.token), 2);
}

#[test]
fn two_generations_behind_is_reuse_at_any_time() {
    let sessions = in_memory();
    let first = login(&sessions, "s").refresh.token;
    let second = rotated(refresh(&sessions, &first, LOGIN)).refresh.token;
    rotated(refresh(&sessions, &second, LOGIN));
    assert_eq!(refresh(&sessions, &first, LOGIN), Err(SessionError::Reuse));
    assert_eq!(refresh(&sessions, &second, LOGIN), Err(SessionError::Revoked));
}

#[test]
fn the_grace_window_is_0_to_300_seconds() {
    #[track_caller]
    fn test(grace: u64, last: Option<u64>) {
        let policy = SessionPolicy::new().grace(seconds(grace));
        let sessions = sessions(MemoryStore::new(), policy);
        let first = login(&sessions, "s").refresh.token;
        rotated(refresh(&sessions, &first, LOGIN));
        if let Some(last) = last {
            replayed(refresh(&sessions, &first, LOGIN + last));
        }
        let too_late = LOGIN + last.map_or(0, |last| last + 1);
        assert_eq!(refresh(&sessions, &first, too_late), Err(SessionError::Reuse));
    }
    test(0, None);
    test(1, Some(0));
    test(30, Some(29));
    test(299, Some(298));
    test(300, Some(299));
    test(301, Some(299));
    test(u64::MAX, Some(299));
}

#[test]
fn the_deadline_bounds_every_refresh_token() {
    let policy = SessionPolicy::new().max_lifetime(seconds(10 * DAY)).unwrap();
    let sessions = sessions(MemoryStore::new(), policy);
    let deadline = LOGIN + 10 * DAY;
    let mut token = login(&sessions, "s").refresh.token;
    for (now, exp) in [
        (LOGIN + 3 * DAY - 1, deadline - 1),
        (LOGIN + 3 * DAY, deadline),
        (LOGIN + 3 * DAY + 1, deadline),
        (LOGIN + 9 * DAY, deadline),
        (deadline - 1, deadline),
    ] {
        token = rotated(refresh(&sessions, &token, now)).refresh.token;
        assert_eq!(claims_of(&token).exp, at(exp).into());
    }
    let expired = Error::Expired { exp: at(deadline).into(), now: at(deadline) };
    assert_eq!(refresh(&sessions, &token, deadline), Err(SessionError::Token(expired)));

    let shorter = SessionPolicy::new().max_lifetime(seconds(1)).unwrap();
    let sessions = crate::common::sessions(MemoryStore::new(), shorter);
    assert_eq!(claims_of(&login(&sessions, "s").refresh.token).exp, at(LOGIN + 1).into());
    let below = SessionPolicy::new().max_lifetime(core::time::Duration::from_millis(999));
    assert_eq!(below.unwrap_err(), Error::LifetimeTooShort);
}

#[test]
fn the_default_settings_are_those_of_new() {
    let [default, new] = [SessionPolicy::default(), SessionPolicy::new()];
    assert_eq!(format!("{default:?}"), format!("{new:?}"));
    assert_eq!(format!("{:?}", PairPolicy::default()), format!("{:?}", PairPolicy::new()));
}

/// The leeway is for the clocks of those who only verify; a row ends by the clock of the store.
#[test]
fn leeway_does_not_prolong_a_session() {
    let issuer = PairIssuer::new(keys(), PairPolicy::new().leeway(seconds(60)));
    let sessions = Sessions::new(issuer, MemoryStore::new(), SessionPolicy::new());
    let token = login(&sessions, "s").refresh.token;
    let end = LOGIN + REFRESH_LIFETIME;
    assert_eq!(refresh(&sessions, &token, end), Err(SessionError::Revoked));
    assert_eq!(generation_of(&rotated(refresh(&sessions, &token, end - 1)).refresh.token), 2);
}

#[test]
fn own_claims_are_carried_over() {
    let sessions = in_memory();
    let claims = |value| PrivateClaims::new(&json!({ "tenant": value })).unwrap();
    let (of_access, of_refresh) = (claims("a"), claims("r"));
    let identity = Identity::new(123, "customer", "s");
    let identity = identity.access_claims(&of_access).refresh_claims(&of_refresh);
    let first = block_on(sessions.start(&identity, "", at(LOGIN))).unwrap().refresh.token;
    let verified = claims_of(&first);
    assert_eq!(verified.private, of_refresh);

    let today = claims("b");
    let refresh = || block_on(sessions.refresh(&verified, "customer", &today, at(LOGIN)));
    let (once, again) = (rotated(refresh()), replayed(refresh()));
    assert_eq!(once.refresh.token, again.refresh.token);
    for pair in [once, again] {
        assert_eq!(claims_of(&pair.refresh.token).private, of_refresh);
        assert_eq!(access(&sessions, &pair.access.token, LOGIN).private, today);
    }
}
