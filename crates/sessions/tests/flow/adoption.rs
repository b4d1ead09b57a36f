//! Refresh tokens from before there were sessions: without `jti`, taken over once.
#![cfg(feature = "std")]
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

use crate::common::{
    DAY, LOGIN, MAX_LIFETIME, REFRESH_LIFETIME, WINDOW, ahead, at, block_on, claims_of, ended,
    keys, list, login, refresh, refresh_token, repeated, reuse, revoked, rotated, row, seconds,
    sessions,
};
use jwt_pair::serde_json::json;
use jwt_pair::{Error, PairIssuer, PairPolicy};
use jwt_pair_sessions::{
    EndReason, Login, MemoryStore, SessionError, SessionPolicy, SessionStore as _, Sessions,
};

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
fn once_then_repeated_then_reuse() {
    let sessions = adopting();
    let adoption = LOGIN + DAY;
    let first = rotated(refresh(&sessions, &old_token(), adoption));
    let claims = claims_of(&first.refresh.token);
    assert_eq!(claims.jti.as_deref(), Some("s.1"));
    assert_eq!(claims.iat, at(adoption).into());
    assert_eq!(claims.exp, at(adoption + REFRESH_LIFETIME).into());
    let mut adopted = row("s", 1);
    adopted.label = String::new();
    (adopted.started_at, adopted.rotated_at) = (at(adoption), at(adoption));
    // The old token is the generation before.
    adopted.previous_rotated_at = at(LOGIN);
    (adopted.expires_at, adopted.deadline) =
        (at(adoption + REFRESH_LIFETIME), at(adoption + MAX_LIFETIME));
    assert_eq!(list(&sessions, 123, adoption), [adopted]);

    let again = repeated(refresh(&sessions, &old_token(), adoption + WINDOW - 1));
    assert_eq!(again.refresh.token, first.refresh.token);
    let row = reuse(refresh(&sessions, &old_token(), adoption + WINDOW));
    for token in [old_token(), first.refresh.token] {
        assert_eq!(reuse(refresh(&sessions, &token, adoption)), row);
    }
}

#[test]
fn one_rotation_later_is_reuse() {
    let sessions = adopting();
    let first = rotated(refresh(&sessions, &old_token(), LOGIN)).refresh.token;
    rotated(refresh(&sessions, &first, LOGIN + WINDOW));
    reuse(refresh(&sessions, &old_token(), LOGIN + WINDOW));
}

/// Two tokens from before sessions that name one session: only one is the generation before.
#[test]
fn a_second_token_of_the_session_is_ahead() {
    let sessions = adopting();
    rotated(refresh(&sessions, &old_token(), LOGIN + 10));
    let second = refresh_token("s", &json!({ "iat": LOGIN + 5 }));
    ahead(refresh(&sessions, &second, LOGIN + 10));
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
        assert_eq!(list(&sessions, 123, LOGIN), []);
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
    let sessions = Sessions::new(issuer, MemoryStore::new(), adopting).unwrap();
    let end = LOGIN + REFRESH_LIFETIME;
    for late in [0, 1, 59] {
        let refused = refresh(&sessions, &old_token(), end + late);
        assert_eq!(refused, Err(SessionError::Token(NO_JTI)), "{late}");
    }
    let expired = Error::Expired { exp: at(end).into(), now: at(end + 60) };
    assert_eq!(refresh(&sessions, &old_token(), end + 60), Err(SessionError::Token(expired)));
    rotated(refresh(&sessions, &old_token(), end - 1));
}

/// A token that was to live longer than a refresh token does could be adopted after the row has gone.
#[test]
fn not_one_that_was_issued_for_longer() {
    let end = LOGIN + REFRESH_LIFETIME;
    let token = |iat: i64| refresh_token("s", &json!({ "iat": iat, "exp": end }));
    for (iat, adopted) in [(LOGIN as i64, true), (LOGIN as i64 - 1, false), (-1, false)] {
        let sessions = adopting();
        let refreshed = refresh(&sessions, &token(iat), end - 1);
        match adopted {
            true => drop(rotated(refreshed)),
            false => assert_eq!(refreshed, Err(SessionError::Token(NO_JTI)), "{iat}"),
        }
    }
}

/// A clock that was ahead issued it: it outlives a row that begins now.
#[test]
fn not_one_from_the_future() {
    let token =
        |iat: u64| refresh_token("s", &json!({ "iat": iat, "exp": iat + REFRESH_LIFETIME }));
    let refused = refresh(&adopting(), &token(LOGIN + 1), LOGIN);
    assert_eq!(refused, Err(SessionError::Token(NO_JTI)));
    rotated(refresh(&adopting(), &token(LOGIN), LOGIN));
}

/// A row has no time before 1970.
#[test]
fn not_one_from_before_1970() {
    let token = |iat: i64| refresh_token("s", &json!({ "iat": iat, "exp": 1_000 }));
    assert_eq!(refresh(&adopting(), &token(-1), 5), Err(SessionError::Token(NO_JTI)));
    rotated(refresh(&adopting(), &token(0), 5));
}

#[test]
fn an_ended_session_is_not_adopted_again() {
    let sessions = adopting();
    rotated(refresh(&sessions, &old_token(), LOGIN));
    assert_eq!(block_on(sessions.revoke("s", at(LOGIN))), Ok(true));
    let end = LOGIN + REFRESH_LIFETIME;
    for now in [LOGIN, LOGIN + WINDOW, end - 1] {
        let refused = refresh(&sessions, &old_token(), now);
        assert_eq!(refused, Err(revoked(EndReason::Logout, LOGIN)), "{now}");
    }
}

/// A logout before the adoption holds: for every token of the session, for as long as one lives, and
/// when rows that have expired are removed.
#[test]
fn a_logout_before_the_adoption_holds() {
    let (logout, end) = (LOGIN + DAY, LOGIN + REFRESH_LIFETIME);
    let last = refresh_token("s", &json!({ "iat": logout, "exp": logout + REFRESH_LIFETIME }));
    for by_name in [false, true] {
        let sessions = adopting();
        let log_out = || match by_name {
            false => block_on(sessions.logout(&old_token(), at(logout))),
            true => block_on(sessions.revoke("s", at(logout))),
        };
        assert_eq!(log_out(), Ok(true));
        assert_eq!(log_out(), Ok(false));
        assert_eq!(list(&sessions, 123, logout), []);
        let refused = || match by_name {
            // The row is nobody's, since a name does not say whose it is.
            false => revoked(EndReason::Logout, logout),
            true => SessionError::Revoked(None),
        };
        for now in [logout - DAY, logout, end - 1] {
            block_on(sessions.purge(at(now))).unwrap();
            assert_eq!(refresh(&sessions, &old_token(), now), Err(refused()), "{now}");
        }
        let late = logout + REFRESH_LIFETIME - 1;
        block_on(sessions.purge(at(late))).unwrap();
        assert_eq!(refresh(&sessions, &last, late), Err(refused()));
        // Not for ever.
        let gone = logout + 2 * REFRESH_LIFETIME;
        assert_eq!(block_on(sessions.purge(at(gone))), Ok(1));
    }
}

/// The row of a session that is over bars nothing, even where it is still there.
#[test]
fn a_logout_holds_where_an_expired_row_lies() {
    let sessions = adopting();
    rotated(refresh(&sessions, &old_token(), LOGIN));
    let late = LOGIN + REFRESH_LIFETIME;
    let another = refresh_token("s", &json!({ "iat": late, "exp": late + REFRESH_LIFETIME }));
    assert_eq!(block_on(sessions.logout(&another, at(late))), Ok(true));
    let refused = refresh(&sessions, &another, late + 1);
    assert_eq!(refused, Err(revoked(EndReason::Logout, late)));
}

/// A logout by a token that has expired, or by a clock that is years behind.
#[test]
fn a_logout_before_the_adoption_holds_by_any_clock() {
    for now in [0, LOGIN + REFRESH_LIFETIME + 9, LOGIN + 90 * DAY] {
        let sessions = adopting();
        assert_eq!(block_on(sessions.logout(&old_token(), at(now))), Ok(true));
        for later in [LOGIN, LOGIN + REFRESH_LIFETIME - 1] {
            block_on(sessions.purge(at(later))).unwrap();
            let refused = refresh(&sessions, &old_token(), later);
            assert_eq!(refused, Err(revoked(EndReason::Logout, now)));
        }
    }
}

/// By a clock that is behind by up to a refresh lifetime, the row that bars a session outlives each
/// token of it that could be adopted.
#[test]
fn a_logout_by_a_clock_that_is_behind_outlives_every_token() {
    let logout = LOGIN + DAY;
    let last = refresh_token("s", &json!({ "iat": logout, "exp": logout + REFRESH_LIFETIME }));
    for behind in [1, DAY, REFRESH_LIFETIME] {
        for by_name in [false, true] {
            let sessions = adopting();
            let log_out = match by_name {
                false => block_on(sessions.logout(&old_token(), at(logout - behind))),
                true => block_on(sessions.revoke("s", at(logout - behind))),
            };
            assert_eq!(log_out, Ok(true));
            let late = logout + REFRESH_LIFETIME - 1;
            block_on(sessions.purge(at(late))).unwrap();
            let refused = refresh(&sessions, &last, late).unwrap_err();
            assert!(matches!(refused, SessionError::Revoked(_)), "{behind} {by_name}: {refused:?}");
        }
    }
}

/// The account page's call knows no session that was not adopted, and bars nobody else's.
#[test]
fn a_name_from_a_client_bars_nobody() {
    let sessions = adopting();
    assert_eq!(block_on(sessions.revoke_of(&124.into(), "s", at(LOGIN))), Ok(false));
    assert_eq!(block_on(sessions.store().load("s")), Ok(None));
    rotated(refresh(&sessions, &old_token(), LOGIN));
    let ended_by_owner = block_on(sessions.revoke_of(&123.into(), "s", at(LOGIN)));
    let row = block_on(sessions.store().load("s")).unwrap().unwrap();
    assert_eq!((ended_by_owner, row.ended), (Ok(true), ended(EndReason::Logout, LOGIN)));
}

#[test]
fn the_session_of_another_user_is_not_taken_over() {
    let sessions = adopting();
    let theirs = Login::new(124, "customer").session_id("s");
    let pair = block_on(sessions.start(&theirs, at(LOGIN))).unwrap().pair;
    for now in [LOGIN, LOGIN + WINDOW] {
        let refused = refresh(&sessions, &old_token(), now);
        assert_eq!(refused, Err(SessionError::Revoked(None)));
    }
    rotated(refresh(&sessions, &pair.refresh.token, LOGIN + WINDOW));
}

/// An adopted session did not begin with a login, so none is its retry.
#[test]
fn an_adopted_session_is_not_a_login_tried_again() {
    let sessions = adopting();
    rotated(refresh(&sessions, &old_token(), LOGIN + 1));
    let again = block_on(sessions.start(&crate::common::of_user("s"), at(LOGIN + 1)));
    assert_eq!(again, Err(SessionError::SessionExists));
}

#[test]
fn a_malformed_jti_is_not_a_missing_one() {
    let sessions = adopting();
    for jti in ["", "s", "s.0"] {
        let token = refresh_token("s", &json!({ "jti": jti }));
        let mismatch = Error::ClaimMismatch { claim: "jti" };
        assert_eq!(refresh(&sessions, &token, LOGIN), Err(SessionError::Token(mismatch)));
    }
    assert_eq!(list(&sessions, 123, LOGIN), []);
}
