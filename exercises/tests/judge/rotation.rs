use jwt_pair_exercises::rotation::Decision::{Ahead, Ended, Keep, Repeat, Reuse, Revoked, Rotate};
use jwt_pair_exercises::rotation::{Decision, Row, Shown, decide};

/// Five minutes.
const WINDOW: u64 = 300;

/// Generation 5 began at 4000, and generation 4 at 3000.
fn row() -> Row {
    Row {
        user_id: 123,
        generation: 5,
        rotated_at: 4_000,
        previous_rotated_at: 3_000,
        expires_at: 9_000,
        deadline: 10_000,
        ended: false,
    }
}

fn shown(generation: u64, iat: u64) -> Shown {
    Shown { user_id: 123, generation, iat }
}

#[track_caller]
fn test(row: &Row, generation: u64, iat: u64, now: u64, expected: Decision) {
    let decision = decide(Some(row), &shown(generation, iat), now, WINDOW);
    assert_eq!(decision, expected, "generation {generation}, iat {iat}, now {now}");
}

#[test]
fn the_current_token_is_kept_within_the_window_and_rotated_after_it() {
    for (now, expected) in [(4_000, Keep), (4_299, Keep), (4_300, Rotate), (8_999, Rotate)] {
        test(&row(), 5, 4_000, now, expected);
    }
}

/// A server whose clock ran ahead wrote `rotated_at`. Others must not wait for hours.
#[test]
fn the_distance_of_the_clock_counts_both_ways() {
    for (now, expected) in [(3_999, Keep), (3_701, Keep), (3_700, Rotate), (0, Rotate)] {
        test(&row(), 5, 4_000, now, expected);
    }
}

#[test]
fn the_token_before_is_repeated_within_the_window_and_a_reuse_after_it() {
    for (now, expected) in [(3_000, Repeat), (4_000, Repeat), (4_299, Repeat), (4_300, Reuse)] {
        test(&row(), 4, 3_000, now, expected);
    }
}

#[test]
fn an_older_token_is_always_a_reuse() {
    for now in [4_000, 4_299, 4_300] {
        test(&row(), 3, 2_000, now, Reuse);
        test(&row(), 0, 0, now, Reuse);
    }
}

#[test]
fn what_the_row_does_not_know_of_is_ahead() {
    for (generation, iat) in [(6, 5_000), (u64::MAX, 0), (5, 4_001), (5, 3_000), (4, 3_001), (4, 0)]
    {
        test(&row(), generation, iat, 4_100, Ahead);
    }
}

#[test]
fn no_row_and_the_row_of_another_user() {
    assert_eq!(decide(None, &shown(5, 4_000), 4_000, WINDOW), Revoked);
    let of_another = Row { user_id: 124, ended: true, ..row() };
    test(&of_another, 5, 4_000, 4_000, Revoked);
}

#[test]
fn an_ended_session_stays_ended_whatever_is_shown() {
    let ended = Row { ended: true, ..row() };
    for (generation, iat, now) in
        [(5, 4_000, 4_000), (3, 2_000, 4_000), (6, 0, 4_000), (5, 4_000, 99_999)]
    {
        test(&ended, generation, iat, now, Ended);
    }
}

#[test]
fn an_expired_session_is_revoked_at_the_second() {
    test(&row(), 5, 4_000, 9_000, Revoked);
    test(&row(), 3, 2_000, 9_000, Revoked);
    let late = Row { expires_at: 99_999, ..row() };
    test(&late, 5, 4_000, 9_999, Rotate);
    test(&late, 5, 4_000, 10_000, Revoked);
}

#[test]
fn without_a_window_each_token_is_used_once() {
    let decide = |generation, iat, now| decide(Some(&row()), &shown(generation, iat), now, 0);
    assert_eq!(decide(5, 4_000, 4_000), Rotate);
    assert_eq!(decide(4, 3_000, 4_000), Reuse);
    assert_eq!(decide(4, 3_000, 3_999), Reuse);
}

#[test]
fn the_last_generation_has_none_after_it() {
    let last = Row { generation: u64::MAX, ..row() };
    test(&last, u64::MAX, 4_000, 4_100, Keep);
    test(&last, u64::MAX, 4_000, 4_300, Revoked);
    test(&last, u64::MAX - 1, 3_000, 4_100, Repeat);
}

/// The cases that the library's own rule is held to: what is right here is right there.
#[test]
fn the_cases_of_the_sessions() {
    let mut cases = 0;
    for line in include_str!("../../../crates/sessions/tests/decision/cases.txt").lines() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let words: Vec<&str> = line.split_whitespace().filter(|word| *word != "|").collect();
        let [kind, numbers @ .., expected] = words.as_slice() else { panic!("{line}") };
        let numbers: Vec<u64> = numbers.iter().map(|number| number.parse().unwrap()).collect();
        let [of_row, rotated_at, previous_rotated_at, expires_at, deadline, rest @ ..] =
            numbers.as_slice()
        else {
            panic!("{line}")
        };
        let [generation, iat, now, window] = *rest else { panic!("{line}") };
        let row = Row {
            user_id: if kind.starts_with("another") { 124 } else { 123 },
            generation: *of_row,
            rotated_at: *rotated_at,
            previous_rotated_at: *previous_rotated_at,
            expires_at: *expires_at,
            deadline: *deadline,
            ended: kind.ends_with("ended"),
        };
        let row = Some(&row).filter(|_| *kind != "absent");
        let decision = decide(row, &shown(generation, iat), now, window);
        assert_eq!(format!("{decision:?}"), *expected, "{line}");
        cases += 1;
    }
    assert!(cases > 60, "only {cases} cases");
}
