use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use jwt_pair::{UnixTime, UserId};
use jwt_pair_sessions::Session;

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
    Session {
        session_id: session_id.into(),
        user_id: user_id.clone(),
        label: "Firefox on Linux".into(),
        started_at: now,
        generation: 1,
        rotated_at: now,
        expires_at: after(now, 1_000),
        deadline: after(now, 5_000),
        revoked: false,
    }
}

/// A session and a user of its own.
pub(crate) fn any_row(what: &str, now: UnixTime) -> Session {
    row(&unique(what), &unique("user").into(), now)
}

pub(crate) fn after(now: UnixTime, seconds: u64) -> UnixTime {
    UnixTime::from_secs(now.as_secs().saturating_add(seconds))
}

/// The row as it must come back: a store may keep times from 2^63 on as 2^63 - 1.
#[track_caller]
pub(crate) fn assert_same(found: Option<Session>, expected: &Session) {
    let bounded = |mut row: Session| {
        for time in
            [&mut row.started_at, &mut row.rotated_at, &mut row.expires_at, &mut row.deadline]
        {
            *time = (*time).min(UnixTime::from_secs(i64::MAX.cast_unsigned()));
        }
        row
    };
    assert_eq!(found.map(bounded), Some(bounded(expected.clone())));
}
