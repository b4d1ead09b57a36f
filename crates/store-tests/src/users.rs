//! `revoke_user` and `list_user`: all sessions of one user, and of no other.

use jwt_pair::{UnixTime, UserId};
use jwt_pair_sessions::Session;

use crate::TestStore;
use crate::rows::{after, any_row, assert_same, row, unique};

/// How many were ended, each for good; other users keep theirs, and new sessions may begin.
pub async fn revoke_user_ends_all_of_one_user<S: TestStore>(store: &S, now: UnixTime) {
    let (user, other) = (unique("user").into(), unique("user").into());
    let rows = inserted(store, &user, 5, now).await;
    let others = inserted(store, &other, 2, now).await;
    assert!(store.revoke(&rows[0].session_id, now).await.expect("revoke"));
    assert_eq!(store.revoke_user(&user, now).await.expect("revoke_user"), 4);
    assert_eq!(store.revoke_user(&user, now).await.expect("revoke_user"), 0);
    assert_eq!(store.list_user(&user, now).await.expect("list_user"), []);
    for row in rows {
        let expected = Session { revoked: true, ..row };
        assert_same(store.load(&expected.session_id, now).await.expect("load"), &expected);
    }
    assert_eq!(store.list_user(&other, now).await.expect("list_user"), others);
    let again = inserted(store, &user, 1, now).await;
    assert_eq!(store.list_user(&user, now).await.expect("list_user"), again);
}

/// Oldest login first, whatever the order of the inserts.
pub async fn list_user_is_in_order_of_login<S: TestStore>(store: &S, now: UnixTime) {
    let user = unique("user").into();
    let mut expected = Vec::new();
    for ago in [3, 9, 1, 2, 10, 0, 5] {
        let mut row = row(&unique("list"), &user, now);
        row.started_at = UnixTime::from_secs(now.as_secs().saturating_sub(ago));
        row.label = format!("{ago} s ago");
        assert!(store.insert(&row, now).await.expect("insert"));
        expected.push(row);
    }
    expected.sort_by_key(|row| row.started_at);
    assert_eq!(store.list_user(&user, now).await.expect("list_user"), expected);
}

/// Rows as they stand, without those that were ended or have expired.
pub async fn list_user_shows_what_is_alive<S: TestStore>(store: &S, now: UnixTime) {
    let user = unique("user").into();
    let mut rows = inserted(store, &user, 4, now).await;
    assert!(store.revoke(&rows[0].session_id, now).await.expect("revoke"));
    let found =
        crate::advance::advance(store, &rows[3], &user, 1, after(now, 9), after(now, 1_009)).await;
    let jwt_pair_sessions::Advanced::Yes(advanced) = found else {
        panic!("it was alive: {found:?}")
    };
    rows[3] = advanced;
    assert_eq!(store.list_user(&user, after(now, 999)).await.expect("list_user"), rows[1..]);
    assert_eq!(store.list_user(&user, after(now, 1_000)).await.expect("list_user"), rows[3..]);
    assert_eq!(store.list_user(&user, after(now, 1_009)).await.expect("list_user"), []);
}

/// The integer 1 is not the text `1`, nor any text that a store might write for it.
pub async fn ids_that_look_alike_are_not_one<S: TestStore>(store: &S, now: UnixTime) {
    let number = i64::try_from(now.as_secs() % 1_000_000).expect("small") + 7_000_000;
    let nonce = unique("");
    let mut users: Vec<UserId> = vec![number.into(), (-number).into()];
    for text in ["{}", "-{}", "+{}", "0{}", " {}", "{} ", "{}.0", "\"{}\"", "i{}", "i:{}", "int:{}"]
    {
        users.push(text.replace("{}", &number.to_string()).into());
    }
    for text in ["a", "A", "ａ", "á", "a\u{301}"] {
        users.push(format!("{text}{nonce}").into());
    }
    for user in &users {
        store.revoke_user(user, now).await.expect("revoke_user");
    }
    let mut rows = Vec::new();
    for user in &users {
        rows.push(inserted(store, user, 1, now).await);
    }
    for (user, rows) in users.iter().zip(&rows) {
        assert_eq!(store.list_user(user, now).await.expect("list_user"), *rows, "of {user:?}");
        assert_eq!(store.revoke_user(user, now).await.expect("revoke_user"), 1, "of {user:?}");
    }
}

async fn inserted<S: TestStore>(
    store: &S,
    user: &UserId,
    count: u64,
    now: UnixTime,
) -> Vec<Session> {
    let mut rows = Vec::new();
    for at in 0..count {
        let row = Session {
            user_id: user.clone(),
            started_at: UnixTime::from_secs(now.as_secs().saturating_sub(count - at)),
            ..any_row("user-session", now)
        };
        assert!(store.insert(&row, now).await.expect("insert"));
        rows.push(row);
    }
    rows
}
