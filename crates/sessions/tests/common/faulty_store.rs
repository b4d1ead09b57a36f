//! A store in memory that does not answer when it is told so, and that other servers share.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use alloc::sync::Arc;
use core::fmt;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::sync::Mutex;

use jwt_pair::UnixTime;
use jwt_pair_sessions::{
    End, EndUser, List, MemoryStore, Page, Refresh, Session, SessionStore, StoreError, StoreFault,
    Verdict,
};

/// What happens to the next step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Fault {
    #[default]
    None,
    /// The question is lost: the step is not taken.
    Before,
    /// The answer is lost: the step is taken.
    After,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Down {
    NoAnswer,
    NameTooLong,
}

impl core::error::Error for Down {}

impl StoreError for Down {
    fn fault(&self) -> StoreFault {
        match self {
            Self::NoAnswer => StoreFault::Unavailable,
            Self::NameTooLong => StoreFault::Refused,
        }
    }
}

impl fmt::Display for Down {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoAnswer => "connection reset",
            Self::NameTooLong => "the name is too long",
        })
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct FaultyStore {
    rows: Arc<MemoryStore>,
    faults: Arc<Mutex<Vec<Fault>>>,
    /// A clock of milliseconds, which goes on by [`STEP_MILLIS`] with each step.
    pub(crate) clock: Arc<AtomicU64>,
    /// How long a step sleeps, by the clock of the machine.
    pub(crate) sleeps: Duration,
}

/// How long a step takes.
pub(crate) const STEP_MILLIS: u64 = 40;

impl FaultyStore {
    /// The faults of the next steps, in this order; later steps have none.
    pub(crate) fn fail(&self, faults: &[Fault]) {
        *self.faults.lock().unwrap() = faults.iter().rev().copied().collect();
    }

    async fn step<T>(
        &self,
        taken: impl Future<Output = Result<T, core::convert::Infallible>>,
    ) -> Result<T, Down> {
        if !self.sleeps.is_zero() {
            std::thread::sleep(self.sleeps);
        }
        self.clock.fetch_add(STEP_MILLIS, Ordering::SeqCst);
        let fault = self.faults.lock().unwrap().pop().unwrap_or_default();
        if fault == Fault::Before {
            return Err(Down::NoAnswer);
        }
        let Ok(answer) = taken.await;
        if fault == Fault::After { Err(Down::NoAnswer) } else { Ok(answer) }
    }
}

impl SessionStore for FaultyStore {
    type Error = Down;

    async fn insert(&self, session: &Session, now: UnixTime) -> Result<bool, Down> {
        if session.session_id.len() > 1_024 {
            return Err(Down::NameTooLong);
        }
        self.step(self.rows.insert(session, now)).await
    }

    async fn refresh(&self, step: &Refresh<'_>) -> Result<Verdict, Down> {
        self.step(self.rows.refresh(step)).await
    }

    async fn load(&self, session_id: &str) -> Result<Option<Session>, Down> {
        self.step(self.rows.load(session_id)).await
    }

    async fn end(&self, end: &End<'_>) -> Result<bool, Down> {
        self.step(self.rows.end(end)).await
    }

    async fn end_user(&self, end: &EndUser<'_>) -> Result<u64, Down> {
        self.step(self.rows.end_user(end)).await
    }

    async fn list(&self, list: &List<'_>) -> Result<Page, Down> {
        self.step(self.rows.list(list)).await
    }

    async fn purge(&self, now: UnixTime) -> Result<u64, Down> {
        self.step(self.rows.purge(now)).await
    }
}
