//! What a refresh token is worth, for every kind of row, generation, `iat` and time.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

use core::time::Duration;

use crate::common::{LOGIN, at, row, seconds};
use jwt_pair::UserId;
use jwt_pair_sessions::{Decision, EndReason, Ended, Refresh, Session, ShownToken, decide};

/// What a row can be, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Alive,
    Absent,
    OfAnother,
    Ended(EndReason),
    Expired,
    PastDeadline,
    EndedAndExpired,
}

const KINDS: [Kind; 11] = [
    Kind::Alive,
    Kind::Absent,
    Kind::OfAnother,
    Kind::Ended(EndReason::Logout),
    Kind::Ended(EndReason::All),
    Kind::Ended(EndReason::Others),
    Kind::Ended(EndReason::Reuse),
    Kind::Ended(EndReason::Ahead),
    Kind::Expired,
    Kind::PastDeadline,
    Kind::EndedAndExpired,
];

fn row_of(kind: Kind, alive: Session, now: u64) -> Option<Session> {
    let mut row = alive;
    (row.expires_at, row.deadline) = (at(now + 1), at(u64::MAX));
    match kind {
        Kind::Alive => {}
        Kind::Absent => return None,
        Kind::OfAnother => row.user_id = "123".into(),
        Kind::Ended(why) => row.ended = Some(Ended { why, at: at(1) }),
        Kind::Expired => row.expires_at = at(now),
        Kind::PastDeadline => row.deadline = at(now),
        Kind::EndedAndExpired => {
            row.ended = Some(Ended { why: EndReason::Reuse, at: at(1) });
            (row.expires_at, row.deadline) = (at(0), at(0));
        }
    }
    Some(row)
}

/// Of which generation a token is, by its number and its `iat` together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    Current,
    Before,
    Older,
    /// Of none that the store has counted.
    Unknown,
}

/// The design's table, over numbers that cannot wrap, as the sentences say it.
fn expected(kind: Kind, row: &Session, token: (u64, u64), now: u64, window: u64) -> Decision {
    match kind {
        Kind::Absent | Kind::OfAnother => return Decision::Revoked,
        Kind::Ended(why) => return Decision::Ended(why),
        Kind::EndedAndExpired => return Decision::Ended(EndReason::Reuse),
        Kind::Expired | Kind::PastDeadline => return Decision::Revoked,
        Kind::Alive => {}
    }
    let wide = |number: u64| i128::from(number);
    let (generation, iat) = token;
    let (rotated_at, previous) = (row.rotated_at.as_secs(), row.previous_rotated_at.as_secs());
    let behind = wide(row.generation) - wide(generation);
    let of = if behind >= 2 {
        Of::Older
    } else if behind == 1 && iat == previous {
        Of::Before
    } else if behind == 0 && iat == rotated_at {
        Of::Current
    } else {
        Of::Unknown
    };
    let distance = (wide(now) - wide(rotated_at)).abs();
    let stands_still = window > 0 && distance < wide(window);
    let before_the_end = window > 0 && wide(now) < wide(rotated_at) + wide(window);
    match of {
        Of::Current if stands_still => Decision::Keep,
        Of::Current if row.generation == u64::MAX => Decision::Revoked,
        Of::Current => Decision::Rotate,
        Of::Before if before_the_end => Decision::Repeat,
        Of::Before | Of::Older => Decision::Reuse,
        Of::Unknown => Decision::Ahead,
    }
}

#[test]
fn every_decision() {
    let generations = [0, 1, 2, 3, 4, 1 << 53, u64::MAX - 2, u64::MAX - 1, u64::MAX];
    let windows = [0, 1, 2, 30, 300, u64::MAX];
    // When the generation before began, and this one: a clock may have been ahead.
    let rotations =
        [(0, 0), (LOGIN - 900, LOGIN), (LOGIN, LOGIN), (LOGIN + 900, LOGIN), (7, u64::MAX - 300)];
    let user = UserId::from(123);
    let (mut cases, mut seen) = (0_u32, std::collections::HashMap::new());
    for kind in KINDS {
        for of_row in generations {
            for (previous, rotated_at) in rotations {
                let mut alive = row("s", of_row);
                (alive.previous_rotated_at, alive.rotated_at) = (at(previous), at(rotated_at));
                for generation in generations {
                    for iat in [previous, rotated_at, rotated_at + 1, 0, u64::MAX] {
                        let token = ShownToken { user_id: &user, generation, iat: at(iat) };
                        for window in windows {
                            for now in times(rotated_at, window) {
                                let row = row_of(kind, alive.clone(), now);
                                let decision =
                                    decide(row.as_ref(), &token, at(now), seconds(window));
                                assert_eq!(
                                    decision,
                                    expected(kind, &alive, (generation, iat), now, window),
                                    "{token:?} at {now}, window {window}: {row:?}"
                                );
                                cases += 1;
                                *seen.entry(decision).or_insert(0_u32) += 1;
                            }
                        }
                    }
                }
            }
        }
    }
    assert!(cases >= 500_000, "only {cases} cases");
    assert_eq!(seen.len(), 11, "{seen:?}");
    assert!(seen.values().all(|times| *times >= 100), "{seen:?}");
}

/// Before, at and after both ends of the window, on both sides of the rotation.
fn times(rotated_at: u64, window: u64) -> Vec<u64> {
    let around = |time: u64| [time.saturating_sub(1), time, time.saturating_add(1)];
    let (end, before) = (rotated_at.saturating_add(window), rotated_at.saturating_sub(window));
    let mut times = [around(rotated_at), around(end), around(before)].concat();
    times.extend([0, rotated_at / 2, u64::MAX - 1]);
    times.retain(|now| *now < u64::MAX);
    times.sort_unstable();
    times.dedup();
    times
}

/// The same by hand: a row of generation 5 that was rotated at 4,000, and before at 3,000.
#[test]
fn the_table_of_the_design() {
    #[track_caller]
    fn test(generation: u64, iat: u64, now: u64, window: u64, decision: Decision) {
        let user = UserId::from(123);
        let mut row = row("s", 5);
        (row.previous_rotated_at, row.rotated_at) = (at(3_000), at(4_000));
        let token = ShownToken { user_id: &user, generation, iat: at(iat) };
        assert_eq!(decide(Some(&row), &token, at(now), seconds(window)), decision);
    }
    // The current token, on both sides of the rotation.
    test(5, 4_000, 4_000, 300, Decision::Keep);
    test(5, 4_000, 4_299, 300, Decision::Keep);
    test(5, 4_000, 4_300, 300, Decision::Rotate);
    test(5, 4_000, 3_701, 300, Decision::Keep);
    test(5, 4_000, 3_700, 300, Decision::Rotate);
    test(5, 4_000, 0, 300, Decision::Rotate);
    test(5, 4_000, 4_000, 0, Decision::Rotate);
    test(5, 4_000, LOGIN, 300, Decision::Rotate);
    // The one before.
    test(4, 3_000, 4_299, 300, Decision::Repeat);
    test(4, 3_000, 4_300, 300, Decision::Reuse);
    test(4, 3_000, 0, 300, Decision::Repeat);
    test(4, 3_000, 4_000, 1, Decision::Repeat);
    test(4, 3_000, 4_001, 1, Decision::Reuse);
    test(4, 3_000, 4_000, 0, Decision::Reuse);
    test(4, 3_000, 0, 0, Decision::Reuse);
    // Older ones, whenever they were issued.
    test(3, 2_000, 4_000, 300, Decision::Reuse);
    test(3, 4_000, 4_000, 300, Decision::Reuse);
    test(0, 0, 0, 300, Decision::Reuse);
    // The store lost a rotation.
    test(6, 5_000, 5_000, 300, Decision::Ahead);
    test(6, 4_000, 4_000, 300, Decision::Ahead);
    test(5, 3_999, 4_000, 300, Decision::Ahead);
    test(5, 3_000, 4_000, 300, Decision::Ahead);
    test(4, 4_000, 4_000, 300, Decision::Ahead);
    test(4, 2_999, 4_000, 300, Decision::Ahead);
    test(u64::MAX, 4_000, 4_000, 300, Decision::Ahead);
}

#[test]
fn of_the_window_only_whole_seconds_count() {
    let user = UserId::from(123);
    let test = |millis: u64, since: u64, decision: Decision| {
        let token = ShownToken { user_id: &user, generation: 2, iat: at(LOGIN) };
        let window = Duration::from_millis(millis);
        assert_eq!(decide(Some(&row("s", 2)), &token, at(LOGIN + since), window), decision);
    };
    test(999, 0, Decision::Rotate);
    test(1_999, 0, Decision::Keep);
    test(1_999, 1, Decision::Rotate);
}

#[test]
fn a_session_is_alive_until_the_earlier_of_its_ends() {
    #[track_caller]
    fn test(expires_at: u64, deadline: u64, ended: bool, now: u64, alive: bool, expired: bool) {
        let mut row = row("s", 1);
        (row.expires_at, row.deadline) = (at(expires_at), at(deadline));
        if ended {
            assert!(row.end(EndReason::All, at(1)));
        }
        assert_eq!((row.is_alive(at(now)), row.has_expired(at(now))), (alive, expired));
    }
    test(10, 20, false, 0, true, false);
    test(10, 20, false, 9, true, false);
    test(10, 20, false, 10, false, true);
    test(20, 10, false, 9, true, false);
    test(20, 10, false, 10, false, true);
    test(10, 10, false, u64::MAX, false, true);
    test(10, 20, true, 9, false, false);
    test(10, 20, true, 10, false, true);
    test(0, 0, false, 0, false, true);
    test(u64::MAX, u64::MAX, false, u64::MAX - 1, true, false);
    test(u64::MAX, u64::MAX, false, u64::MAX, false, true);
}

#[test]
fn the_first_reason_stays() {
    for first in EndReason::ALL {
        let mut row = row("s", 1);
        assert!(row.end(first, at(5)));
        for later in EndReason::ALL {
            assert!(!row.end(later, at(4)));
            assert_eq!(row.ended, Some(Ended { why: first, at: at(5) }));
        }
    }
}

#[test]
fn a_reason_is_read_from_its_word_and_from_no_other() {
    for reason in EndReason::ALL {
        assert_eq!(EndReason::from_word(reason.as_str()), Some(reason));
        assert_eq!(reason.to_string(), reason.as_str());
    }
    for word in ["", "Logout", "logout ", "expired", "0"] {
        assert_eq!(EndReason::from_word(word), None);
    }
}

/// A step writes what its decision asks for, and nothing else.
#[test]
fn a_row_changes_as_the_decision_says() {
    #[track_caller]
    fn test(before: &Session, (generation, iat): (u64, u64), label: Option<&str>) -> Decision {
        let (user, now) = (UserId::from(123), at(LOGIN + 500));
        let token = ShownToken { user_id: &user, generation, iat: at(iat) };
        let (window, expires_at) = (seconds(300), at(LOGIN + 5_000));
        let step = Refresh { session_id: "s", token, now, window, expires_at, label };
        let mut row = before.clone();
        let decision = step.apply(Some(&mut row));
        assert_eq!(decision, decide(Some(before), &token, now, window));
        let mut expected = before.clone();
        match decision {
            Decision::Rotate => {
                expected.generation += 1;
                expected.previous_rotated_at = before.rotated_at;
                expected.rotated_at = now;
                expected.expires_at = expires_at.min(before.deadline);
                expected.label = label.unwrap_or(&before.label).into();
            }
            Decision::Reuse => expected.ended = Some(Ended { why: EndReason::Reuse, at: now }),
            Decision::Ahead => expected.ended = Some(Ended { why: EndReason::Ahead, at: now }),
            _ => {}
        }
        assert_eq!(row, expected, "{decision:?}");
        decision
    }
    let mut good = row("s", 7);
    (good.previous_rotated_at, good.rotated_at) = (at(LOGIN - 60), at(LOGIN + 100));
    for label in [None, Some(""), Some("another")] {
        assert_eq!(test(&good, (7, LOGIN + 100), label), Decision::Rotate);
        assert_eq!(test(&good, (6, LOGIN - 60), label), Decision::Reuse);
        assert_eq!(test(&good, (8, LOGIN), label), Decision::Ahead);
        let mut short = good.clone();
        short.deadline = at(LOGIN + 4_999);
        assert_eq!(test(&short, (7, LOGIN + 100), label), Decision::Rotate);
        let mut recent = good.clone();
        recent.rotated_at = at(LOGIN + 499);
        assert_eq!(test(&recent, (7, LOGIN + 499), label), Decision::Keep);
        assert_eq!(test(&recent, (6, LOGIN - 60), label), Decision::Repeat);
        let mut last = good.clone();
        last.generation = u64::MAX;
        assert_eq!(test(&last, (u64::MAX, LOGIN + 100), label), Decision::Revoked);
        let mut ended = good.clone();
        assert!(ended.end(EndReason::Others, at(LOGIN)));
        assert_eq!(test(&ended, (6, LOGIN - 60), label), Decision::Ended(EndReason::Others));
        let mut other = good.clone();
        other.user_id = 124.into();
        assert_eq!(test(&other, (6, LOGIN - 60), label), Decision::Revoked);
    }
    let user = UserId::from(123);
    let token = ShownToken { user_id: &user, generation: 1, iat: at(LOGIN) };
    let (now, window, expires_at) = (at(LOGIN), seconds(300), at(LOGIN));
    let step = Refresh { session_id: "s", token, now, window, expires_at, label: None };
    assert_eq!(step.apply(None), Decision::Revoked);
}
