//! A thief with a copy of the refresh token, beside a victim who refreshes every 15 minutes: when is
//! it noticed at the latest? The answers stand as a table in the README, and are compared.
#![cfg(feature = "std")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

use core::convert::Infallible;

use jwt_pair_sessions::{MemoryStore, SessionError, SessionPolicy, Sessions};

use crate::common::{DAY, LOGIN, MAX_LIFETIME, WINDOW, login, refresh, seconds, sessions};

const PERIOD: u64 = 900;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    Victim,
    Thief,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Noticed {
    /// Seconds after the thief came for the first time.
    after: u64,
    /// Whose refresh was told `Reuse`.
    by: Who,
}

/// What the thief does, in seconds after a refresh of the victim's, and whether the victim comes.
struct Theft<'a> {
    window: u64,
    /// When the thief comes, in seconds after the theft; in order.
    thief: &'a mut dyn Iterator<Item = u64>,
    /// When the victim comes.
    victim: &'a mut dyn Iterator<Item = u64>,
    /// How long it is watched.
    until: u64,
}

/// A holder of a refresh token: shows it, and keeps what it is given.
fn show(
    sessions: &Sessions<MemoryStore>,
    held: &mut String,
    now: u64,
) -> Result<(), SessionError<Infallible>> {
    let refreshed = refresh(sessions, held, now)?;
    if let Some(next) = refreshed.refresh() {
        held.clone_from(&next.token);
    }
    Ok(())
}

/// When the theft was noticed; `None` if it was not before the end.
fn noticed(theft: Theft<'_>) -> Option<Noticed> {
    let policy = SessionPolicy::new().window(seconds(theft.window));
    let sessions = sessions(MemoryStore::new(), policy);
    let mut of_victim = login(&sessions, "s").refresh.token;
    // One rotation, so that there is a token before; then the copy is made.
    let start = LOGIN + PERIOD;
    show(&sessions, &mut of_victim, start).unwrap();
    let mut of_thief = of_victim.clone();
    let (mut thief, mut victim) = (theft.thief.peekable(), theft.victim.peekable());
    let first = *thief.peek().unwrap();
    loop {
        let next = [(victim.peek(), Who::Victim), (thief.peek(), Who::Thief)];
        let next = next.into_iter().filter_map(|(time, who)| time.map(|time| (*time, who)));
        let (time, who) = next.min().filter(|(time, _)| *time < theft.until)?;
        let held = match who {
            Who::Victim => {
                victim.next();
                &mut of_victim
            }
            Who::Thief => {
                thief.next();
                &mut of_thief
            }
        };
        match show(&sessions, held, start + time) {
            Ok(()) => {}
            Err(SessionError::Reuse(_)) => return Some(Noticed { after: time - first, by: who }),
            Err(other) => panic!("{other:?} after {time} s"),
        }
    }
}

/// The thief comes at one distance after each refresh of the victim's.
fn lockstep(window: u64, distance: u64, until: u64) -> Option<Noticed> {
    noticed(Theft {
        window,
        thief: &mut (0..).map(|round| round * PERIOD + distance),
        victim: &mut (1..).map(|round| round * PERIOD),
        until,
    })
}

/// Neither is noticed as long as it is watched.
const WATCHED: u64 = DAY / 2;

/// The latest of all distances of a range, and who was told; the same for all.
fn latest(window: u64, distances: core::ops::Range<u64>) -> Option<Noticed> {
    let last = distances.end - 1;
    let distances = distances.step_by(7).chain([last]);
    let mut all = distances.map(|distance| lockstep(window, distance, WATCHED));
    let first = all.next().unwrap();
    all.fold(first, |latest, noticed| match (latest, noticed) {
        (Some(latest), Some(noticed)) => {
            assert_eq!(latest.by, noticed.by);
            Some(if latest.after < noticed.after { noticed } else { latest })
        }
        (None, None) => None,
        other => panic!("some are noticed and some are not: {other:?}"),
    })
}

/// The thief comes once in step, and once more.
fn twice(window: u64, first: u64, second: u64) -> Option<Noticed> {
    noticed(Theft {
        window,
        thief: &mut [first, second].into_iter(),
        victim: &mut (1..).map(|round| round * PERIOD),
        until: WATCHED,
    })
}

/// The thief comes at an interval of its own.
fn at_intervals(window: u64, interval: u64) -> Option<Noticed> {
    noticed(Theft {
        window,
        thief: &mut (0..).map(|round| 1 + round * interval),
        victim: &mut (1..).map(|round| round * PERIOD),
        until: 90 * DAY - PERIOD,
    })
}

/// The victim stays away for so long, while the thief goes on.
fn absent(window: u64, days: u64) -> Option<Noticed> {
    noticed(Theft {
        window,
        thief: &mut (0..).map(|round| 400 + round * PERIOD),
        victim: &mut [days * DAY].into_iter(),
        until: (days + 1) * DAY,
    })
}

fn cell(noticed: Option<Noticed>) -> String {
    match noticed {
        None => "never".into(),
        Some(Noticed { after: 0, .. }) => "at once".into(),
        Some(Noticed { after, by }) => {
            let whose = match by {
                Who::Victim => "at the victim's refresh",
                Who::Thief => "when the thief comes back",
            };
            match after {
                // The time is the thief's choice.
                _ if by == Who::Thief => whose.into(),
                0..3_600 => format!("{whose}, within {} min", after.div_ceil(60)),
                3_600..DAY => format!("{whose}, within {} h", after.div_ceil(3_600)),
                _ => format!("{whose}, after {} days", after.div_ceil(DAY)),
            }
        }
    }
}

fn table() -> String {
    let both = |noticed: &dyn Fn(u64) -> Option<Noticed>| {
        format!("{} | {}", cell(noticed(WINDOW)), cell(noticed(0)))
    };
    let rows = [
        ("less than 5 min after the victim, each time", both(&|window| latest(window, 1..WINDOW))),
        (
            "less than 5 min before the victim, each time",
            both(&|window| latest(window, PERIOD - WINDOW + 1..PERIOD)),
        ),
        (
            "5 min or more from each refresh of the victim",
            both(&|window| latest(window, WINDOW..PERIOD - WINDOW + 1)),
        ),
        (
            "with a token that was replaced 5 min ago or longer",
            both(&|window| latest_second(window, PERIOD + WINDOW)),
        ),
        (
            "once after the victim, in time, and then not in time",
            both(&|window| twice(window, PERIOD + 10, 2 * PERIOD + WINDOW)),
        ),
        ("every 7 min, whatever the victim does", both(&|window| at_intervals(window, 420))),
        ("every 14 min, whatever the victim does", both(&|window| at_intervals(window, 840))),
        ("while the victim is away for 6 days", both(&|window| absent(window, 6))),
    ];
    let mut table = String::from("| the thief comes | W = 5 min | W = 0 |\n|---|---|---|\n");
    for (thief, cells) in rows {
        table += &format!("| {thief} | {cells} |\n");
    }
    table
}

/// The thief keeps the copy until then, and comes for the first time.
fn latest_second(window: u64, time: u64) -> Option<Noticed> {
    noticed(Theft {
        window,
        thief: &mut [time].into_iter(),
        victim: &mut (1..).map(|round| round * PERIOD),
        until: WATCHED,
    })
}

#[test]
fn the_readme_says_when_a_theft_is_noticed() {
    let readme = include_str!("../../README.md");
    let table = table();
    assert!(readme.contains(&table), "the README does not hold this table:\n{table}");
}

/// In lockstep a thief lives as long as the session: to its deadline.
#[test]
fn a_thief_in_lockstep_is_not_noticed_in_90_days() {
    for distance in [299, 601] {
        let until = MAX_LIFETIME - 2 * PERIOD;
        assert_eq!(lockstep(WINDOW, distance, until), None, "{distance} s after the victim");
    }
}

/// A thief who is in time once and never comes back is not noticed, and has one access token and a
/// refresh token that the next rotation makes old.
#[test]
fn a_thief_who_comes_once_in_time_is_not_noticed() {
    for first in [10, 290, PERIOD + 10, PERIOD - 10] {
        assert_eq!(latest_second(WINDOW, first), None);
    }
}
