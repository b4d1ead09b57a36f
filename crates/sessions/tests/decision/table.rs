//! What a refresh token is worth, for every kind of row, generation and time.
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

use core::time::Duration;

use crate::common::{LOGIN, at, row, seconds};
use jwt_pair::UserId;
use jwt_pair_sessions::{Advance, Decision, Session, decide};

/// What a row can be, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Alive,
    Absent,
    Revoked,
    Expired,
    PastDeadline,
    AllAtOnce,
}

const KINDS: [Kind; 6] =
    [Kind::Alive, Kind::Absent, Kind::Revoked, Kind::Expired, Kind::PastDeadline, Kind::AllAtOnce];

fn row_of(kind: Kind, generation: u64, rotated_at: u64, now: u64) -> Option<Session> {
    let (next, never) = (at(now.checked_add(1)?), at(u64::MAX));
    let alive = Session {
        rotated_at: at(rotated_at),
        expires_at: next,
        deadline: never,
        ..row("s", generation)
    };
    match kind {
        Kind::Alive => Some(alive),
        Kind::Absent => None,
        Kind::Revoked => Some(Session { revoked: true, ..alive }),
        Kind::Expired => Some(Session { expires_at: at(now), ..alive }),
        Kind::PastDeadline => Some(Session { deadline: at(now), ..alive }),
        Kind::AllAtOnce => {
            Some(Session { revoked: true, expires_at: at(0), deadline: at(0), ..alive })
        }
    }
}

/// The rules of RFC 9700 §4.14.2 as the design states them, over numbers that cannot wrap.
fn expected(kind: Kind, behind: i128, since: i128, grace: i128) -> Decision {
    let in_grace = grace > 0 && since < grace;
    match behind {
        _ if kind != Kind::Alive => Decision::Revoked,
        i128::MIN..0 => Decision::Ahead,
        0 => Decision::Rotate,
        1 if in_grace => Decision::Replay,
        _ => Decision::Reuse,
    }
}

#[test]
fn every_decision() {
    let generations =
        [0, 1, 2, 3, 4, u64::from(u32::MAX), 1 << 53, u64::MAX - 2, u64::MAX - 1, u64::MAX];
    let graces = [0, 1, 2, 30, 300, u64::MAX];
    let mut cases = 0_u32;
    for kind in KINDS {
        for in_row in generations {
            for in_token in generations {
                for grace in graces {
                    for rotated_at in [0, LOGIN, u64::MAX - 300] {
                        for now in times(rotated_at, grace) {
                            let row = row_of(kind, in_row, rotated_at, now);
                            let [in_row, in_token_, now_, rotated, grace_] =
                                [in_row, in_token, now, rotated_at, grace].map(i128::from);
                            assert_eq!(
                                decide(row.as_ref(), in_token, at(now), seconds(grace)),
                                expected(kind, in_row - in_token_, now_ - rotated, grace_),
                                "{kind:?}, token {in_token}, now {now}, grace {grace}: {row:?}"
                            );
                            cases += 1;
                        }
                    }
                }
            }
        }
    }
    assert!(cases >= 60_000, "only {cases} cases");
}

/// Before, at and after both ends of the grace window.
fn times(rotated_at: u64, grace: u64) -> Vec<u64> {
    let end = rotated_at.saturating_add(grace);
    let around = |time: u64| [time.saturating_sub(1), time, time.saturating_add(1)];
    let mut times = [around(rotated_at), around(end), around(0)].concat();
    times.extend([rotated_at / 2, u64::MAX - 1]);
    times.retain(|now| *now < u64::MAX);
    times.sort_unstable();
    times.dedup();
    times
}

/// The same as the model says, by hand: a row of generation 5 that was rotated at 100.
#[test]
fn the_table_of_the_design() {
    #[track_caller]
    fn test(generation: u64, now: u64, grace: u64, decision: Decision) {
        let row = Session { rotated_at: at(100), ..row("s", 5) };
        assert_eq!(decide(Some(&row), generation, at(now), seconds(grace)), decision);
    }
    test(5, 0, 30, Decision::Rotate);
    test(5, 100, 0, Decision::Rotate);
    test(5, LOGIN, 30, Decision::Rotate);
    test(4, 0, 30, Decision::Replay);
    test(4, 99, 30, Decision::Replay);
    test(4, 100, 30, Decision::Replay);
    test(4, 129, 30, Decision::Replay);
    test(4, 130, 30, Decision::Reuse);
    test(4, 131, 30, Decision::Reuse);
    test(4, 100, 1, Decision::Replay);
    test(4, 101, 1, Decision::Reuse);
    test(4, 0, 0, Decision::Reuse);
    test(4, 100, 0, Decision::Reuse);
    test(4, LOGIN, u64::MAX, Decision::Replay);
    test(3, 100, 300, Decision::Reuse);
    test(0, 100, 300, Decision::Reuse);
    test(6, 100, 300, Decision::Ahead);
    test(u64::MAX, 100, 300, Decision::Ahead);
}

#[test]
fn of_the_grace_window_only_whole_seconds_count() {
    let test = |millis: u64, since: u64, decision: Decision| {
        let grace = Duration::from_millis(millis);
        assert_eq!(decide(Some(&row("s", 2)), 1, at(LOGIN + since), grace), decision);
    };
    test(999, 0, Decision::Reuse);
    test(1_999, 0, Decision::Replay);
    test(1_999, 1, Decision::Reuse);
}

#[test]
fn a_session_is_alive_until_the_earlier_of_its_ends() {
    #[track_caller]
    fn test(expires_at: u64, deadline: u64, revoked: bool, now: u64, alive: bool, expired: bool) {
        let (expires_at, deadline) = (at(expires_at), at(deadline));
        let row = Session { expires_at, deadline, revoked, ..row("s", 1) };
        assert_eq!((row.is_alive(at(now)), row.has_expired(at(now))), (alive, expired));
        let decision = if alive { Decision::Rotate } else { Decision::Revoked };
        assert_eq!(decide(Some(&row), 1, at(now), seconds(30)), decision);
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

/// `advance` counts up just where the decision is to rotate, and leaves everything else alone.
#[test]
fn a_row_advances_by_one_or_not_at_all() {
    #[track_caller]
    fn test(before: &Session, user_id: &UserId, from: u64, now: u64, does: bool) {
        let (expires_at, now) = (at(now + 1_000), at(now));
        let mut after = before.clone();
        let step = Advance { session_id: "s", user_id, from, now, expires_at };
        assert_eq!(after.advance(step), does);
        let counted = Session {
            generation: from.wrapping_add(1),
            rotated_at: now,
            expires_at: expires_at.min(before.deadline),
            ..before.clone()
        };
        assert_eq!(&after, if does { &counted } else { before });
    }
    let (user, now) = (UserId::from(123), LOGIN + 5);
    test(&row("s", 7), &user, 7, now, true);
    test(&row("s", u64::MAX - 1), &user, u64::MAX - 1, now, true);
    test(&Session { deadline: at(now + 999), ..row("s", 7) }, &user, 7, now, true);
    // A clock that is behind: the step is taken at its time.
    test(&row("s", 7), &user, 7, LOGIN - 5, true);
    for from in [0, 6, 8, u64::MAX] {
        test(&row("s", 7), &user, from, now, false);
    }
    for other in [UserId::from(124), UserId::from("123"), UserId::from(""), UserId::from(-123)] {
        test(&row("s", 7), &other, 7, now, false);
    }
    for kind in KINDS {
        if let Some(row) = row_of(kind, 7, LOGIN, now) {
            test(&row, &user, 7, now, kind == Kind::Alive);
        }
    }
}
