use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use jwt_pair::{UnixTime, UserId};
use jwt_pair_sessions::{
    Cursor, End, EndReason, EndUser, List, Refresh, Session, ShownToken, Verdict,
};

use crate::TestStore;

/// The window of the suite's steps.
pub(crate) const WINDOW: Duration = Duration::from_secs(300);

/// A name that no session or user had before, in this run or another.
#[must_use]
pub fn unique(what: &str) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let started = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    format!("{what}-{}-{count}", started.map_or(0, |since| since.as_nanos()))
}

/// A session that begins now, for 1,000 seconds with one refresh token and 5,000 in all.
#[must_use]
pub fn row(session_id: &str, user_id: &UserId, now: UnixTime) -> Session {
    let mut row = Session::new(session_id.into(), user_id.clone(), now, after(now, 5_000));
    row.label = "Firefox on Linux".into();
    row.expires_at = after(now, 1_000);
    row
}

/// A session and a user of its own.
pub(crate) fn any_row(what: &str, now: UnixTime) -> Session {
    row(&unique(what), &unique("user").into(), now)
}

/// [`any_row`], changed as the closure says.
pub(crate) fn any_row_with(
    what: &str,
    now: UnixTime,
    change: impl FnOnce(&mut Session),
) -> Session {
    let mut row = any_row(what, now);
    change(&mut row);
    row
}

pub(crate) fn after(now: UnixTime, seconds: u64) -> UnixTime {
    UnixTime::from_secs(now.as_secs().saturating_add(seconds))
}

pub(crate) async fn insert<S: TestStore>(store: &S, row: &Session, now: UnixTime) {
    assert!(store.insert(row, now).await.expect("insert"), "the name was free: {row:?}");
}

pub(crate) async fn inserted<S: TestStore>(store: &S, what: &str, now: UnixTime) -> Session {
    let row = any_row(what, now);
    insert(store, &row, now).await;
    row
}

pub(crate) async fn load<S: TestStore>(store: &S, session_id: &str) -> Option<Session> {
    store.load(session_id).await.expect("load")
}

/// The row is there, and just so.
#[track_caller]
pub(crate) fn assert_is(found: Option<Session>, expected: &Session) {
    assert_eq!(found.as_ref(), Some(expected));
}

/// A step with the current token of the row, beyond the window.
pub(crate) fn step_of(row: &Session, now: UnixTime) -> Refresh<'_> {
    Refresh {
        session_id: &row.session_id,
        token: ShownToken {
            user_id: &row.user_id,
            generation: row.generation,
            iat: row.rotated_at,
        },
        now,
        window: WINDOW,
        expires_at: after(now, 1_000),
        label: None,
    }
}

pub(crate) async fn refresh<S: TestStore>(store: &S, step: &Refresh<'_>) -> Verdict {
    store.refresh(step).await.expect("refresh")
}

/// Ends a session, whosever it is.
pub(crate) async fn end<S: TestStore>(store: &S, session_id: &str, at: UnixTime) -> bool {
    let (user_id, why) = (None, EndReason::Logout);
    store.end(&End { session_id, user_id, why, at }).await.expect("end")
}

pub(crate) async fn end_all<S: TestStore>(store: &S, user_id: &UserId, at: UnixTime) -> u64 {
    let end = EndUser { user_id, except: None, why: EndReason::All, at };
    store.end_user(&end).await.expect("end_user")
}

/// All sessions of a user, in pages of 50.
pub(crate) async fn list<S: TestStore>(store: &S, user_id: &UserId, now: UnixTime) -> Vec<Session> {
    list_in_pages(store, user_id, now, 50).await
}

pub(crate) async fn list_in_pages<S: TestStore>(
    store: &S,
    user_id: &UserId,
    now: UnixTime,
    limit: usize,
) -> Vec<Session> {
    let limit = NonZeroUsize::new(limit).expect("not 0");
    let mut sessions = Vec::new();
    let mut after: Option<Cursor> = None;
    for _ in 0..10_000 {
        let page = List { user_id, after: after.as_ref(), limit, now };
        let page = store.list(&page).await.expect("list");
        assert!(page.sessions.len() <= limit.get(), "{} on a page", page.sessions.len());
        sessions.extend(page.sessions);
        if page.next.is_none() {
            return sessions;
        }
        after = page.next;
    }
    panic!("the pages do not end");
}
