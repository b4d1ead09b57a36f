//! A store that does not answer: before the step is taken, or after; and one that refuses.
#![cfg(feature = "std")]
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

use crate::common::faulty_store::{Down, Fault, FaultyStore};
use crate::common::{
    LOGIN, WINDOW, ahead, at, block_on, claims_of, ended, generation_of, login, of_user, refresh,
    refresh_token, repeated, reuse, revoked, rotated, row, sessions,
};
use jwt_pair::serde_json::json;
use jwt_pair::{Blame, Error};
use jwt_pair_sessions::{EndReason, List, SessionError, SessionPolicy, Sessions};

const UNAVAILABLE: SessionError<Down> = SessionError::Unavailable(Down::NoAnswer);
const LATER: u64 = LOGIN + 1_000;

fn over_a_network() -> Sessions<FaultyStore> {
    sessions(FaultyStore::default(), SessionPolicy::new().adopt_tokens_without_jti())
}

#[test]
fn a_lost_question_is_asked_again() {
    let sessions = over_a_network();
    let token = login(&sessions, "s").refresh.token;
    sessions.store().fail(&[Fault::Before; 3]);
    for _ in 0..3 {
        assert_eq!(refresh(&sessions, &token, LATER), Err(UNAVAILABLE));
    }
    assert_eq!(generation_of(&rotated(refresh(&sessions, &token, LATER)).refresh.token), 2);
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
        assert_eq!(refresh(&sessions, &token, LATER), Err(UNAVAILABLE));
        let [retry, another] = [1, 2].map(|later| refresh(&sessions, &token, LATER + later));
        let retry = repeated(retry).refresh.token;
        assert_eq!(repeated(another).refresh.token, retry);
        let claims = claims_of(&retry);
        assert_eq!(claims.iat, at(LATER).into());
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
        assert_eq!(repeated(refresh(&sessions, &old, LOGIN)).refresh.token, first);
    }
}

/// The alarm is not lost with the answer: the retry is told what the first was to be told.
#[test]
fn a_theft_whose_answer_was_lost_is_told_to_the_retry() {
    let sessions = over_a_network();
    let first = login(&sessions, "s").refresh.token;
    let second = rotated(refresh(&sessions, &first, LATER)).refresh.token;
    let late = LATER + WINDOW;
    sessions.store().fail(&[Fault::Before, Fault::After]);
    assert_eq!(refresh(&sessions, &first, late), Err(UNAVAILABLE));
    assert_eq!(refresh(&sessions, &first, late + 1), Err(UNAVAILABLE));
    let noticed = reuse(refresh(&sessions, &first, late + 2));
    assert_eq!(noticed.ended, ended(EndReason::Reuse, late + 1));
    assert_eq!(reuse(refresh(&sessions, &second, late + 3)), noticed);

    let sessions = over_a_network();
    login(&sessions, "s");
    let unknown = refresh_token("s", &json!({ "jti": "s.2" }));
    sessions.store().fail(&[Fault::After]);
    assert_eq!(refresh(&sessions, &unknown, LATER), Err(UNAVAILABLE));
    let noticed = ahead(refresh(&sessions, &unknown, LATER + 1));
    assert_eq!(noticed.ended, ended(EndReason::Ahead, LATER));
}

#[test]
fn each_call_says_that_the_store_did_not_answer() {
    let sessions = over_a_network();
    let pair = login(&sessions, "s");
    let now = at(LOGIN);
    let access = sessions.issuer().verify_access(&pair.access.token, now).unwrap();
    let (user_id, limit) = (&123.into(), 9.try_into().unwrap());
    let list = List { user_id, after: None, limit, now };
    for fault in [Fault::Before, Fault::After] {
        sessions.store().fail(&[fault; 9]);
        assert_eq!(block_on(sessions.start(&of_user("new"), now)), Err(UNAVAILABLE));
        assert_eq!(block_on(sessions.check(&access, now)), Err(UNAVAILABLE));
        assert_eq!(block_on(sessions.list(&list)), Err(UNAVAILABLE));
        assert_eq!(block_on(sessions.logout(&pair.refresh.token, now)), Err(UNAVAILABLE));
        assert_eq!(block_on(sessions.revoke("s", now)), Err(UNAVAILABLE));
        assert_eq!(block_on(sessions.revoke_of(user_id, "s", now)), Err(UNAVAILABLE));
        assert_eq!(block_on(sessions.revoke_user(user_id, now)), Err(UNAVAILABLE));
        assert_eq!(block_on(sessions.revoke_others(user_id, "t", now)), Err(UNAVAILABLE));
        assert_eq!(block_on(sessions.purge(now)), Err(UNAVAILABLE));
    }
    let over = Err(revoked(EndReason::Logout, LOGIN));
    assert_eq!(block_on(sessions.check(&access, now)), over);
}

/// The login whose answer was lost has left a row. Under its name it gets that session.
#[test]
fn a_login_whose_answer_was_lost_is_tried_again_under_its_name() {
    let sessions = over_a_network();
    let start = || block_on(sessions.start(&of_user("s"), at(LOGIN + 9)));
    for faults in [&[Fault::After][..], &[Fault::None, Fault::Before]] {
        sessions.store().fail(faults);
        assert_eq!(start(), Err(UNAVAILABLE));
    }
    let pair = start().unwrap().pair;
    assert_eq!(crate::common::list(&sessions, 123, LATER).len(), 1);
    rotated(refresh(&sessions, &pair.refresh.token, LATER));
}

/// What the store can never keep is not "try again".
#[test]
fn a_name_that_the_store_refuses_is_the_services_fault() {
    let sessions = over_a_network();
    let name = "s".repeat(1_025);
    let refused = block_on(sessions.start(&of_user(&name), at(LOGIN))).unwrap_err();
    assert_eq!(refused, SessionError::Refused(Down::NameTooLong));
    assert_eq!((refused.http_status(), refused.blame()), (500, Blame::Service));
}

/// Two servers, one store: what one gave out the other gives again, to the byte.
#[test]
fn servers_that_share_a_store_agree() {
    let one = over_a_network();
    let other = one.clone();
    let first = login(&one, "s").refresh.token;
    let second = rotated(refresh(&other, &first, LATER)).refresh.token;
    assert_eq!(repeated(refresh(&one, &first, LATER + 1)).refresh.token, second);
    let late = LATER + WINDOW;
    assert_eq!(generation_of(&rotated(refresh(&one, &second, late)).refresh.token), 3);
    let noticed = reuse(refresh(&other, &first, late));
    assert_eq!(reuse(refresh(&one, &second, late)), noticed);
}

#[test]
fn what_a_client_is_told_and_what_a_log_says() {
    #[track_caller]
    fn test(
        error: &SessionError<Down>,
        (message, status, blame): (&str, u16, Blame),
        reason: Option<&str>,
        to_the_log: &str,
    ) {
        assert_eq!(error.public_message(), message);
        assert_eq!((error.http_status(), error.blame()), (status, blame));
        assert_eq!(error.reason(), reason);
        assert_eq!(error.to_string(), to_the_log);
    }
    let invalid = ("Invalid token", 401, Blame::Client);
    let fault = ("Try again", 500, Blame::Service);
    let expired = Error::Expired { exp: at(1).into(), now: at(2) };
    let is_late = ("Token has expired", 401, Blame::Client);
    test(&SessionError::Token(expired), is_late, None, "expired at 1, now it is 2");
    test(&Error::InvalidSignature.into(), invalid, None, "the signature is not valid");
    let no_jti = Error::MissingClaim { claim: "jti" };
    test(&SessionError::from(no_jti), invalid, None, "the claim jti is missing");
    // A broken clock is not the client's fault.
    let clock = SessionError::from(Error::ClockBeforeEpoch);
    test(&clock, fault, None, &Error::ClockBeforeEpoch.to_string());
    test(&SessionError::SessionExists, fault, None, "there is a session of this name already");
    let no_id = "no session id was given, and none could be made";
    test(&SessionError::NoSessionId, fault, None, no_id);
    let over = "the session has expired or is not there";
    test(&SessionError::Revoked(None), invalid, Some("expired"), over);
    for why in EndReason::ALL {
        let log = format!("the session was ended at 7: {why}");
        test(&revoked(why, 7), invalid, Some(why.as_str()), &log);
    }
    let mut stolen = row("s", 2);
    assert!(stolen.end(EndReason::Reuse, at(5)));
    let log = "the token was replaced before; the session is ended";
    test(&SessionError::Reuse(Box::new(stolen)), invalid, Some("reuse"), log);
    let mut lost = row("s", 2);
    assert!(lost.end(EndReason::Ahead, at(5)));
    let log = "the store lost a rotation; the session is ended";
    test(&SessionError::Ahead(Box::new(lost)), invalid, Some("ahead"), log);
    let no_answer = "the session store did not answer: connection reset";
    test(&UNAVAILABLE, ("Try again", 503, Blame::Service), None, no_answer);
    let too_long = "the session store cannot keep this: the name is too long";
    test(&SessionError::Refused(Down::NameTooLong), fault, None, too_long);
}

/// The cause of an error is the error that it holds.
#[test]
fn an_error_has_its_cause() {
    use core::error::Error as _;
    let cause = |error: &SessionError<Down>| error.source().map(ToString::to_string);
    let token = SessionError::from(Error::InvalidSignature);
    assert_eq!(cause(&token).as_deref(), Some("the signature is not valid"));
    assert_eq!(cause(&UNAVAILABLE).as_deref(), Some("connection reset"));
    let refused = SessionError::Refused(Down::NameTooLong);
    assert_eq!(cause(&refused).as_deref(), Some("the name is too long"));
    assert_eq!(cause(&SessionError::SessionExists), None);
}
