//! Events for `tracing`: one for each outcome of each call, by the feature `tracing`.
//!
//! In: an [`Event`]. Out: an event of the target `jwt_pair_sessions`.
//! Not here: tokens, own claims and labels. No field holds one.

use core::time::Duration;

use jwt_pair::UserId;
use tracing::{Level, Value};

use crate::event::{Event, EventKind};

/// Tells the subscriber. Texts are handed over as `str`, so that it can escape them.
pub(crate) fn tell(event: &Event<'_>) {
    macro_rules! tell {
        ($level:ident) => {
            tracing::event!(
                target: "jwt_pair_sessions",
                Level::$level,
                outcome = event.kind.as_str(),
                session_id = event.session_id,
                user_id = event.user_id.map(value_of),
                generation = event.session.map(|row| row.generation),
                why = why(event),
                ended_at = event.session.and_then(|row| row.ended).map(|ended| ended.at.as_secs()),
                sessions = sessions(event.kind),
                total_us = event.latency.map(|latency| micros(latency.total)),
                store_us = event.latency.map(|latency| micros(latency.store)),
            )
        };
    }
    match event.kind {
        EventKind::Reuse | EventKind::Ahead => tell!(WARN),
        EventKind::NoSessionId | EventKind::Unavailable | EventKind::Refused => tell!(ERROR),
        EventKind::Kept | EventKind::Repeated | EventKind::Checked | EventKind::Listed { .. } => {
            tell!(DEBUG);
        }
        _ => tell!(INFO),
    }
}

fn value_of(user_id: &UserId) -> &dyn Value {
    match user_id {
        UserId::Integer(id) => id,
        UserId::Text(id) => id,
    }
}

/// Why sessions were ended by this call, or why the session is over.
fn why(event: &Event<'_>) -> Option<&'static str> {
    match event.kind {
        EventKind::Ended { why, .. } => Some(why.as_str()),
        _ => event.session.and_then(|row| row.ended).map(|ended| ended.why.as_str()),
    }
}

const fn sessions(kind: EventKind) -> Option<u64> {
    match kind {
        EventKind::Ended { sessions, .. }
        | EventKind::Listed { sessions }
        | EventKind::Purged { sessions } => Some(sessions),
        _ => None,
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
