//! A store that does not answer: before the step is taken, or after.
#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use crate::common::faulty_store::{Down, Fault, FaultyStore};
use crate::common::{
    GRACE, LOGIN, at, block_on, claims_of, generation_of, login, refresh, refresh_token, replayed,
    rotated, sessions,
};
use jwt_pair::serde_json::json;
use jwt_pair::{Error, Identity};
use jwt_pair_sessions::{SessionError, SessionPolicy, Sessions};

const UNAVAILABLE: SessionError<Down> = SessionError::Unavailable(Down);

fn over_a_network() -> Sessions<FaultyStore> {
    sessions(FaultyStore::default(), SessionPolicy::new().adopt_tokens_without_jti())
}

#[test]
fn a_lost_question_is_asked_again() {
    let sessions = over_a_network();
    let token = login(&sessions, "s").refresh.token;
    sessions.store().fail(&[Fault::Before; 3]);
    for _ in 0..3 {
        assert_eq!(refresh(&sessions, &token, LOGIN), Err(UNAVAILABLE));
    }
    assert_eq!(generation_of(&rotated(refresh(&sessions, &token, LOGIN)).refresh.token), 2);
}

/// The first answer is lost, and what it would have said is known: one server's is the other's.
#[test]
fn a_lost_answer_is_given_again() {
    for old in [false, true] {
        let sessions = over_a_network();
        let token = match old {
            true => refresh_token("s", &json!({})),
            false => login(&sessions, "s").refresh.token,
        };
        sessions.store().fail(&[Fault::After]);
        assert_eq!(refresh(&sessions, &token, LOGIN), Err(UNAVAILABLE));
        let [retry, another] = [1, 2].map(|later| refresh(&sessions, &token, LOGIN + later));
        let retry = replayed(retry).refresh.token;
        assert_eq!(replayed(another).refresh.token, retry);
        let claims = claims_of(&retry);
        assert_eq!(claims.iat, at(LOGIN).into());
        assert_eq!(claims.jti.as_deref(), Some(if old { "s.1" } else { "s.2" }));
    }
}

/// An adoption asks twice where the insert finds a row.
#[test]
fn each_step_of_an_adoption_may_fail() {
    let sessions = over_a_network();
    let old = refresh_token("s", &json!({}));
    let first = rotated(refresh(&sessions, &old, LOGIN)).refresh.token;
    for faults in [&[Fault::Before][..], &[Fault::After], &[Fault::None, Fault::Before]] {
        sessions.store().fail(faults);
        assert_eq!(refresh(&sessions, &old, LOGIN), Err(UNAVAILABLE), "{faults:?}");
        assert_eq!(replayed(refresh(&sessions, &old, LOGIN)).refresh.token, first);
    }
}

/// A theft that was seen, and whose session could not be ended: the next to ask sees it as well.
#[test]
fn a_session_that_could_not_be_ended_is_ended_by_the_retry() {
    let sessions = over_a_network();
    let first = login(&sessions, "s").refresh.token;
    let second = rotated(refresh(&sessions, &first, LOGIN)).refresh.token;
    sessions.store().fail(&[Fault::None, Fault::Before]);
    assert_eq!(refresh(&sessions, &first, LOGIN + GRACE), Err(UNAVAILABLE));
    assert_eq!(refresh(&sessions, &first, LOGIN + GRACE), Err(SessionError::Reuse));
    assert_eq!(refresh(&sessions, &second, LOGIN + GRACE), Err(SessionError::Revoked));

    let sessions = over_a_network();
    let first = login(&sessions, "s").refresh.token;
    let second = rotated(refresh(&sessions, &first, LOGIN)).refresh.token;
    sessions.store().fail(&[Fault::None, Fault::After]);
    assert_eq!(refresh(&sessions, &first, LOGIN + GRACE), Err(UNAVAILABLE));
    assert_eq!(refresh(&sessions, &second, LOGIN + GRACE), Err(SessionError::Revoked));
}

#[test]
fn each_call_says_that_the_store_did_not_answer() {
    let sessions = over_a_network();
    let pair = login(&sessions, "s");
    let now = at(LOGIN);
    let access = sessions.issuer().verify_access(&pair.access.token, now).unwrap();
    for fault in [Fault::Before, Fault::After] {
        sessions.store().fail(&[fault; 5]);
        let new = Identity::new(123, "customer", "new");
        assert_eq!(block_on(sessions.start(&new, "", now)), Err(UNAVAILABLE));
        assert_eq!(block_on(sessions.check(&access, now)), Err(UNAVAILABLE));
        assert_eq!(block_on(sessions.list(&123.into(), now)), Err(UNAVAILABLE));
        assert_eq!(block_on(sessions.revoke("s", now)), Err(UNAVAILABLE));
        assert_eq!(block_on(sessions.revoke_user(&123.into(), now)), Err(UNAVAILABLE));
    }
    assert_eq!(block_on(sessions.check(&access, now)), Err(SessionError::Revoked));
}

/// The login whose answer was lost has left a row that nobody has a token of: another name is good.
#[test]
fn a_login_is_tried_again_under_another_name() {
    let sessions = over_a_network();
    let start = |name| {
        let identity = Identity::new(123, "customer", name);
        block_on(sessions.start(&identity, "", at(LOGIN)))
    };
    sessions.store().fail(&[Fault::After]);
    assert_eq!(start("s"), Err(UNAVAILABLE));
    assert_eq!(start("s"), Err(SessionError::SessionExists));
    assert!(start("t").is_ok());
}

/// Two servers, one store: what one gave out the other gives again, to the byte.
#[test]
fn servers_that_share_a_store_agree() {
    let one = over_a_network();
    let other = one.clone();
    let first = login(&one, "s").refresh.token;
    let second = rotated(refresh(&other, &first, LOGIN)).refresh.token;
    assert_eq!(replayed(refresh(&one, &first, LOGIN + 1)).refresh.token, second);
    assert_eq!(generation_of(&rotated(refresh(&one, &second, LOGIN)).refresh.token), 3);
    assert_eq!(refresh(&other, &first, LOGIN), Err(SessionError::Reuse));
    assert_eq!(refresh(&one, &second, LOGIN), Err(SessionError::Revoked));
}

#[test]
fn what_a_client_is_told_and_what_a_log_says() {
    #[track_caller]
    fn test(error: &SessionError<Down>, to_the_client: &str, to_the_log: &str) {
        assert_eq!(error.public_message(), to_the_client);
        assert_eq!(error.to_string(), to_the_log);
    }
    let invalid = "Invalid token";
    let expired = Error::Expired { exp: at(1).into(), now: at(2) };
    test(&SessionError::Token(expired), "Token has expired", "expired at 1, now it is 2");
    test(&Error::InvalidSignature.into(), invalid, "the signature is not valid");
    let no_jti = Error::MissingClaim { claim: "jti" };
    test(&SessionError::from(no_jti), invalid, "the claim jti is missing");
    test(&SessionError::SessionExists, invalid, "there is a session of this name already");
    let revoked = "the session was ended, has expired or is not there";
    test(&SessionError::Revoked, invalid, revoked);
    let reuse = "the token was replaced before; the session is now ended";
    test(&SessionError::Reuse, invalid, reuse);
    let ahead = "the store has not counted to this token's generation";
    test(&SessionError::Ahead, invalid, ahead);
    let no_answer = "the session store did not answer: connection reset";
    test(&UNAVAILABLE, "Try again", no_answer);
}
