//! `end_user` and `list`: all sessions of one user, and of no other.

use std::num::NonZeroUsize;

use jwt_pair::{UnixTime, UserId};
use jwt_pair_sessions::{Cursor, EndReason, EndUser, Ended, List, Session};

use crate::TestStore;
use crate::rows::{
    after, assert_is, end, end_all, insert, list, list_in_pages, load, refresh, row, step_of,
    unique,
};

/// More than any page or batch that a store would take at once.
const MANY: usize = 300;

async fn inserted<S: TestStore>(
    store: &S,
    user: &UserId,
    count: usize,
    now: UnixTime,
) -> Vec<Session> {
    let mut rows = Vec::new();
    for number in 0..count {
        let mut row = row(&unique("of-user"), user, now);
        row.label = format!("device {number}");
        insert(store, &row, now).await;
        rows.push(row);
    }
    rows.sort_by(|a, b| a.session_id.cmp(&b.session_id));
    rows
}

/// How many were ended, each for good; other users keep theirs, and new sessions may begin.
pub async fn end_user_ends_all_of_one_user<S: TestStore>(store: &S, now: UnixTime) {
    let (user, other) = (unique("user").into(), unique("user").into());
    let rows = inserted(store, &user, MANY, now).await;
    let others = inserted(store, &other, 2, now).await;
    assert!(end(store, &rows[0].session_id, now).await);
    assert_eq!(end_all(store, &user, after(now, 5)).await, MANY as u64 - 1);
    assert_eq!(end_all(store, &user, after(now, 6)).await, 0);
    assert_eq!(list(store, &user, now).await, []);
    for (place, row) in rows.into_iter().enumerate() {
        let mut expected = row;
        let all = Ended { why: EndReason::All, at: after(now, 5) };
        let logout = Ended { why: EndReason::Logout, at: now };
        expected.ended = Some(if place == 0 { logout } else { all });
        assert_is(load(store, &expected.session_id).await, &expected);
    }
    assert_eq!(list(store, &other, now).await, others);
    let again = inserted(store, &user, 1, now).await;
    assert_eq!(list(store, &user, now).await, again);
}

/// All but one, which stays as it was; a name that is not the user's spares nothing of the user's.
pub async fn end_user_spares_one<S: TestStore>(store: &S, now: UnixTime) {
    let (user, other) = (unique("user").into(), unique("user").into());
    let rows = inserted(store, &user, MANY, now).await;
    let of_other = inserted(store, &other, 1, now).await;
    let keep = &rows[MANY / 2];
    let others = |except| {
        let end = EndUser { user_id: &user, except: Some(except), why: EndReason::Others, at: now };
        async move { store.end_user(&end).await.expect("end_user") }
    };
    assert_eq!(others(keep.session_id.as_str()).await, MANY as u64 - 1);
    assert_eq!(list(store, &user, now).await, std::slice::from_ref(keep));
    assert_is(load(store, &keep.session_id).await, keep);
    let gone = load(store, &rows[0].session_id).await.expect("it is there");
    assert_eq!(gone.ended, Some(Ended { why: EndReason::Others, at: now }));
    assert_eq!(others(keep.session_id.as_str()).await, 0);
    assert_eq!(others(of_other[0].session_id.as_str()).await, 1);
    assert_eq!(list(store, &user, now).await, []);
    assert_eq!(list(store, &other, now).await, of_other);
}

/// Oldest login first, by name where two began at once, whatever the order of the inserts, and in
/// pages of any size.
pub async fn list_is_in_order_of_login<S: TestStore>(store: &S, now: UnixTime) {
    let user = unique("user").into();
    let mut expected = Vec::new();
    for ago in [3, 9, 1, 3, 2, 10, 0, 3, 5, 0, 9] {
        // Upper case is before lower case, and a prefix before what it begins.
        for name in ["b", "B", "a", "aa", "é", "~"] {
            let mut row = row(&format!("{name}{}", unique("")), &user, now);
            row.started_at = UnixTime::from_secs(now.as_secs().saturating_sub(ago));
            row.label = format!("{ago} s ago");
            insert(store, &row, now).await;
            expected.push(row);
        }
    }
    expected.sort_by(|a, b| (a.started_at, &a.session_id).cmp(&(b.started_at, &b.session_id)));
    for limit in [1, 2, 3, 7, 65, 66, 67, 1_000] {
        let listed = list_in_pages(store, &user, now, limit).await;
        assert!(listed == expected, "in pages of {limit}");
    }
}

/// More than any page that a store would take at once, some of them over.
pub async fn list_has_every_session_once<S: TestStore>(store: &S, now: UnixTime) {
    let user = unique("user").into();
    let rows = inserted(store, &user, MANY, now).await;
    let mut alive = Vec::new();
    for (place, row) in rows.into_iter().enumerate() {
        if place % 3 == 0 {
            assert!(end(store, &row.session_id, now).await);
        } else {
            alive.push(row);
        }
    }
    for limit in [1, 64, MANY] {
        assert!(list_in_pages(store, &user, now, limit).await == alive, "in pages of {limit}");
    }
}

/// A cursor needs no session that is still there.
pub async fn a_page_begins_after_any_cursor<S: TestStore>(store: &S, now: UnixTime) {
    let user = unique("user").into();
    let rows = inserted(store, &user, 5, now).await;
    let limit = NonZeroUsize::new(50).expect("not 0");
    let from = |started_at, session_id: &str| {
        let after = Cursor { started_at, session_id: session_id.into() };
        let user = &user;
        async move {
            let page = List { user_id: user, after: Some(&after), limit, now };
            store.list(&page).await.expect("list").sessions
        }
    };
    assert!(end(store, &rows[1].session_id, now).await);
    assert_eq!(from(now, &rows[1].session_id).await, rows[2..]);
    assert_eq!(from(now, &rows[4].session_id).await, []);
    assert_eq!(from(now, "").await.len(), 4);
    let before = UnixTime::from_secs(now.as_secs() - 1);
    assert_eq!(from(before, "~~~").await.len(), 4);
    assert_eq!(from(after(now, 1), "").await, []);
}

/// Rows as they stand, without those that were ended or have expired.
pub async fn list_shows_what_is_alive<S: TestStore>(store: &S, now: UnixTime) {
    let user = unique("user").into();
    let mut rows = inserted(store, &user, 4, now).await;
    assert!(end(store, &rows[0].session_id, now).await);
    let verdict = refresh(store, &step_of(&rows[3], after(now, 300))).await;
    rows[3] = verdict.row.expect("it rotated");
    assert_eq!(rows[3].generation, 2);
    assert_eq!(list(store, &user, after(now, 999)).await, rows[1..]);
    assert_eq!(list(store, &user, after(now, 1_000)).await, rows[3..]);
    assert_eq!(list(store, &user, after(now, 1_299)).await, rows[3..]);
    assert_eq!(list(store, &user, after(now, 1_300)).await, []);
    // The earlier of its two ends.
    for (expires_in, ends_in) in [(500, 900), (900, 500), (500, 500)] {
        let user = unique("user").into();
        let mut short = row(&unique("of-user"), &user, now);
        (short.expires_at, short.deadline) = (after(now, expires_in), after(now, ends_in));
        insert(store, &short, now).await;
        assert_eq!(list(store, &user, after(now, 499)).await, [short]);
        assert_eq!(list(store, &user, after(now, 500)).await, [], "{expires_in} {ends_in}");
    }
    assert_eq!(list(store, &unique("nobody").into(), now).await, []);
}

/// The integer 1 and the text `1` are two users, and so are all texts that differ in a byte.
pub async fn ids_that_look_alike_are_not_one<S: TestStore>(store: &S, now: UnixTime) {
    let base = unique("alike");
    let number = i64::try_from(now.as_secs()).unwrap_or(1) * 1_000_003;
    let mut users = vec![UserId::Integer(number), number.to_string().into()];
    users.push(UserId::Integer(-number));
    users.extend(
        [format!("i{number}"), format!("t{number}"), format!("0{number}")].map(UserId::from),
    );
    for suffix in ["", " ", "\0", ".", "A", "a", "á", "a\u{301}"] {
        users.push(format!("{base}{suffix}").into());
    }
    let mut rows = Vec::new();
    for user in &users {
        end_all(store, user, now).await;
        rows.push(inserted(store, user, 1, now).await);
    }
    for (user, rows) in users.iter().zip(&rows) {
        assert_eq!(list(store, user, now).await, *rows, "of {user:?}");
    }
    for (user, rows) in users.iter().zip(&rows) {
        assert_eq!(end_all(store, user, now).await, rows.len() as u64, "of {user:?}");
    }
}
