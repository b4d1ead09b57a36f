//! A store whose type is not named: for a service that chooses its store when it starts.
//!
//! In: any store. Out: one type. Each step costs one allocation, for its future.

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::error::Error;
use core::fmt;
use core::future::Future;
use core::pin::Pin;

use jwt_pair::UnixTime;

use crate::session::Session;
use crate::store::{
    End, EndUser, List, Page, Refresh, SessionStore, StoreError, StoreFault, Verdict,
};

/// Any [`SessionStore`], behind one type. A clone is the same store.
///
/// ```
/// # #[cfg(feature = "std")] {
/// use jwt_pair_sessions::{AnyStore, MemoryStore};
/// let store: AnyStore = AnyStore::new(MemoryStore::new());
/// # }
/// ```
#[derive(Clone)]
pub struct AnyStore(Arc<dyn DynStore>);

/// The error of a store behind [`AnyStore`].
#[derive(Debug)]
pub struct AnyStoreError(Box<dyn StoreError>);

impl AnyStore {
    /// Forgets the type of a store.
    pub fn new<S: SessionStore + Send + Sync + 'static>(store: S) -> Self {
        Self(Arc::new(store))
    }
}

impl fmt::Debug for AnyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnyStore").finish_non_exhaustive()
    }
}

impl fmt::Display for AnyStoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for AnyStoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

impl StoreError for AnyStoreError {
    fn fault(&self) -> StoreFault {
        self.0.fault()
    }
}

type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, AnyStoreError>> + Send + 'a>>;

/// [`SessionStore`] with boxed futures, so that it can be behind a pointer.
trait DynStore: Send + Sync {
    fn insert<'a>(&'a self, session: &'a Session, now: UnixTime) -> Answer<'a, bool>;
    fn refresh<'a>(&'a self, step: &'a Refresh<'a>) -> Answer<'a, Verdict>;
    fn load<'a>(&'a self, session_id: &'a str) -> Answer<'a, Option<Session>>;
    fn end<'a>(&'a self, end: &'a End<'a>) -> Answer<'a, bool>;
    fn end_user<'a>(&'a self, end: &'a EndUser<'a>) -> Answer<'a, u64>;
    fn list<'a>(&'a self, list: &'a List<'a>) -> Answer<'a, Page>;
    fn purge(&self, now: UnixTime) -> Answer<'_, u64>;
}

fn boxed<'a, T, E: StoreError>(
    answer: impl Future<Output = Result<T, E>> + Send + 'a,
) -> Answer<'a, T> {
    Box::pin(async { answer.await.map_err(|error| AnyStoreError(Box::new(error))) })
}

impl<S: SessionStore + Send + Sync> DynStore for S {
    fn insert<'a>(&'a self, session: &'a Session, now: UnixTime) -> Answer<'a, bool> {
        boxed(SessionStore::insert(self, session, now))
    }

    fn refresh<'a>(&'a self, step: &'a Refresh<'a>) -> Answer<'a, Verdict> {
        boxed(SessionStore::refresh(self, step))
    }

    fn load<'a>(&'a self, session_id: &'a str) -> Answer<'a, Option<Session>> {
        boxed(SessionStore::load(self, session_id))
    }

    fn end<'a>(&'a self, end: &'a End<'a>) -> Answer<'a, bool> {
        boxed(SessionStore::end(self, end))
    }

    fn end_user<'a>(&'a self, end: &'a EndUser<'a>) -> Answer<'a, u64> {
        boxed(SessionStore::end_user(self, end))
    }

    fn list<'a>(&'a self, list: &'a List<'a>) -> Answer<'a, Page> {
        boxed(SessionStore::list(self, list))
    }

    fn purge(&self, now: UnixTime) -> Answer<'_, u64> {
        boxed(SessionStore::purge(self, now))
    }
}

impl SessionStore for AnyStore {
    type Error = AnyStoreError;

    async fn insert(&self, session: &Session, now: UnixTime) -> Result<bool, AnyStoreError> {
        self.0.insert(session, now).await
    }

    async fn refresh(&self, step: &Refresh<'_>) -> Result<Verdict, AnyStoreError> {
        self.0.refresh(step).await
    }

    async fn load(&self, session_id: &str) -> Result<Option<Session>, AnyStoreError> {
        self.0.load(session_id).await
    }

    async fn end(&self, end: &End<'_>) -> Result<bool, AnyStoreError> {
        self.0.end(end).await
    }

    async fn end_user(&self, end: &EndUser<'_>) -> Result<u64, AnyStoreError> {
        self.0.end_user(end).await
    }

    async fn list(&self, list: &List<'_>) -> Result<Page, AnyStoreError> {
        self.0.list(list).await
    }

    async fn purge(&self, now: UnixTime) -> Result<u64, AnyStoreError> {
        self.0.purge(now).await
    }
}
