//! `refresh`: one step that decides and writes.

use std::time::Duration;

use jwt_pair::{UnixTime, UserId};
use jwt_pair_sessions::{Decision, EndReason, Ended, Refresh, Session, ShownToken};

use crate::TestStore;
use crate::rows::{
    after, any_row_with, assert_is, end, insert, inserted, load, refresh, step_of, unique,
};

/// Every kind of row, token and time: the store decides as [`decide`](jwt_pair_sessions::decide)
/// does, and writes what [`Refresh::apply`] writes.
pub async fn mirrors_the_decision<S: TestStore>(store: &S, now: UnixTime) {
    // Around the moment of the step, which lies far enough from both ends of the row's life.
    let step_at = after(now, 10_000);
    let ago = |seconds: u64| UnixTime::from_secs(step_at.as_secs().saturating_sub(seconds));
    let mut seen = [0_usize; 7];
    for row in rows(step_at) {
        for window in [0, 30, 300].map(Duration::from_secs) {
            for (behind, ahead) in [(2, 0), (1, 0), (0, 0), (0, 1)] {
                let generation = row.generation.saturating_sub(behind).saturating_add(ahead);
                let never = UnixTime::from_secs(u64::MAX);
                for iat in [row.rotated_at, row.previous_rotated_at, ago(7), never] {
                    let case = Case { token: (generation, iat), now: step_at, window };
                    seen[one_case(store, &row, now, case).await] += 1;
                }
            }
        }
    }
    assert!(seen.iter().all(|times| *times >= 10), "each decision was met: {seen:?}");
}

struct Case {
    token: (u64, UnixTime),
    now: UnixTime,
    window: Duration,
}

/// Rows that differ in what decides: when they were rotated, whether they are ended or expired.
fn rows(step_at: UnixTime) -> Vec<Session> {
    let ago = |seconds: u64| UnixTime::from_secs(step_at.as_secs().saturating_sub(seconds));
    let mut rows = Vec::new();
    let mut add = |change: &dyn Fn(&mut Session)| {
        rows.push(any_row_with("table", step_at, |row| {
            (row.generation, row.started_at) = (5, ago(9_000));
            (row.previous_rotated_at, row.rotated_at) = (ago(2_000), ago(1_000));
            (row.expires_at, row.deadline) = (after(step_at, 500), after(step_at, 5_000));
            change(row);
        }));
    };
    // On both sides of each end of each window, and of the rotation.
    for since in [0, 1, 2, 29, 30, 31, 299, 300, 301, 9_000] {
        add(&|row| row.rotated_at = ago(since));
        add(&|row| row.rotated_at = after(step_at, since));
    }
    // The generation before began at the same second; or later, by a clock that was ahead.
    add(&|row| row.previous_rotated_at = row.rotated_at);
    add(&|row| (row.previous_rotated_at, row.rotated_at) = (after(step_at, 40), ago(5)));
    add(&|row| row.generation = 1);
    add(&|row| (row.generation, row.rotated_at) = (2, ago(10)));
    add(&|row| (row.generation, row.rotated_at) = (10, ago(10)));
    add(&|row| (row.generation, row.rotated_at) = (100, ago(10)));
    add(&|row| row.generation = (1 << 53) + 1);
    for why in EndReason::ALL {
        add(&|row| row.ended = Some(Ended { why, at: ago(3) }));
        add(&|row| {
            row.rotated_at = ago(10);
            row.ended = Some(Ended { why, at: ago(3) });
        });
    }
    add(&|row| row.deadline = after(step_at, 1));
    add(&|row| row.expires_at = after(step_at, 1));
    add(&|row| row.expires_at = step_at);
    add(&|row| row.deadline = step_at);
    add(&|row| (row.expires_at, row.deadline) = (ago(5), ago(5)));
    rows
}

/// One step on a row of its own; which decision it was, by its place.
async fn one_case<S: TestStore>(store: &S, of: &Session, now: UnixTime, case: Case) -> usize {
    let mut row = of.clone();
    row.session_id = unique("case");
    insert(store, &row, now).await;
    let (generation, iat) = case.token;
    let step = Refresh {
        session_id: &row.session_id,
        token: ShownToken { user_id: &of.user_id, generation, iat },
        now: case.now,
        window: case.window,
        expires_at: after(case.now, 1_000),
        label: None,
    };
    let mut expected = row.clone();
    let decision = step.apply(Some(&mut expected));
    let verdict = refresh(store, &step).await;
    assert_eq!(verdict.decision, decision, "{step:?} on {row:?}");
    if decision != Decision::Revoked {
        assert_eq!(verdict.row.as_ref(), Some(&expected), "{step:?} on {row:?}");
    }
    if !row.has_expired(case.now) {
        assert_is(load(store, &row.session_id).await, &expected);
    }
    match decision {
        Decision::Rotate => 0,
        Decision::Keep => 1,
        Decision::Repeat => 2,
        Decision::Reuse => 3,
        Decision::Ahead => 4,
        Decision::Ended(_) => 5,
        Decision::Revoked => 6,
    }
}

/// Each rotation counts up by one and moves the dates, however often, and nothing else changes.
pub async fn counts_up_by_one<S: TestStore>(store: &S, now: UnixTime) {
    let mut row = inserted(store, "chain", now).await;
    for round in 1..=20 {
        let now = after(now, round * 300);
        let mut expected = row.clone();
        if now >= row.deadline {
            break;
        }
        expected.generation += 1;
        expected.previous_rotated_at = row.rotated_at;
        expected.rotated_at = now;
        expected.expires_at = after(now, 1_000).min(row.deadline);
        let verdict = refresh(store, &step_of(&row, now)).await;
        assert_eq!((verdict.decision, verdict.row.as_ref()), (Decision::Rotate, Some(&expected)));
        assert_is(load(store, &row.session_id).await, &expected);
        row = expected;
    }
    assert_eq!(row.generation, 17);
}

/// `expires_at` is the lesser of what is asked for and the deadline. It may move back.
pub async fn stops_at_the_deadline<S: TestStore>(store: &S, now: UnixTime) {
    let last = i64::MAX.cast_unsigned();
    for (asked, given) in
        [(301, 301), (999, 999), (4_999, 4_999), (5_000, 5_000), (5_001, 5_000), (last, 5_000)]
    {
        let row = inserted(store, "deadline", now).await;
        let at = after(now, 300);
        let expires_at = UnixTime::from_secs(now.as_secs().saturating_add(asked).min(last));
        let verdict = refresh(store, &Refresh { expires_at, ..step_of(&row, at) }).await;
        assert_eq!(verdict.decision, Decision::Rotate);
        let found = load(store, &row.session_id).await.expect("it was rotated");
        assert_eq!(found.expires_at, after(now, given), "asked for {asked}");
        assert_eq!(found.deadline, row.deadline);
    }
}

/// A label changes with a rotation, to any text, and with nothing else.
pub async fn a_label_changes_only_with_a_rotation<S: TestStore>(store: &S, now: UnixTime) {
    for label in ["", "Phone", "'; DROP TABLE sessions; --", "\0", "漢字 🔑", "nil", "-"] {
        let row = inserted(store, "label", now).await;
        let kept = Refresh { label: Some(label), ..step_of(&row, after(now, 299)) };
        assert_eq!(refresh(store, &kept).await.decision, Decision::Keep);
        assert_is(load(store, &row.session_id).await, &row);
        let rotated = Refresh { now: after(now, 300), ..kept };
        let verdict = refresh(store, &rotated).await;
        assert_eq!(verdict.decision, Decision::Rotate);
        assert_eq!(verdict.row.expect("it rotated").label, label);
        let repeated = Refresh { label: Some("other"), ..rotated };
        assert_eq!(refresh(store, &repeated).await.decision, Decision::Repeat);
        let found = load(store, &row.session_id).await.expect("it is there");
        assert_eq!((found.label.as_str(), found.generation), (label, 2));
        let unnamed = Refresh { label: None, ..step_of(&found, after(now, 700)) };
        assert_eq!(refresh(store, &unnamed).await.row.expect("it rotated").label, label);
        let reuse = Refresh { label: Some("other"), ..step_of(&row, after(now, 701)) };
        let verdict = refresh(store, &reuse).await;
        assert_eq!(verdict.decision, Decision::Reuse);
        assert_eq!(verdict.row.expect("it is there").label, label);
    }
}

/// A token of another user moves and ends nothing, and no row is no session.
pub async fn asks_for_the_user<S: TestStore>(store: &S, now: UnixTime) {
    let row = inserted(store, "of-user", now).await;
    for other in [UserId::Integer(0), "".into(), format!("{} ", row.user_id).into()] {
        for generation in [0, 1, 2] {
            let mut step = step_of(&row, after(now, 500));
            step.token = ShownToken { user_id: &other, generation, ..step.token };
            let verdict = refresh(store, &step).await;
            assert_eq!(verdict.decision, Decision::Revoked, "{generation} of {other}");
        }
    }
    assert_is(load(store, &row.session_id).await, &row);
    let nobody = unique("nobody");
    let absent = Refresh { session_id: &nobody, ..step_of(&row, now) };
    assert_eq!(refresh(store, &absent).await.decision, Decision::Revoked);
    assert_eq!(load(store, &nobody).await, None);
}

/// A theft ends the session in the step that notices it, and whoever comes back is told so again,
/// with the time of the first.
pub async fn reuse_and_ahead_end_the_session_once<S: TestStore>(store: &S, now: UnixTime) {
    for (generation, why) in [(0, EndReason::Reuse), (3, EndReason::Ahead)] {
        let mut row = any_row_with("theft", now, |row| row.generation = 2);
        insert(store, &row, now).await;
        let mut step = step_of(&row, after(now, 400));
        step.token.generation = generation;
        let verdict = refresh(store, &step).await;
        let expected = match why {
            EndReason::Reuse => Decision::Reuse,
            _ => Decision::Ahead,
        };
        assert_eq!(verdict.decision, expected);
        let before = row.clone();
        assert!(row.end(why, after(now, 400)));
        assert_eq!(verdict.row.as_ref(), Some(&row));
        for later in [100, 401, 999] {
            for generation in [0, 1, 2, 3] {
                let mut again = step_of(&before, after(now, later));
                again.token.generation = generation;
                let verdict = refresh(store, &again).await;
                assert_eq!(verdict.decision, Decision::Ended(why));
                assert_eq!(verdict.row.as_ref(), Some(&row));
            }
        }
        assert!(!end(store, &row.session_id, after(now, 500)).await, "it is over");
        assert_is(load(store, &row.session_id).await, &row);
    }
}
