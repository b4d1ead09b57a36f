//! Refresh tokens from before there were sessions: without `jti`, taken over once.
#![cfg(feature = "std")]
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

use crate::common::{
    DAY, GRACE, LOGIN, REFRESH_LIFETIME, at, block_on, claims_of, keys, login, refresh,
    refresh_token, replayed, rotated, row, seconds, sessions,
};
use jwt_pair::serde_json::json;
use jwt_pair::{Error, Identity, PairIssuer, PairPolicy};
use jwt_pair_sessions::{MemoryStore, Session, SessionError, SessionPolicy, Sessions};

const NO_JTI: Error = Error::MissingClaim { claim: "jti" };

fn adopting() -> Sessions<MemoryStore> {
    sessions(MemoryStore::new(), SessionPolicy::new().adopt_tokens_without_jti())
}

fn old_token() -> String {
    refresh_token("s", &json!({}))
}

#[test]
fn off_unless_asked_for() {
    let sessions = sessions(MemoryStore::new(), SessionPolicy::new());
    assert_eq!(refresh(&sessions, &old_token(), LOGIN), Err(SessionError::Token(NO_JTI)));
    // Also for a session that is there.
    login(&sessions, "s");
    assert_eq!(refresh(&sessions, &old_token(), LOGIN), Err(SessionError::Token(NO_JTI)));
}

#[test]
fn once_then_replayed_then_reuse() {
    let sessions = adopting();
    let adoption = LOGIN + DAY;
    let first = rotated(refresh(&sessions, &old_token(), adoption));
    let claims = claims_of(&first.refresh.token);
    assert_eq!(claims.jti.as_deref(), Some("s.1"));
    assert_eq!(claims.iat, at(adoption).into());
    assert_eq!(claims.exp, at(adoption + REFRESH_LIFETIME).into());
    let listed = Session {
        label: String::new(),
        started_at: at(adoption),
        rotated_at: at(adoption),
        expires_at: at(adoption + REFRESH_LIFETIME),
        deadline: at(adoption + crate::common::MAX_LIFETIME),
        ..row("s", 1)
    };
    assert_eq!(block_on(sessions.list(&123.into(), at(adoption))), Ok(vec![listed]));

    let again = replayed(refresh(&sessions, &old_token(), adoption + GRACE - 1));
    assert_eq!(again.refresh.token, first.refresh.token);
    assert_eq!(refresh(&sessions, &old_token(), adoption + GRACE), Err(SessionError::Reuse));
    for token in [old_token(), first.refresh.token] {
        assert_eq!(refresh(&sessions, &token, adoption), Err(SessionError::Revoked));
    }
}

#[test]
fn one_rotation_later_is_reuse() {
    let sessions = adopting();
    let first = rotated(refresh(&sessions, &old_token(), LOGIN)).refresh.token;
    rotated(refresh(&sessions, &first, LOGIN));
    assert_eq!(refresh(&sessions, &old_token(), LOGIN), Err(SessionError::Reuse));
}

/// The row must be there as long as the token is: else a logout would be forgotten before.
#[test]
fn only_what_the_row_outlives() {
    #[track_caller]
    fn test(max_lifetime: u64, exp: u64, adopted: bool) {
        let policy = SessionPolicy::new().adopt_tokens_without_jti();
        let policy = policy.max_lifetime(seconds(max_lifetime)).unwrap();
        let sessions = sessions(MemoryStore::new(), policy);
        let token = refresh_token("s", &json!({ "exp": exp }));
        if adopted {
            rotated(refresh(&sessions, &token, LOGIN));
            return;
        }
        assert_eq!(refresh(&sessions, &token, LOGIN), Err(SessionError::Token(NO_JTI)));
        assert_eq!(block_on(sessions.list(&123.into(), at(LOGIN))), Ok(vec![]));
    }
    let end = LOGIN + REFRESH_LIFETIME;
    test(30 * DAY, LOGIN + 1, true);
    test(30 * DAY, end - 1, true);
    test(30 * DAY, end, true);
    test(30 * DAY, end + 1, false);
    test(30 * DAY, i64::MAX as u64, false);
    // A deadline that comes before: of two old tokens of one name, the later could begin the session
    // anew when the row of the first has gone.
    test(REFRESH_LIFETIME, end, true);
    test(REFRESH_LIFETIME - 1, end, false);
    test(DAY, LOGIN + 1, false);
}

#[test]
fn not_after_its_expiry_even_with_leeway() {
    let policy = PairPolicy::new().leeway(seconds(60));
    let adopting = SessionPolicy::new().adopt_tokens_without_jti();
    let issuer = PairIssuer::new(keys(), policy);
    let sessions = Sessions::new(issuer, MemoryStore::new(), adopting);
    let end = LOGIN + REFRESH_LIFETIME;
    for late in [0, 1, 59] {
        let refused = refresh(&sessions, &old_token(), end + late);
        assert_eq!(refused, Err(SessionError::Token(NO_JTI)), "{late}");
    }
    let expired = Error::Expired { exp: at(end).into(), now: at(end + 60) };
    assert_eq!(refresh(&sessions, &old_token(), end + 60), Err(SessionError::Token(expired)));
    rotated(refresh(&sessions, &old_token(), end - 1));
}

#[test]
fn an_ended_session_is_not_adopted_again() {
    let sessions = adopting();
    rotated(refresh(&sessions, &old_token(), LOGIN));
    assert_eq!(block_on(sessions.revoke("s", at(LOGIN))), Ok(true));
    let end = LOGIN + REFRESH_LIFETIME;
    for now in [LOGIN, LOGIN + GRACE, end - 1] {
        assert_eq!(refresh(&sessions, &old_token(), now), Err(SessionError::Revoked), "{now}");
    }
}

#[test]
fn the_session_of_another_user_is_not_taken_over() {
    let sessions = adopting();
    let theirs = Identity::new(124, "customer", "s");
    let pair = block_on(sessions.start(&theirs, "", at(LOGIN))).unwrap();
    for now in [LOGIN, LOGIN + GRACE] {
        assert_eq!(refresh(&sessions, &old_token(), now), Err(SessionError::Revoked));
    }
    rotated(refresh(&sessions, &pair.refresh.token, LOGIN));
}

#[test]
fn a_malformed_jti_is_not_a_missing_one() {
    let sessions = adopting();
    for jti in ["", "s", "s.0"] {
        let token = refresh_token("s", &json!({ "jti": jti }));
        let mismatch = Error::ClaimMismatch { claim: "jti" };
        assert_eq!(refresh(&sessions, &token, LOGIN), Err(SessionError::Token(mismatch)));
    }
    assert_eq!(block_on(sessions.list(&123.into(), at(LOGIN))), Ok(vec![]));
}
