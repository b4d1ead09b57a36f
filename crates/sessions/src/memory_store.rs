//! Sessions in memory: the embedded store, gone with the process.
//!
//! Rows are spread over shards with a lock each, so that threads seldom wait for one another. Expired
//! rows leave without a background task: each insert looks at two rows in turn, so an expired row is
//! gone after about as many inserts as there are rows.

use alloc::collections::{BTreeSet, VecDeque};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::convert::Infallible;
use core::hash::BuildHasher as _;
use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jwt_pair::{UnixTime, UserId};

use crate::session::Session;
use crate::store::{Cursor, End, EndUser, List, Page, Refresh, SessionStore, Verdict};

/// A [`SessionStore`] in memory, for one process. Needs the feature `std`.
#[derive(Debug, Default)]
pub struct MemoryStore {
    shards: [Padded; 16],
    /// Keyed at random, so that nobody can choose names of sessions that meet in one shard.
    hasher: RandomState,
}

/// A shard on cache lines of its own: threads on neighbouring shards do not slow each other down.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Padded(Mutex<Shard>);

#[derive(Debug, Default)]
struct Shard {
    rows: HashMap<Arc<str>, Session>,
    by_user: HashMap<UserId, BTreeSet<Arc<str>>>,
    /// Each row once, in the order in which they are looked at for having expired.
    rota: VecDeque<Arc<str>>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn shard(&self, session_id: &str) -> MutexGuard<'_, Shard> {
        let [first, ..] = &self.shards;
        let at = usize::try_from(self.hasher.hash_one(session_id) % 16);
        let shard = at.ok().and_then(|at| self.shards.get(at));
        lock(shard.unwrap_or(first))
    }

    /// Takes all locks before the first shard is looked at, so that what is done to a user's sessions
    /// is one step. Every thread takes them in this order, so no two wait for each other.
    fn all_shards(&self) -> [MutexGuard<'_, Shard>; 16] {
        self.shards.each_ref().map(lock)
    }
}

/// Ignoring poison is safe: no operation can panic halfway through a change.
fn lock(shard: &Padded) -> MutexGuard<'_, Shard> {
    shard.0.lock().unwrap_or_else(PoisonError::into_inner)
}

impl SessionStore for MemoryStore {
    type Error = Infallible;

    async fn insert(&self, session: &Session, now: UnixTime) -> Result<bool, Infallible> {
        let mut shard = self.shard(&session.session_id);
        shard.look_at_one(now);
        shard.look_at_one(now);
        let old = shard.rows.get(session.session_id.as_str());
        if old.is_some_and(|row| !row.has_expired(now)) {
            return Ok(false);
        }
        let name: Arc<str> = session.session_id.as_str().into();
        // A row that has expired and not been looked at since keeps its place in the rota.
        if !shard.remove(&name) {
            shard.rota.push_back(Arc::clone(&name));
        }
        shard.by_user.entry(session.user_id.clone()).or_default().insert(Arc::clone(&name));
        shard.rows.insert(name, session.clone());
        Ok(true)
    }

    async fn refresh(&self, step: &Refresh<'_>) -> Result<Verdict, Infallible> {
        let mut shard = self.shard(step.session_id);
        let mut row = shard.rows.get_mut(step.session_id);
        let decision = step.apply(row.as_deref_mut());
        Ok(Verdict { decision, row: row.cloned() })
    }

    async fn load(&self, session_id: &str) -> Result<Option<Session>, Infallible> {
        Ok(self.shard(session_id).rows.get(session_id).cloned())
    }

    async fn end(&self, end: &End<'_>) -> Result<bool, Infallible> {
        let mut shard = self.shard(end.session_id);
        let row = shard.rows.get_mut(end.session_id);
        let row = row.filter(|row| end.user_id.is_none_or(|user_id| row.user_id == *user_id));
        Ok(row.is_some_and(|row| row.end(end.why, end.at)))
    }

    async fn end_user(&self, end: &EndUser<'_>) -> Result<u64, Infallible> {
        let mut ended = 0_u64;
        for mut shard in self.all_shards() {
            ended = ended.saturating_add(shard.end_user(end));
        }
        Ok(ended)
    }

    async fn list(&self, list: &List<'_>) -> Result<Page, Infallible> {
        let mut sessions = Vec::new();
        for shard in self.all_shards() {
            sessions
                .extend(shard.of_user(list.user_id).filter(|row| is_listed(row, list)).cloned());
        }
        sessions.sort_by(|a: &Session, b| {
            (a.started_at, &a.session_id).cmp(&(b.started_at, &b.session_id))
        });
        let has_more = sessions.len() > list.limit.get();
        sessions.truncate(list.limit.get());
        let next = sessions.last().filter(|_| has_more).map(Cursor::from);
        Ok(Page { sessions, next })
    }

    async fn purge(&self, now: UnixTime) -> Result<u64, Infallible> {
        let mut purged = 0_usize;
        for mut shard in self.shards.iter().map(lock) {
            let before = shard.rows.len();
            for _ in 0..before {
                shard.look_at_one(now);
            }
            purged = purged.saturating_add(before.saturating_sub(shard.rows.len()));
        }
        Ok(u64::try_from(purged).unwrap_or(u64::MAX))
    }
}

fn is_listed(row: &Session, list: &List<'_>) -> bool {
    let place = (row.started_at, row.session_id.as_str());
    let after = list.after.map(|after| (after.started_at, after.session_id.as_str()));
    row.is_alive(list.now) && after.is_none_or(|after| place > after)
}

impl Shard {
    fn of_user(&self, user_id: &UserId) -> impl Iterator<Item = &Session> {
        let names = self.by_user.get(user_id).into_iter().flatten();
        names.filter_map(|name| self.rows.get(name))
    }

    fn end_user(&mut self, end: &EndUser<'_>) -> u64 {
        let mut ended = 0_u64;
        for name in self.by_user.get(end.user_id).into_iter().flatten() {
            let row = self.rows.get_mut(name).filter(|_| end.except != Some(&**name));
            let ends = row.is_some_and(|row| row.end(end.why, end.at));
            ended = ended.saturating_add(ends.into());
        }
        ended
    }

    fn look_at_one(&mut self, now: UnixTime) {
        let Some(name) = self.rota.pop_front() else { return };
        if self.rows.get(&name).is_some_and(|row| !row.has_expired(now)) {
            self.rota.push_back(name);
        } else {
            self.remove(&name);
        }
    }

    /// Whether there was such a row.
    fn remove(&mut self, session_id: &str) -> bool {
        let Some(row) = self.rows.remove(session_id) else { return false };
        if let Some(names) = self.by_user.get_mut(&row.user_id) {
            names.remove(session_id);
            if names.is_empty() {
                self.by_user.remove(&row.user_id);
            }
        }
        true
    }
}
