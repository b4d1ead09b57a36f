//! Numbers that do not fit an `f64` or an `i64`.

use jwt_pair::UnixTime;
use jwt_pair_sessions::{Advanced, Session};

use crate::TestStore;
use crate::advance::advance;
use crate::rows::{any_row, assert_same};

const EDGES: [u64; 10] = [
    1 << 32,
    (1 << 53) - 1,
    1 << 53,
    (1 << 53) + 1,
    (1 << 60) + 1,
    i64::MAX.cast_unsigned() - 1,
    i64::MAX.cast_unsigned(),
    1 << 63,
    u64::MAX - 1,
    u64::MAX,
];

/// Times come back to the second, in each place that has one.
pub async fn times_are_exact<S: TestStore>(store: &S, now: UnixTime) {
    for edge in EDGES.map(UnixTime::from_secs) {
        let mut row = any_row("times", now);
        (row.started_at, row.rotated_at) = (edge, edge);
        (row.expires_at, row.deadline) = (edge, UnixTime::from_secs(u64::MAX));
        assert!(store.insert(&row, now).await.expect("insert"), "at {edge}");
        assert_same(store.load(&row.session_id, now).await.expect("load"), &row);

        row.deadline = edge;
        let found = advance(store, &row, &row.user_id, 1, now, edge).await;
        let Advanced::Yes(found) = found else { panic!("it was alive at {edge}: {found:?}") };
        let expected = Session {
            generation: 2,
            rotated_at: now,
            deadline: UnixTime::from_secs(u64::MAX),
            ..row
        };
        assert_same(Some(found), &expected);
    }
}

/// A generation comes back as it is, counts up as it is, and is told from its neighbours; or the
/// store refuses it, from 2^63 on.
pub async fn generations_are_exact<S: TestStore>(store: &S, now: UnixTime) {
    for edge in EDGES {
        let mut row = any_row("generations", now);
        row.generation = edge;
        match store.insert(&row, now).await {
            Ok(inserted) => assert!(inserted, "of {edge}"),
            Err(_) if edge > i64::MAX.cast_unsigned() => {
                assert_eq!(store.load(&row.session_id, now).await.expect("load"), None);
                continue;
            }
            Err(error) => panic!("{edge} is below 2^63: {error:?}"),
        }
        assert_same(store.load(&row.session_id, now).await.expect("load"), &row);
        for from in [edge - 1, edge.saturating_add(1)] {
            if from != edge {
                let found = advance(store, &row, &row.user_id, from, now, row.expires_at).await;
                assert_eq!(found, Advanced::No(Some(row.clone())), "{from} is not {edge}");
            }
        }
        let (session_id, user_id) = (&row.session_id, &row.user_id);
        let (from, expires_at) = (edge, row.expires_at);
        let step = jwt_pair_sessions::Advance { session_id, user_id, from, now, expires_at };
        let expected = match edge.checked_add(1) {
            Some(generation) => Advanced::Yes(Session { generation, ..row.clone() }),
            // There is none after the last.
            None => Advanced::No(Some(row.clone())),
        };
        match store.advance(step).await {
            Ok(found) => assert_eq!(found, expected, "from {edge}"),
            Err(_) if edge >= i64::MAX.cast_unsigned() => {
                assert_same(store.load(&row.session_id, now).await.expect("load"), &row);
            }
            Err(error) => panic!("{edge} is below 2^63 - 1: {error:?}"),
        }
    }
}

/// A clock at 0, and times compared where an `f64` sees no difference.
pub async fn a_step_at_the_edge_of_time<S: TestStore>(store: &S, now: UnixTime) {
    let at = UnixTime::from_secs;
    let mut row = any_row("clock-at-0", now);
    assert!(store.insert(&row, at(0)).await.expect("insert"));
    assert!(store.revoke(&row.session_id, at(0)).await.expect("revoke"));

    for edge in [1 << 53, (1 << 60) + 2, i64::MAX.cast_unsigned() - 2] {
        row = any_row("far-future", now);
        (row.expires_at, row.deadline) = (at(edge + 1), at(edge + 1));
        assert!(store.insert(&row, now).await.expect("insert"));
        let found = advance(store, &row, &row.user_id, 1, at(edge), at(edge + 2)).await;
        let expected = Session { generation: 2, rotated_at: at(edge), ..row.clone() };
        assert_eq!(found, Advanced::Yes(expected), "one second before {}", edge + 1);
        let found = advance(store, &row, &row.user_id, 2, at(edge + 1), at(edge + 2)).await;
        assert_eq!(found, Advanced::No(None), "at {}", edge + 1);
    }
}
