//! `insert`: a name is used once.

use jwt_pair::UnixTime;
use jwt_pair_sessions::{EndReason, Ended};

use crate::TestStore;
use crate::rows::{
    after, any_row, any_row_with, assert_is, end, end_all, insert, inserted, list, load,
};

/// A row comes back as it was given, and a name without a row gives none.
pub async fn adds_what_load_gives<S: TestStore>(store: &S, now: UnixTime) {
    let at = |ago: u64| UnixTime::from_secs(now.as_secs().saturating_sub(ago));
    for why in EndReason::ALL.map(Some).into_iter().chain([None]) {
        let row = any_row_with("insert", now, |row| {
            (row.label, row.generation) = ("a label of its own".into(), 12_345);
            (row.started_at, row.previous_rotated_at, row.rotated_at) = (at(30), at(20), at(10));
            row.ended = why.map(|why| Ended { why, at: at(5) });
        });
        assert_eq!(load(store, &row.session_id).await, None);
        insert(store, &row, now).await;
        assert_is(load(store, &row.session_id).await, &row);
    }
}

/// A second row of the same name is refused, whosever it is, and the first stays as it was.
pub async fn leaves_a_row_that_is_alive<S: TestStore>(store: &S, now: UnixTime) {
    let row = inserted(store, "insert-alive", now).await;
    let mut other = any_row("other", now);
    other.session_id.clone_from(&row.session_id);
    let mut ended = row.clone();
    assert!(ended.end(EndReason::Logout, now));
    for second in [&row, &other, &ended] {
        assert!(!store.insert(second, after(now, 999)).await.expect("insert"), "it is taken");
    }
    assert_is(load(store, &row.session_id).await, &row);
    let of_other = list(store, &other.user_id, now).await;
    assert_eq!(of_other, [], "nothing of a refused row stays behind");
}

/// An ended row keeps its name until it has expired, and its reason.
pub async fn leaves_a_row_that_was_ended<S: TestStore>(store: &S, now: UnixTime) {
    let mut row = inserted(store, "insert-ended", now).await;
    let second = row.clone();
    assert!(end(store, &row.session_id, now).await);
    assert!(!store.insert(&second, after(now, 999)).await.expect("insert"), "it is taken");
    assert!(row.end(EndReason::Logout, now));
    assert_is(load(store, &row.session_id).await, &row);
}

/// The place of a row whose `expires_at` or deadline has come is free, to the second, and nothing of
/// the old row stays: not its label, not its end, not its place in its user's list.
pub async fn takes_the_name_of_an_expired_row<S: TestStore>(store: &S, now: UnixTime) {
    for (expires_in, ends_in, is_ended) in
        [(10, 5_000, false), (5_000, 10, false), (10, 10, false), (10, 5_000, true)]
    {
        let old = any_row_with("insert-expired", now, |row| {
            row.label = "of the old user".into();
            (row.generation, row.previous_rotated_at) = (9, after(now, 3));
            (row.expires_at, row.deadline) = (after(now, expires_in), after(now, ends_in));
        });
        insert(store, &old, now).await;
        if is_ended {
            assert!(end(store, &old.session_id, now).await);
        }
        let later = after(now, 10);
        let new = any_row_with("new", later, |row| {
            row.session_id.clone_from(&old.session_id);
            row.label = "of the new user".into();
        });
        assert!(!store.insert(&new, after(now, 9)).await.expect("insert"), "a second too early");
        insert(store, &new, later).await;
        assert_is(load(store, &old.session_id).await, &new);
        for time in [now, later] {
            assert_eq!(list(store, &old.user_id, time).await, [], "it is another user's now");
        }
        assert_eq!(list(store, &new.user_id, later).await, std::slice::from_ref(&new));
        assert_eq!(end_all(store, &old.user_id, later).await, 0);
        assert_is(load(store, &old.session_id).await, &new);
    }
}
