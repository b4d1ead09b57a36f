//! A store in memory that does not answer when it is told so, and that other servers share.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use alloc::sync::Arc;
use core::fmt;
use std::sync::Mutex;

use jwt_pair::{UnixTime, UserId};
use jwt_pair_sessions::{Advance, Advanced, MemoryStore, Session, SessionStore};

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
pub(crate) struct Down;

impl fmt::Display for Down {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("connection reset")
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct FaultyStore {
    rows: Arc<MemoryStore>,
    faults: Arc<Mutex<Vec<Fault>>>,
}

impl FaultyStore {
    /// The faults of the next steps, in this order; later steps have none.
    pub(crate) fn fail(&self, faults: &[Fault]) {
        *self.faults.lock().unwrap() = faults.iter().rev().copied().collect();
    }

    async fn step<T>(
        &self,
        taken: impl Future<Output = Result<T, core::convert::Infallible>>,
    ) -> Result<T, Down> {
        let fault = self.faults.lock().unwrap().pop().unwrap_or_default();
        if fault == Fault::Before {
            return Err(Down);
        }
        let Ok(answer) = taken.await;
        if fault == Fault::After { Err(Down) } else { Ok(answer) }
    }
}

impl SessionStore for FaultyStore {
    type Error = Down;

    async fn insert(&self, session: &Session, now: UnixTime) -> Result<bool, Down> {
        self.step(self.rows.insert(session, now)).await
    }

    async fn advance(&self, step: Advance<'_>) -> Result<Advanced, Down> {
        self.step(self.rows.advance(step)).await
    }

    async fn load(&self, session_id: &str, now: UnixTime) -> Result<Option<Session>, Down> {
        self.step(self.rows.load(session_id, now)).await
    }

    async fn revoke(&self, session_id: &str, now: UnixTime) -> Result<bool, Down> {
        self.step(self.rows.revoke(session_id, now)).await
    }

    async fn revoke_user(&self, user_id: &UserId, now: UnixTime) -> Result<u64, Down> {
        self.step(self.rows.revoke_user(user_id, now)).await
    }

    async fn list_user(&self, user_id: &UserId, now: UnixTime) -> Result<Vec<Session>, Down> {
        self.step(self.rows.list_user(user_id, now)).await
    }

    async fn purge(&self, now: UnixTime) -> Result<u64, Down> {
        self.step(self.rows.purge(now)).await
    }
}
