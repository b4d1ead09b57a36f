//! Sessions in memory: the embedded store, gone with the process.
//!
//! Rows are spread over shards with a lock each, so that threads seldom wait for one another. Expired
//! rows leave without a background task: each insert looks at two rows in turn, so that what is dead
//! is gone after about as many inserts as there are rows.

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
use crate::store::{Advance, Advanced, SessionStore};

/// A [`SessionStore`] in memory, for one process. Needs the feature `std`.
#[derive(Debug, Default)]
pub struct MemoryStore {
    shards: [Mutex<Shard>; 16],
    /// Keyed at random, so that nobody can choose names of sessions that meet in one shard.
    hasher: RandomState,
}

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

    /// All locks before the first shard is looked at, so that what is done to a user's sessions is
    /// one step. Every thread takes them in this order, so that none waits for another in turn.
    fn all_shards(&self) -> [MutexGuard<'_, Shard>; 16] {
        self.shards.each_ref().map(lock)
    }
}

/// No step leaves a shard half done, so a panic of another thread has left none so either.
fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

impl SessionStore for MemoryStore {
    type Error = Infallible;

    async fn insert(&self, session: &Session, now: UnixTime) -> Result<bool, Infallible> {
        let mut shard = self.shard(&session.session_id);
        shard.look_at_one(now);
        shard.look_at_one(now);
        if shard.present(&session.session_id, now).is_some() {
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

    async fn advance(&self, step: Advance<'_>) -> Result<Advanced, Infallible> {
        let mut shard = self.shard(step.session_id);
        let Some(row) = shard.present(step.session_id, step.now) else {
            return Ok(Advanced::No(None));
        };
        let advanced = row.advance(step);
        let row = row.clone();
        Ok(if advanced { Advanced::Yes(row) } else { Advanced::No(Some(row)) })
    }

    async fn load(&self, session_id: &str, now: UnixTime) -> Result<Option<Session>, Infallible> {
        Ok(self.shard(session_id).present(session_id, now).cloned())
    }

    async fn revoke(&self, session_id: &str, now: UnixTime) -> Result<bool, Infallible> {
        Ok(self.shard(session_id).revoke(session_id, now))
    }

    async fn revoke_user(&self, user_id: &UserId, now: UnixTime) -> Result<u64, Infallible> {
        let mut revoked = 0_u64;
        for mut shard in self.all_shards() {
            for name in shard.names(user_id) {
                revoked = revoked.saturating_add(shard.revoke(&name, now).into());
            }
        }
        Ok(revoked)
    }

    async fn list_user(&self, user_id: &UserId, now: UnixTime) -> Result<Vec<Session>, Infallible> {
        let mut sessions = Vec::new();
        for shard in self.all_shards() {
            let rows = shard.names(user_id).filter_map(|name| shard.rows.get(&name));
            sessions.extend(rows.filter(|row| row.is_alive(now)).cloned());
        }
        sessions.sort_by(|a: &Session, b| {
            (a.started_at, &a.session_id).cmp(&(b.started_at, &b.session_id))
        });
        Ok(sessions)
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

impl Shard {
    fn present(&mut self, session_id: &str, now: UnixTime) -> Option<&mut Session> {
        self.rows.get_mut(session_id).filter(|row| !row.has_expired(now))
    }

    fn names(&self, user_id: &UserId) -> impl Iterator<Item = Arc<str>> + use<> {
        let names: Vec<_> = self.by_user.get(user_id).into_iter().flatten().cloned().collect();
        names.into_iter()
    }

    fn revoke(&mut self, session_id: &str, now: UnixTime) -> bool {
        let row = self.present(session_id, now).filter(|row| !row.revoked);
        row.map(|row| row.revoked = true).is_some()
    }

    fn look_at_one(&mut self, now: UnixTime) {
        let Some(name) = self.rota.pop_front() else { return };
        if self.present(&name, now).is_some() {
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
