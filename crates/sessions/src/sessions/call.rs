//! One call to [`Sessions`]: what it is about, how long it takes, and the event that tells of it.

use core::time::Duration;

use jwt_pair::{UnixTime, UserId};

use super::Sessions;
use crate::error::SessionError;
use crate::event::{Clock, Event, EventKind, Latency};
use crate::session::Session;
use crate::store::SessionStore;

/// Takes a step of the store, and its time. A function would hold the step's future twice: as its
/// argument, and while it waits.
macro_rules! ask {
    ($sessions:ident, $call:expr, $step:expr) => {{
        let asked = $sessions.time();
        let answer = $step.await;
        $sessions.answered($call, asked, answer)
    }};
}
pub(super) use ask;

/// A call that runs.
pub(super) struct Call<'a> {
    pub(super) session_id: Option<&'a str>,
    pub(super) user_id: Option<&'a UserId>,
    pub(super) now: UnixTime,
    /// The row, once the store has shown it.
    pub(super) row: Option<Session>,
    began: Option<Duration>,
    in_store: Duration,
}

impl<S: SessionStore> Sessions<S> {
    pub(super) fn call<'a>(
        &self,
        session_id: Option<&'a str>,
        user_id: Option<&'a UserId>,
        now: UnixTime,
    ) -> Call<'a> {
        Call { session_id, user_id, now, row: None, began: self.time(), in_store: Duration::ZERO }
    }

    /// The answer to a step that was asked for at this time.
    pub(super) fn answered<T>(
        &self,
        call: &mut Call<'_>,
        asked: Option<Duration>,
        answer: Result<T, S::Error>,
    ) -> Result<T, SessionError<S::Error>> {
        if let (Some(asked), Some(answered)) = (asked, self.time()) {
            call.in_store = call.in_store.saturating_add(answered.saturating_sub(asked));
        }
        answer.map_err(SessionError::of_store)
    }

    /// Tells what the call came to. Every way out of a call is through here.
    pub(super) fn finish<T>(
        &self,
        call: &Call<'_>,
        outcome: Result<(EventKind, T), SessionError<S::Error>>,
    ) -> Result<T, SessionError<S::Error>> {
        let kind = match &outcome {
            Ok((kind, _)) => *kind,
            Err(error) => EventKind::of_error(error),
        };
        let latency = call.began.zip(self.time()).map(|(began, ended)| Latency {
            total: ended.saturating_sub(began),
            store: call.in_store,
        });
        let Call { session_id, user_id, now, ref row, .. } = *call;
        let event = Event { kind, session_id, user_id, session: row.as_ref(), now, latency };
        if let Some(hook) = &self.hook {
            hook.call(&event);
        }
        #[cfg(feature = "tracing")]
        crate::trace::tell(&event);
        outcome.map(|(_, value)| value)
    }

    /// The time of the clock, if anybody is told of it.
    pub(super) fn time(&self) -> Option<Duration> {
        let is_told = self.hook.is_some() || cfg!(feature = "tracing");
        self.clock.as_ref().filter(|_| is_told).map(Clock::time)
    }
}
