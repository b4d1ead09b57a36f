//! `insert`: a name is used once.

use jwt_pair::UnixTime;

use crate::TestStore;
use crate::rows::{after, any_row, assert_same};

/// A row comes back as it was given, and a name without a row gives none.
pub async fn adds_what_load_gives<S: TestStore>(store: &S, now: UnixTime) {
    let row = any_row("insert", now);
    assert_eq!(store.load(&row.session_id, now).await.expect("load"), None);
    assert!(store.insert(&row, now).await.expect("insert"), "the name was free");
    assert_same(store.load(&row.session_id, now).await.expect("load"), &row);
}

/// A second row of the same name is refused, whosever it is, and the first stays as it was.
pub async fn leaves_a_row_that_is_alive<S: TestStore>(store: &S, now: UnixTime) {
    let row = any_row("insert-alive", now);
    assert!(store.insert(&row, now).await.expect("insert"));
    let mut other = any_row("other", now);
    other.session_id.clone_from(&row.session_id);
    for second in [&row, &other] {
        assert!(!store.insert(second, after(now, 999)).await.expect("insert"), "the name is taken");
    }
    assert_same(store.load(&row.session_id, now).await.expect("load"), &row);
    let of_other = store.list_user(&other.user_id, now).await.expect("list_user");
    assert_eq!(of_other, [], "nothing of a refused row stays behind");
}

/// A revoked row keeps its name until it has expired.
pub async fn leaves_a_row_that_was_revoked<S: TestStore>(store: &S, now: UnixTime) {
    let mut row = any_row("insert-revoked", now);
    assert!(store.insert(&row, now).await.expect("insert"));
    assert!(store.revoke(&row.session_id, now).await.expect("revoke"));
    assert!(!store.insert(&row, after(now, 999)).await.expect("insert"), "the name is taken");
    row.revoked = true;
    assert_same(store.load(&row.session_id, now).await.expect("load"), &row);
}

/// A row whose `expires_at` or deadline has come is absent, to the second.
pub async fn takes_the_name_of_an_expired_row<S: TestStore>(store: &S, now: UnixTime) {
    for (expires_in, ends_in, revoked) in
        [(10, 5_000, false), (5_000, 10, false), (10, 10, false), (10, 5_000, true)]
    {
        let mut old = any_row("insert-expired", now);
        old.expires_at = after(now, expires_in);
        old.deadline = after(now, ends_in);
        assert!(store.insert(&old, now).await.expect("insert"));
        if revoked {
            assert!(store.revoke(&old.session_id, now).await.expect("revoke"));
        }
        let mut new = any_row("new", after(now, 10));
        new.session_id.clone_from(&old.session_id);
        assert!(!store.insert(&new, after(now, 9)).await.expect("insert"), "a second too early");
        assert_eq!(store.load(&old.session_id, after(now, 10)).await.expect("load"), None);
        assert!(store.insert(&new, after(now, 10)).await.expect("insert"), "the name is free");
        assert_same(store.load(&old.session_id, after(now, 10)).await.expect("load"), &new);
        let of_old = store.list_user(&old.user_id, after(now, 10)).await.expect("list_user");
        assert_eq!(of_old, [], "the session is another user's now");
        assert_eq!(store.revoke_user(&old.user_id, after(now, 10)).await.expect("revoke_user"), 0);
        assert_same(store.load(&old.session_id, after(now, 10)).await.expect("load"), &new);
    }
}
