//! What honest browsers lose: nothing, as long as twice an answer's delay and the difference of the
//! clocks together stay below the window.
#![cfg(feature = "std")]
#![allow(clippy::panic, clippy::arithmetic_side_effects, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "says how much was simulated")]

use crate::browser::{Fate, Habits, Server, live};

/// Six tabs within 2 s, 5 % slow answers, a burst every two minutes.
const BUSY: Habits = Habits {
    window: 300,
    days: 2,
    quiet: 120,
    tabs: 6,
    spread: 2_000,
    slow_per_mille: 50,
    slow: 2_000,
    clocks_apart: 0,
    ordered: false,
    clock_ahead_once: false,
    server: Server::Right,
};

fn browsers(habits: Habits, count: u64) -> impl Iterator<Item = Fate> {
    (0..count).map(move |seed| live(habits, seed))
}

#[track_caller]
fn none_is_lost(name: &str, habits: Habits) {
    let mut rotations = 0;
    for fate in browsers(habits, 2) {
        match fate {
            Ok(rotated) => rotations += rotated,
            Err((error, day)) => panic!("{name}, day {day}: {error:?}, {habits:?}"),
        }
    }
    println!("{name}: {rotations} rotations");
    assert!(rotations > 100, "{name}: only {rotations} rotations");
}

/// How many of 20 are logged out.
fn lost(habits: Habits) -> usize {
    browsers(habits, 20).filter(Result::is_err).count()
}

#[test]
fn bursts_log_nobody_out() {
    for window in [30, 300] {
        for ordered in [false, true] {
            for quiet in [120, 600] {
                let days = 2 * quiet / 120;
                let habits = Habits { window, ordered, quiet, days, ..BUSY };
                none_is_lost("bursts", habits);
            }
        }
    }
    none_is_lost("12 tabs", Habits { tabs: 12, spread: 3_000, days: 1, ..BUSY });
    none_is_lost("F5", Habits { tabs: 4, spread: 2_000, window: 30, days: 1, ..BUSY });
}

/// A stall or a failover between commit and answer, and two servers whose clocks are apart.
#[test]
fn slow_answers_and_clocks_apart_log_nobody_out() {
    let slow = Habits { slow_per_mille: 200, slow: 12_000, window: 30, ..BUSY };
    none_is_lost("answers of 12 s", slow);
    let apart = Habits { clocks_apart: 25, window: 30, ..BUSY };
    none_is_lost("25 s apart", apart);
    let both = Habits { clocks_apart: 11, slow_per_mille: 200, slow: 8_000, window: 30, ..BUSY };
    none_is_lost("both", both);
    let stalled = Habits { clocks_apart: 150, slow_per_mille: 100, slow: 60_000, ..BUSY };
    none_is_lost("a failover of 60 s, 150 s apart", stalled);
}

#[test]
fn a_clock_that_was_30_days_ahead_once_logs_nobody_out() {
    for window in [30, 300] {
        let habits = Habits { clock_ahead_once: true, quiet: 1_800, days: 4, window, ..BUSY };
        none_is_lost("ahead once", habits);
    }
}

/// The same browsers on servers that do otherwise: the simulation sees what is lost.
#[test]
fn the_neighbours_of_the_rule_lose_sessions() {
    let short = Habits { days: 1, quiet: 600, ..BUSY };
    let rotates_always = lost(Habits { window: 0, ..short });
    assert_eq!(rotates_always, 20, "with a rotation for each request");
    let sets_always = Habits { server: Server::SetsTheCookieAlways, window: 30, ..short };
    let sets_always = lost(Habits { quiet: 120, ..sets_always });
    assert!(sets_always >= 5, "with a cookie in each answer: {sets_always} of 20");
    let too_slow = Habits { slow_per_mille: 200, slow: 100_000, window: 30, ..short };
    let too_slow = lost(Habits { quiet: 120, ..too_slow });
    assert!(too_slow >= 5, "with answers slower than the window: {too_slow} of 20");
}
