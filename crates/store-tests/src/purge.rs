//! `purge`: what has expired, and nothing else.

use jwt_pair::UnixTime;
use jwt_pair_sessions::EndReason;

use crate::TestStore;
use crate::rows::{after, any_row_with, assert_is, end, insert, inserted, list, load};

/// Who removes the rows that have expired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purger {
    /// [`SessionStore::purge`](jwt_pair_sessions::SessionStore::purge) does: what it was to remove is
    /// gone when it is answered.
    Store,
    /// The server does, at a time of its own. A purge removes nothing, and says 0.
    Server,
}

/// Expired rows are gone, to the second; rows that are alive or ended stay.
pub async fn removes_what_has_expired<S: TestStore>(store: &S, now: UnixTime, purger: Purger) {
    let expired = any_row_with("purge-expired", now, |row| row.expires_at = after(now, 10));
    let over = any_row_with("purge-deadline", now, |row| row.deadline = after(now, 10));
    for row in [&expired, &over] {
        insert(store, row, now).await;
    }
    let alive = inserted(store, "purge-alive", now).await;
    let mut ended = inserted(store, "purge-ended", now).await;
    assert!(end(store, &ended.session_id, now).await);
    assert!(ended.end(EndReason::Logout, now));

    store.purge(after(now, 9)).await.expect("purge");
    for row in [&expired, &over, &alive, &ended] {
        assert_is(load(store, &row.session_id).await, row);
    }
    let purged = store.purge(after(now, 10)).await.expect("purge");
    match purger {
        Purger::Store => assert!(purged >= 2, "{purged} of two rows or more"),
        Purger::Server => assert_eq!(purged, 0, "the server removes rows"),
    }
    for row in [&expired, &over] {
        if purger == Purger::Store {
            assert_eq!(load(store, &row.session_id).await, None, "it has expired");
        }
        assert_eq!(list(store, &row.user_id, after(now, 10)).await, []);
    }
    let again = store.purge(after(now, 10)).await.expect("purge");
    assert_eq!(again, 0, "nothing is left to remove");
    for row in [&alive, &ended] {
        assert_is(load(store, &row.session_id).await, row);
    }
    assert_eq!(list(store, &alive.user_id, now).await, [alive]);
}
