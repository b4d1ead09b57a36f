//! `advance`: the compare-and-swap on the generation.

use jwt_pair::{UnixTime, UserId};
use jwt_pair_sessions::{Advance, Advanced, Session};

use crate::TestStore;
use crate::rows::{after, any_row, assert_same, unique};

/// Only the generation, `rotated_at` and `expires_at` change, however often.
pub async fn counts_up_by_one<S: TestStore>(store: &S, now: UnixTime) {
    let mut row = inserted(store, "advance", now).await;
    for step in 1..=20 {
        let now = after(now, step * 10);
        let from = row.generation;
        row.generation += 1;
        row.rotated_at = now;
        row.expires_at = after(now, 700);
        let found = advance(store, &row, &row.user_id, from, now, after(now, 700)).await;
        assert_eq!(found, Advanced::Yes(row.clone()));
        assert_same(store.load(&row.session_id, now).await.expect("load"), &row);
    }
}

/// Any other generation than the row's changes nothing and shows the row.
pub async fn asks_for_the_generation<S: TestStore>(store: &S, now: UnixTime) {
    let mut row = any_row("advance-generation", now);
    row.generation = 7;
    assert!(store.insert(&row, now).await.expect("insert"));
    for from in [0, 1, 6, 8, 70, 1 << 53, i64::MAX.cast_unsigned(), 1 << 63, u64::MAX] {
        let found = advance(store, &row, &row.user_id, from, now, after(now, 2_000)).await;
        assert_eq!(found, Advanced::No(Some(row.clone())), "from {from}");
    }
    assert_same(store.load(&row.session_id, now).await.expect("load"), &row);
    let nobody = any_row("advance-nobody", now);
    let found = advance(store, &nobody, &nobody.user_id, 1, now, after(now, 2_000)).await;
    assert_eq!(found, Advanced::No(None));
}

/// A token of another user moves nothing.
pub async fn asks_for_the_user<S: TestStore>(store: &S, now: UnixTime) {
    let row = inserted(store, "advance-user", now).await;
    for other in [UserId::Integer(0), "".into(), format!("{} ", row.user_id).into()] {
        let found = advance(store, &row, &other, 1, now, after(now, 2_000)).await;
        assert_eq!(found, Advanced::No(Some(row.clone())), "of {other}");
    }
    assert_same(store.load(&row.session_id, now).await.expect("load"), &row);
}

/// A revoked row is shown, an expired one is absent, to the second, and neither moves.
pub async fn asks_for_a_row_that_is_alive<S: TestStore>(store: &S, now: UnixTime) {
    let mut revoked = inserted(store, "advance-revoked", now).await;
    assert!(store.revoke(&revoked.session_id, now).await.expect("revoke"));
    revoked.revoked = true;
    let found = advance(store, &revoked, &revoked.user_id, 1, now, after(now, 2_000)).await;
    assert_eq!(found, Advanced::No(Some(revoked)));

    for (expires_in, ends_in) in [(10, 5_000), (5_000, 10)] {
        let mut row = any_row("advance-expired", now);
        row.expires_at = after(now, expires_in);
        row.deadline = after(now, ends_in);
        assert!(store.insert(&row, now).await.expect("insert"));
        let in_time = Session { session_id: unique("advance-in-time"), ..row.clone() };
        assert!(store.insert(&in_time, now).await.expect("insert"));
        let (before, at) = (after(now, 9), after(now, 10));
        let found = advance(store, &in_time, &row.user_id, 1, before, after(now, 2_000)).await;
        assert!(matches!(found, Advanced::Yes(_)), "a second before: {found:?}");
        let found = advance(store, &row, &row.user_id, 1, at, after(now, 2_000)).await;
        assert_eq!(found, Advanced::No(None));
    }
}

/// `expires_at` is the lesser of what is asked for and the deadline.
pub async fn stops_at_the_deadline<S: TestStore>(store: &S, now: UnixTime) {
    for (asked, given) in [(4_999, 4_999), (5_000, 5_000), (5_001, 5_000), (u64::MAX, 5_000)] {
        let row = inserted(store, "advance-deadline", now).await;
        let found = advance(store, &row, &row.user_id, 1, now, after(now, asked)).await;
        let expected = Session { generation: 2, expires_at: after(now, given), ..row };
        assert_eq!(found, Advanced::Yes(expected.clone()), "asked for {asked}");
        assert_same(store.load(&expected.session_id, now).await.expect("load"), &expected);
    }
}

pub(crate) async fn inserted<S: TestStore>(store: &S, what: &str, now: UnixTime) -> Session {
    let row = any_row(what, now);
    assert!(store.insert(&row, now).await.expect("insert"));
    row
}

pub(crate) async fn advance<S: TestStore>(
    store: &S,
    row: &Session,
    user_id: &UserId,
    from: u64,
    now: UnixTime,
    expires_at: UnixTime,
) -> Advanced {
    let session_id = &row.session_id;
    let step = Advance { session_id, user_id, from, now, expires_at };
    store.advance(step).await.expect("advance")
}
