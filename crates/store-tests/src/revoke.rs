//! `revoke`: the end of a session.

use jwt_pair::UnixTime;
use jwt_pair_sessions::Advanced;

use crate::TestStore;
use crate::advance::{advance, inserted};
use crate::rows::{after, any_row, assert_same};

/// The first call ends it, the second has nothing to end, and neither has one of a name unknown.
pub async fn ends_a_session_once<S: TestStore>(store: &S, now: UnixTime) {
    let mut row = inserted(store, "revoke", now).await;
    let bystander = inserted(store, "revoke-bystander", now).await;
    assert!(store.revoke(&row.session_id, now).await.expect("revoke"));
    assert!(!store.revoke(&row.session_id, now).await.expect("revoke"), "it was ended before");
    let unknown = any_row("revoke-unknown", now);
    assert!(!store.revoke(&unknown.session_id, now).await.expect("revoke"), "there is none");
    row.revoked = true;
    assert_same(store.load(&row.session_id, now).await.expect("load"), &row);
    assert_same(store.load(&bystander.session_id, now).await.expect("load"), &bystander);
}

/// No step brings a session back.
pub async fn is_never_undone<S: TestStore>(store: &S, now: UnixTime) {
    let alive = inserted(store, "revoke-undone", now).await;
    assert!(store.revoke(&alive.session_id, now).await.expect("revoke"));
    let mut row = alive.clone();
    row.revoked = true;
    assert!(!store.insert(&alive, now).await.expect("insert"));
    for from in [0, 1, 2] {
        let found = advance(store, &row, &row.user_id, from, now, after(now, 2_000)).await;
        assert_eq!(found, Advanced::No(Some(row.clone())));
    }
    assert_eq!(store.revoke_user(&row.user_id, now).await.expect("revoke_user"), 0);
    store.purge(now).await.expect("purge");
    assert_eq!(store.list_user(&row.user_id, now).await.expect("list_user"), []);
    assert_same(store.load(&row.session_id, after(now, 999)).await.expect("load"), &row);
}

/// There is nothing to end in a row that counts as absent.
pub async fn passes_by_what_has_expired<S: TestStore>(store: &S, now: UnixTime) {
    let row = inserted(store, "revoke-expired", now).await;
    let in_time = inserted(store, "revoke-in-time", now).await;
    assert!(store.revoke(&in_time.session_id, after(now, 999)).await.expect("revoke"));
    let late = after(now, 1_000);
    assert!(!store.revoke(&row.session_id, late).await.expect("revoke"));
    assert_eq!(store.revoke_user(&row.user_id, late).await.expect("revoke_user"), 0);
}
