//! `purge`: what counts as absent may be removed, and nothing else.

use jwt_pair::UnixTime;

use crate::TestStore;
use crate::advance::inserted;
use crate::rows::{after, any_row, assert_same};

/// Expired rows are gone, those that are alive or revoked stay.
pub async fn removes_what_has_expired<S: TestStore>(store: &S, now: UnixTime) {
    let mut expired = any_row("purge-expired", now);
    expired.expires_at = after(now, 10);
    let mut ended = any_row("purge-deadline", now);
    ended.deadline = after(now, 10);
    for row in [&expired, &ended] {
        assert!(store.insert(row, now).await.expect("insert"));
    }
    let alive = inserted(store, "purge-alive", now).await;
    let mut revoked = inserted(store, "purge-revoked", now).await;
    assert!(store.revoke(&revoked.session_id, now).await.expect("revoke"));
    revoked.revoked = true;

    store.purge(after(now, 9)).await.expect("purge");
    for row in [&expired, &ended, &alive, &revoked] {
        assert_same(store.load(&row.session_id, after(now, 9)).await.expect("load"), row);
    }
    store.purge(after(now, 10)).await.expect("purge");
    for row in [&expired, &ended] {
        assert_eq!(store.load(&row.session_id, after(now, 10)).await.expect("load"), None);
        assert_eq!(store.list_user(&row.user_id, after(now, 10)).await.expect("list_user"), []);
    }
    for row in [&alive, &revoked] {
        assert_same(store.load(&row.session_id, after(now, 10)).await.expect("load"), row);
    }
    assert_eq!(store.list_user(&alive.user_id, now).await.expect("list_user"), [alive]);
}
