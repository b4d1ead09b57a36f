//! What happens to sessions: counted, and logged without a token.

use jwt_pair_sessions::{Event, EventKind};

use crate::counters::Counters;

/// Counts an event, and logs those that an operator wants to know of.
pub fn note(counters: &Counters, event: &Event<'_>) {
    let user = event.user_id.map(ToString::to_string);
    match event.kind {
        EventKind::Started | EventKind::StartedAgain | EventKind::Adopted => {
            counters.sessions_started.count();
            tracing::info!(user, session = event.session_id, "a session began");
        }
        EventKind::Rotated => counters.refreshes_rotated.count(),
        EventKind::Kept => counters.refreshes_kept.count(),
        EventKind::Repeated => counters.refreshes_repeated.count(),
        EventKind::Revoked => counters.refreshes_revoked.count(),
        EventKind::Reuse => {
            counters.reuses.count();
            tracing::warn!(
                user,
                session = event.session_id,
                "a refresh token came back after it was replaced: somebody has a copy"
            );
        }
        EventKind::Ahead => {
            counters.aheads.count();
            tracing::error!(
                user,
                session = event.session_id,
                "the store lost a rotation: was a backup restored without ending all sessions?"
            );
        }
        EventKind::Ended { why, sessions } => {
            counters.sessions_ended.add(sessions);
            let why = why.as_str();
            tracing::info!(user, session = event.session_id, why, sessions, "sessions ended");
        }
        EventKind::Unavailable => {
            counters.store_unavailable.count();
            tracing::warn!("the store of the sessions does not answer");
        }
        EventKind::Refused => tracing::error!("the store of the sessions refused a step"),
        _ => {}
    }
}
