//! A model check: the real `Sessions::refresh` in every order in which three tabs, a thief, a logout
//! and the clock can take their steps.
//!
//! What must hold in each run, within the budgets of each scenario:
//! - The outcome of each step is the one that the rule gives for what was given out so far.
//! - One chain: a generation has one refresh token, and one `Rotated` leads to it.
//! - What has ended stays ended, and tells why.
//! - Nobody honest is logged out, as long as no thief has asked and nobody has logged out. Honest are
//!   those whose requests take less than half the window, and who ask again within the window where
//!   an answer was lost. Tabs may ask as often as they like, at any time.
#![allow(clippy::print_stdout, reason = "says how much was explored")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use crate::checker::{Scenario, WINDOW, Wrong, check};
use crate::server::Outcome;
use crate::stepped_store::Bug;

/// Three tabs of one browser, a response that is lost, a thief who asks once, and a logout.
const SCENARIO: Scenario = Scenario {
    tabs: 3,
    old_login: false,
    // Enough for a rotation, and for the window after it to be over.
    ticks: 6,
    asks: 3,
    losses: 1,
    thief_asks: 1,
    logout: true,
    slowest: 1,
    window: WINDOW,
    bug: Bug::None,
};

#[track_caller]
fn holds(name: &str, scenario: Scenario, at_least: usize) {
    let explored = check(scenario).unwrap();
    println!("{name}: {explored:?}");
    assert!(explored.states >= at_least, "only {} states", explored.states);
}

#[track_caller]
fn fails(scenario: Scenario) -> Wrong {
    check(scenario).map(|explored| panic!("{scenario:?} holds: {explored:?}")).unwrap_err().wrong
}

const NO_THIEF: Scenario = Scenario { thief_asks: 0, logout: false, ticks: 9, asks: 6, ..SCENARIO };

#[test]
fn three_tabs_of_one_browser() {
    holds("one theft", SCENARIO, 40_000);
    holds("two thefts", Scenario { thief_asks: 2, losses: 0, asks: 3, ..SCENARIO }, 20_000);
    holds("no thief", NO_THIEF, 20_000);
    holds("no loss", Scenario { losses: 0, asks: 8, ..NO_THIEF }, 10_000);
}

#[test]
fn a_token_from_before_sessions() {
    let old = Scenario { old_login: true, asks: 2, ..SCENARIO };
    holds("adopted, one theft", old, 20_000);
    holds("adopted, no thief", Scenario { old_login: true, asks: 4, ..NO_THIEF }, 10_000);
}

/// A request that takes the window or longer may log somebody out.
#[test]
fn a_slow_request_may_log_somebody_out() {
    let slow = Scenario { slowest: 3, losses: 0, ..NO_THIEF };
    assert_eq!(fails(slow), Wrong::HonestLoggedOut(Outcome::Reuse));
}

#[test]
fn the_checker_sees_what_is_wrong() {
    let wrong = |bug| fails(Scenario { bug, ..SCENARIO });
    for bug in [Bug::NonAtomicRefresh, Bug::TouchOnRepeat, Bug::NeverKeeps, Bug::LoseWrite] {
        assert!(matches!(wrong(bug), Wrong::Instead(..) | Wrong::Forked), "{:?}", wrong(bug));
    }
    for bug in [Bug::UnEnd, Bug::ForgetEnd, Bug::ForgetReuse] {
        let wrong = wrong(bug);
        assert!(matches!(wrong, Wrong::CameBack | Wrong::Instead(..)), "{bug:?}: {wrong:?}");
    }
    let adopted = Scenario { bug: Bug::NonAtomicInsert, old_login: true, ..SCENARIO };
    assert!(matches!(fails(adopted), Wrong::Instead(..) | Wrong::Forked));

    // A server whose window is not the one that was promised.
    for window in [0, WINDOW - 20, WINDOW + 20] {
        let wrong = fails(Scenario { window, ..SCENARIO });
        assert!(matches!(wrong, Wrong::Instead(..)), "{window}: {wrong:?}");
    }
}
