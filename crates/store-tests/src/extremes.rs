//! Numbers that do not fit an `f64` or an `i64`.

use std::time::Duration;

use jwt_pair::UnixTime;
use jwt_pair_sessions::{Decision, End, EndReason, Ended, Refresh, Session};

use crate::TestStore;
use crate::names::refused;
use crate::rows::{
    WINDOW, after, any_row_with, assert_is, end, insert, inserted, load, refresh, step_of,
};

const EDGES: [u64; 7] = [
    1 << 32,
    (1 << 53) - 1,
    1 << 53,
    (1 << 53) + 1,
    (1 << 60) + 1,
    i64::MAX.cast_unsigned() - 1,
    i64::MAX.cast_unsigned(),
];

/// Times come back to the second, in each place that has one.
pub async fn times_are_exact<S: TestStore>(store: &S, now: UnixTime) {
    for edge in EDGES.map(UnixTime::from_secs) {
        let row = any_row_with("times", now, |row: &mut Session| {
            (row.started_at, row.previous_rotated_at, row.rotated_at) = (edge, edge, edge);
            (row.expires_at, row.deadline) = (edge, edge);
            row.ended = Some(Ended { why: EndReason::All, at: edge });
        });
        insert(store, &row, now).await;
        assert_is(load(store, &row.session_id).await, &row);

        let row = any_row_with("times-step", now, |row: &mut Session| {
            (row.expires_at, row.deadline) = (edge, edge);
        });
        insert(store, &row, now).await;
        let at = after(now, 300);
        let step = Refresh { expires_at: edge, ..step_of(&row, at) };
        let mut expected = row.clone();
        assert_eq!(step.apply(Some(&mut expected)), Decision::Rotate);
        assert_eq!(refresh(store, &step).await.row, Some(expected.clone()));
        assert_is(load(store, &row.session_id).await, &expected);

        let row = inserted(store, "times-end", now).await;
        let (session_id, why) = (&row.session_id, EndReason::Logout);
        let end = End { session_id, user_id: None, why, at: edge };
        assert!(store.end(&end).await.expect("end"));
        let found = load(store, session_id).await.expect("it is there");
        assert_eq!(found.ended, Some(Ended { why, at: edge }));
    }
}

/// A generation comes back as it is, counts up as it is, and is told from its neighbours; or the
/// store refuses it, from 2^63 on.
pub async fn generations_are_exact<S: TestStore>(store: &S, now: UnixTime) {
    let beyond = [1 << 63, u64::MAX - 1, u64::MAX];
    for edge in EDGES.into_iter().chain(beyond) {
        let of_edge = || any_row_with("generations", now, |row| row.generation = edge);
        let row = of_edge();
        match store.insert(&row, now).await {
            Ok(inserted) => assert!(inserted, "of {edge}"),
            Err(error) => {
                assert!(edge >= 1 << 63, "{edge} is below 2^63: {error:?}");
                refused(&error);
                assert_eq!(load(store, &row.session_id).await, None);
                continue;
            }
        }
        assert_is(load(store, &row.session_id).await, &row);
        for shown in [edge - 2, edge - 1, edge, edge.saturating_add(1), edge.saturating_add(2)] {
            let row = of_edge();
            insert(store, &row, now).await;
            let mut step = step_of(&row, after(now, 300));
            step.token.generation = shown;
            let mut expected = row.clone();
            let decision = step.apply(Some(&mut expected));
            match store.refresh(&step).await {
                Ok(verdict) => assert_eq!(verdict.decision, decision, "{shown} on {edge}"),
                Err(error) => {
                    assert!(edge >= i64::MAX.cast_unsigned(), "{edge}: {error:?}");
                    refused(&error);
                    expected.clone_from(&row);
                }
            }
            assert_is(load(store, &row.session_id).await, &expected);
        }
    }
}

/// Times are compared where an `f64` sees no difference, and at both ends of the clock.
pub async fn a_step_at_the_edge_of_time<S: TestStore>(store: &S, now: UnixTime) {
    let at = UnixTime::from_secs;
    let row = inserted(store, "clock-at-0", now).await;
    let at_0 = Refresh { window: Duration::ZERO, ..step_of(&row, at(0)) };
    assert_eq!(refresh(store, &at_0).await.decision, Decision::Rotate);
    assert!(end(store, &row.session_id, at(0)).await);

    for edge in [1 << 53, (1 << 60) + 2, i64::MAX.cast_unsigned() - 400] {
        let row = any_row_with("far-future", now, |row: &mut Session| {
            (row.previous_rotated_at, row.rotated_at) = (at(edge - 1), at(edge));
            (row.generation, row.deadline) = (2, at(edge + 302));
            row.expires_at = at(edge + 301);
        });
        let mut before = step_of(&row, at(edge + 299));
        before.token.generation = 1;
        before.token.iat = at(edge - 1);
        let cases = [
            (step_of(&row, at(edge + 299)), Decision::Keep),
            (step_of(&row, at(edge + 300)), Decision::Rotate),
            (step_of(&row, at(edge + 301)), Decision::Revoked),
            (before, Decision::Repeat),
            (Refresh { now: at(edge + 300), ..before }, Decision::Reuse),
            (Refresh { now: at(0), ..before }, Decision::Repeat),
        ];
        for (step, decision) in cases {
            let mut row = row.clone();
            row.session_id = crate::unique("far-future");
            insert(store, &row, now).await;
            let step = Refresh { session_id: &row.session_id, window: WINDOW, ..step };
            assert_eq!(refresh(store, &step).await.decision, decision, "{step:?}");
        }
    }
}
