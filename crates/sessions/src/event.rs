//! What happened, for metrics and alarms: a hook, without a library of either.

use alloc::sync::Arc;
use core::fmt;
use core::time::Duration;

use jwt_pair::{UnixTime, UserId};

use crate::error::SessionError;
use crate::session::{EndReason, Session};

/// What a call came to, for [`Sessions::on_event`](crate::Sessions::on_event).
///
/// It holds no token, no own claim and no key. The label in [`session`](Self::session) is a text of
/// the client's: take care where you write it.
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
    /// How long the call took. `None` where there is no clock: see
    /// [`Sessions::latency_clock`](crate::Sessions::latency_clock).
    pub latency: Option<Latency>,
}

/// How long a call took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Latency {
    /// The whole call, from its first line to the event.
    pub total: Duration,
    /// How much of it the store took, in all the steps that it was asked for: zero where it was not
    /// asked.
    pub store: Duration,
}

/// What happened: one kind for each outcome of each call.
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
    /// A refresh or a check was refused since the session is over.
    Revoked,
    /// A replaced token was shown. Again is the same kind: `session.ended` says when it was first.
    Reuse,
    /// A token was shown that the store does not know of. As with `Reuse` for the second time.
    Ahead,
    /// Sessions were ended by a call.
    Ended {
        /// Why.
        why: EndReason,
        /// How many: 0 where there was none to end.
        sessions: u64,
    },
    /// The session of an access token was checked, and stands.
    Checked,
    /// A page of a user's sessions was given.
    Listed {
        /// How many are on it.
        sessions: u64,
    },
    /// Sessions that had expired were removed.
    Purged {
        /// How many.
        sessions: u64,
    },
    /// A token or claims were not acceptable: [`SessionError::Token`](crate::SessionError::Token).
    Invalid,
    /// A login was refused since there is a session of its name.
    SessionExists,
    /// A login had no name, and none could be made.
    NoSessionId,
    /// The store did not answer.
    Unavailable,
    /// The store refused what it was given.
    Refused,
}

impl EventKind {
    /// The kind as a word, such as `rotated` or `started_again`: for the label of a metric. There are
    /// 18, and each stays as it is.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::StartedAgain => "started_again",
            Self::Adopted => "adopted",
            Self::Rotated => "rotated",
            Self::Kept => "kept",
            Self::Repeated => "repeated",
            Self::Revoked => "revoked",
            Self::Reuse => "reuse",
            Self::Ahead => "ahead",
            Self::Ended { .. } => "ended",
            Self::Checked => "checked",
            Self::Listed { .. } => "listed",
            Self::Purged { .. } => "purged",
            Self::Invalid => "invalid",
            Self::SessionExists => "session_exists",
            Self::NoSessionId => "no_session_id",
            Self::Unavailable => "unavailable",
            Self::Refused => "refused",
        }
    }

    /// The kind of a call that gave out an error.
    pub(crate) const fn of_error<E>(error: &SessionError<E>) -> Self {
        match error {
            SessionError::Token(_) => Self::Invalid,
            SessionError::SessionExists => Self::SessionExists,
            SessionError::NoSessionId => Self::NoSessionId,
            SessionError::Revoked(_) => Self::Revoked,
            SessionError::Reuse(_) => Self::Reuse,
            SessionError::Ahead(_) => Self::Ahead,
            SessionError::Unavailable(_) => Self::Unavailable,
            SessionError::Refused(_) => Self::Refused,
        }
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
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

/// A clock that never goes back: the time since any moment.
#[derive(Clone)]
pub(crate) struct Clock(Arc<dyn Fn() -> Duration + Send + Sync>);

impl Clock {
    pub(crate) fn new(clock: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        Self(Arc::new(clock))
    }

    /// The clock of `std`; none where it would panic.
    pub(crate) fn of_target() -> Option<Self> {
        #[cfg(all(feature = "std", not(all(target_family = "wasm", target_os = "unknown"))))]
        return {
            let start = std::time::Instant::now();
            Some(Self::new(move || start.elapsed()))
        };
        #[cfg(not(all(
            feature = "std",
            not(all(target_family = "wasm", target_os = "unknown"))
        )))]
        return None;
    }

    pub(crate) fn time(&self) -> Duration {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}
