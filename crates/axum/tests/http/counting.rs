//! A store that counts how often a row was asked for.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jwt_pair::UnixTime;
use jwt_pair_sessions::{End, EndUser, List, Page, Refresh, Session, SessionStore, Verdict};

use crate::common::{Away, Store};

pub(crate) struct Counting(pub(crate) Store, pub(crate) Arc<AtomicUsize>);

impl SessionStore for Counting {
    type Error = Away;

    async fn insert(&self, session: &Session, now: UnixTime) -> Result<bool, Away> {
        self.0.insert(session, now).await
    }

    async fn refresh(&self, step: &Refresh<'_>) -> Result<Verdict, Away> {
        self.0.refresh(step).await
    }

    async fn load(&self, session_id: &str) -> Result<Option<Session>, Away> {
        self.1.fetch_add(1, Ordering::SeqCst);
        self.0.load(session_id).await
    }

    async fn end(&self, end: &End<'_>) -> Result<bool, Away> {
        self.0.end(end).await
    }

    async fn end_user(&self, end: &EndUser<'_>) -> Result<u64, Away> {
        self.0.end_user(end).await
    }

    async fn list(&self, list: &List<'_>) -> Result<Page, Away> {
        self.0.list(list).await
    }

    async fn purge(&self, now: UnixTime) -> Result<u64, Away> {
        self.0.purge(now).await
    }
}
