//! What happened, for metrics and alarms: a hook, without a library of either.

use alloc::sync::Arc;
use core::fmt;

use jwt_pair::{UnixTime, UserId};

use crate::session::{EndReason, Session};

/// Something that happened to a session, for [`Sessions::on_event`](crate::Sessions::on_event).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event<'a> {
    /// What happened.
    pub kind: EventKind,
    /// The session, where it was one.
    pub session_id: Option<&'a str>,
    /// The user, where it is known.
    pub user_id: Option<&'a UserId>,
    /// The row as it stood then, where the store has shown it.
    pub session: Option<&'a Session>,
    /// The time that the caller gave.
    pub now: UnixTime,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EventKind {
    /// A login began a session.
    Started,
    /// A login was tried again, and got the session that it had begun before.
    StartedAgain,
    /// A token from before sessions was taken over.
    Adopted,
    /// A refresh gave out a new refresh token.
    Rotated,
    /// A refresh gave out an access token alone.
    Kept,
    /// A refresh gave out the current refresh token again.
    Repeated,
    /// A refresh was refused since the session is over.
    Revoked,
    /// A replaced token was shown. Again is the same kind: `session.ended` says when it was first.
    Reuse,
    /// A token was shown that the store does not know of. As with `Reuse` for the second time.
    Ahead,
    /// Sessions were ended by a call.
    Ended {
        /// Why.
        why: EndReason,
        /// How many.
        sessions: u64,
    },
    /// The store did not answer.
    Unavailable,
    /// The store refused what it was given.
    Refused,
}

/// What a service does with events.
#[derive(Clone)]
pub(crate) struct Hook(Arc<dyn Fn(&Event<'_>) + Send + Sync>);

impl Hook {
    pub(crate) fn new(hook: impl Fn(&Event<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(hook))
    }

    pub(crate) fn call(&self, event: &Event<'_>) {
        (self.0)(event);
    }
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hook")
    }
}
