//! A store in memory that can be away, and that does something of the test's own within a step.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use jwt_pair::UnixTime;
use jwt_pair_sessions::{
    End, EndUser, List, MemoryStore, Page, Refresh, Session, SessionStore, StoreError, Verdict,
};

type Work = Box<dyn FnOnce() + Send>;

#[derive(Clone, Default)]
pub struct TestStore {
    inner: Arc<MemoryStore>,
    is_away: Arc<AtomicBool>,
    /// Whether it is away for ends of all sessions of a user alone.
    keeps: Arc<AtomicBool>,
    purges: Arc<AtomicUsize>,
    /// Done once, after the next insert.
    after_insert: Arc<Mutex<Option<Work>>>,
    /// Done once, before the sessions of a user are ended the next time.
    before_end_user: Arc<Mutex<Option<Work>>>,
    /// Done once, after the next end of all sessions of a user.
    after_end_user: Arc<Mutex<Option<Work>>>,
}

#[derive(Debug)]
pub struct Away;

impl fmt::Display for Away {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the store is away")
    }
}

impl std::error::Error for Away {}
impl StoreError for Away {}

impl TestStore {
    pub fn goes(&self, away: bool) {
        self.is_away.store(away, Ordering::SeqCst);
    }

    /// From now on the sessions of a user cannot be ended, or can.
    pub fn keeps(&self, keeps: bool) {
        self.keeps.store(keeps, Ordering::SeqCst);
    }

    /// How often it was asked to remove what has expired.
    pub fn purges(&self) -> usize {
        self.purges.load(Ordering::SeqCst)
    }

    pub fn after_end_user(&self, work: impl FnOnce() + Send + 'static) {
        *self.after_end_user.lock().expect("no panic") = Some(Box::new(work));
    }

    pub fn after_insert(&self, work: impl FnOnce() + Send + 'static) {
        *self.after_insert.lock().expect("no panic") = Some(Box::new(work));
    }

    pub fn before_end_user(&self, work: impl FnOnce() + Send + 'static) {
        *self.before_end_user.lock().expect("no panic") = Some(Box::new(work));
    }

    fn there<T>(&self, answer: Result<T, std::convert::Infallible>) -> Result<T, Away> {
        let Ok(answer) = answer;
        if self.is_away.load(Ordering::SeqCst) { Err(Away) } else { Ok(answer) }
    }
}

impl SessionStore for TestStore {
    type Error = Away;

    async fn insert(&self, session: &Session, now: UnixTime) -> Result<bool, Away> {
        self.there(Ok(()))?;
        let inserted = self.there(self.inner.insert(session, now).await);
        let work = self.after_insert.lock().expect("no panic").take();
        if let Some(work) = work {
            work();
        }
        inserted
    }

    async fn refresh(&self, step: &Refresh<'_>) -> Result<Verdict, Away> {
        self.there(Ok(()))?;
        self.there(self.inner.refresh(step).await)
    }

    async fn load(&self, session_id: &str) -> Result<Option<Session>, Away> {
        self.there(self.inner.load(session_id).await)
    }

    async fn end(&self, end: &End<'_>) -> Result<bool, Away> {
        self.there(Ok(()))?;
        self.there(self.inner.end(end).await)
    }

    async fn end_user(&self, end: &EndUser<'_>) -> Result<u64, Away> {
        let work = self.before_end_user.lock().expect("no panic").take();
        if let Some(work) = work {
            work();
        }
        self.there(Ok(()))?;
        if self.keeps.load(Ordering::SeqCst) {
            return Err(Away);
        }
        let ended = self.there(self.inner.end_user(end).await);
        let work = self.after_end_user.lock().expect("no panic").take();
        if let Some(work) = work {
            work();
        }
        ended
    }

    async fn list(&self, list: &List<'_>) -> Result<Page, Away> {
        self.there(self.inner.list(list).await)
    }

    async fn purge(&self, now: UnixTime) -> Result<u64, Away> {
        self.purges.fetch_add(1, Ordering::SeqCst);
        self.there(self.inner.purge(now).await)
    }
}
