//! A store whose answers are lost now and then, and sometimes its questions.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use jwt_pair::UnixTime;
use jwt_pair_sessions::{
    End, EndUser, List, Page, Refresh, Session, SessionStore, StoreError, StoreFault, Verdict,
};

/// A store of which one step in `one_in` is taken and its answer lost, and as many are not taken.
#[derive(Debug)]
pub struct Lossy<S> {
    store: S,
    one_in: u64,
    steps: AtomicU64,
}

/// Why a [`Lossy`] store gave no answer.
#[derive(Debug)]
pub enum LossyError<E> {
    /// The step was taken or not, and the answer is lost.
    Lost,
    /// The store said so.
    Store(E),
}

impl<E: fmt::Display> fmt::Display for LossyError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lost => f.write_str("the answer was lost"),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl<E: StoreError> std::error::Error for LossyError<E> {}

impl<E: StoreError> StoreError for LossyError<E> {
    fn fault(&self) -> StoreFault {
        match self {
            Self::Lost => StoreFault::Unavailable,
            Self::Store(error) => error.fault(),
        }
    }
}

impl<S: SessionStore + Sync> Lossy<S> {
    /// # Panics
    /// If `one_in` is less than 2.
    #[must_use]
    pub const fn new(store: S, one_in: u64) -> Self {
        assert!(one_in >= 2, "one step in two at the most");
        Self { store, one_in, steps: AtomicU64::new(0) }
    }

    async fn ask<T>(
        &self,
        step: impl Future<Output = Result<T, S::Error>> + Send,
    ) -> Result<T, LossyError<S::Error>> {
        let number = self.steps.fetch_add(1, Ordering::Relaxed) % self.one_in;
        if number == 0 {
            return Err(LossyError::Lost);
        }
        let answer = step.await.map_err(LossyError::Store)?;
        if number == 1 { Err(LossyError::Lost) } else { Ok(answer) }
    }
}

impl<S: SessionStore + Sync> SessionStore for Lossy<S> {
    type Error = LossyError<S::Error>;

    async fn insert(&self, session: &Session, now: UnixTime) -> Result<bool, Self::Error> {
        self.ask(self.store.insert(session, now)).await
    }

    async fn refresh(&self, step: &Refresh<'_>) -> Result<Verdict, Self::Error> {
        self.ask(self.store.refresh(step)).await
    }

    async fn load(&self, session_id: &str) -> Result<Option<Session>, Self::Error> {
        self.ask(self.store.load(session_id)).await
    }

    async fn end(&self, end: &End<'_>) -> Result<bool, Self::Error> {
        self.ask(self.store.end(end)).await
    }

    async fn end_user(&self, end: &EndUser<'_>) -> Result<u64, Self::Error> {
        self.ask(self.store.end_user(end)).await
    }

    async fn list(&self, list: &List<'_>) -> Result<Page, Self::Error> {
        self.ask(self.store.list(list)).await
    }

    async fn purge(&self, now: UnixTime) -> Result<u64, Self::Error> {
        self.ask(self.store.purge(now)).await
    }
}
