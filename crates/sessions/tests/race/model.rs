//! A model check: the real `Sessions::refresh` in every order in which three tabs, a thief, a logout
//! and the clock can take their steps.
//!
//! What must hold in each run, within the budgets of each scenario:
//! - One chain: a generation has one refresh token, and one Rotated leads to it.
//! - What the store has ended stays ended: no pair is given out from then on.
//! - A token that was replaced longer ago than the grace window, or twice, gets no pair from anybody's
//!   hand, and where it is noticed the session is ended.
//! - Nobody honest is logged out, as long as no thief has asked and nobody has logged out. Honest are
//!   those who refresh when their access token has expired, whose requests take less than the grace
//!   window, and who let go of a replaced token before its grace window is over. The access token
//!   lives for two grace windows or longer. Without one of these somebody is logged out, as shown.
#![allow(clippy::print_stdout, reason = "says how much was explored")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use crate::common::GRACE;
use crate::common::model::{Scenario, TICK, Wrong, check};
use crate::common::server::Outcome;
use crate::common::stepped_store::Bug;

/// Three tabs of one browser, a response that is lost, a thief who asks once, and a logout.
const SCENARIO: Scenario = Scenario {
    browsers: &[3],
    old_login: false,
    ticks: 3,
    losses: 1,
    thief_asks: 1,
    logout: true,
    in_time: true,
    keeps_the_honest: true,
    access_lifetime: 2 * GRACE,
    eager_asks: 0,
    grace: GRACE,
    bug: Bug::None,
};

#[track_caller]
fn holds(name: &str, scenario: Scenario, at_least: usize) {
    let explored = check(scenario).unwrap();
    println!("{name}: {explored:?}");
    assert!(explored.states >= at_least, "only {} states", explored.states);
}

#[track_caller]
fn fails(scenario: Scenario, wrong: Wrong) {
    let violation = check(scenario).unwrap_err();
    assert_eq!(violation.wrong, wrong, "{:?}", violation.moves);
}

const LOGGED_OUT: Wrong = Wrong::HonestLoggedOut(Outcome::Reuse);
const TWO_THEFTS: Scenario = Scenario { losses: 0, thief_asks: 2, ..SCENARIO };
const NO_THIEF: Scenario = Scenario { ticks: 6, losses: 2, thief_asks: 0, ..SCENARIO };

#[test]
fn three_tabs_of_one_browser() {
    holds("one browser, one theft", SCENARIO, 58_000);
    holds("one browser, two thefts", TWO_THEFTS, 93_000);
    holds("one browser, no thief", NO_THIEF, 57_000);
}

#[test]
fn two_tabs_and_a_copy_of_their_cookies() {
    holds("two browsers, one theft", Scenario { browsers: &[2, 1], ..SCENARIO }, 254_000);
    let no_thief = Scenario { ticks: 5, losses: 1, ..NO_THIEF };
    holds("two browsers, no thief", Scenario { browsers: &[2, 1], ..no_thief }, 87_000);
}

#[test]
fn three_copies_of_one_cookie() {
    holds("three browsers, one theft", Scenario { browsers: &[1, 1, 1], ..SCENARIO }, 143_000);
}

#[test]
fn a_token_from_before_sessions() {
    holds("adopted, one theft", Scenario { old_login: true, ..SCENARIO }, 129_000);
    holds("adopted, no thief", Scenario { old_login: true, ..NO_THIEF }, 78_000);
}

/// Clients that are as late and as eager as they like may be logged out, and nothing worse.
#[test]
fn clients_that_promise_nothing() {
    let careless = Scenario {
        ticks: 2,
        losses: 0,
        in_time: false,
        keeps_the_honest: false,
        eager_asks: 1,
        ..SCENARIO
    };
    holds("careless", careless, 126_000);
}

#[test]
fn each_promise_of_the_honest_is_needed() {
    let alone = Scenario { thief_asks: 0, logout: false, losses: 0, ..SCENARIO };
    fails(Scenario { in_time: false, ..alone }, LOGGED_OUT);
    fails(Scenario { access_lifetime: 2 * TICK, ticks: 4, losses: 1, ..alone }, LOGGED_OUT);
    // Three tabs that refresh at once when they open, within a moment.
    fails(Scenario { eager_asks: 1, ticks: 0, ..alone }, LOGGED_OUT);
}

#[test]
fn the_checker_sees_what_is_wrong() {
    let test = |bug: Bug, wrong: Wrong| fails(Scenario { bug, ..SCENARIO }, wrong);
    test(Bug::NonAtomicAdvance, Wrong::RotatedTwice);
    test(Bug::UnRevoke, Wrong::CameBack);
    test(Bug::SecondChild, Wrong::RotatedTwice);
    test(Bug::TouchOnReplay, Wrong::Forked);
    test(Bug::ForgetRevoke, Wrong::CameBack);
    test(Bug::LoseWrite, Wrong::RotatedTwice);
    let (bug, ahead) = (Bug::LoseWrite, Wrong::Unfounded(Outcome::Ahead));
    fails(Scenario { bug, browsers: &[1], ..SCENARIO }, ahead);
    let bug = Bug::NonAtomicInsert;
    fails(Scenario { bug, old_login: true, ..SCENARIO }, Wrong::RotatedTwice);

    // A server whose grace window is not the one that was promised.
    fails(Scenario { grace: 0, ..SCENARIO }, LOGGED_OUT);
    fails(Scenario { grace: 2 * GRACE, ..SCENARIO }, Wrong::LateReplay);
}
