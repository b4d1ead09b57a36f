//! The settings of a store.

use core::num::NonZeroU32;
use core::time::Duration;

/// How long an answer is waited for, what the keys are called, and who must have a change.
#[derive(Clone, Debug)]
#[must_use]
pub struct RedisOptions {
    pub(crate) timeout: Duration,
    pub(crate) prefix: String,
    pub(crate) replicas: Option<Replicas>,
}

/// How many replicas are waited for, and how long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Replicas {
    pub(crate) count: NonZeroU32,
    pub(crate) time: Duration,
}

const LONGEST: Duration = Duration::from_secs(60);

impl RedisOptions {
    /// 2 seconds, keys that begin with `jwt-pair:`, and no replica is waited for.
    pub fn new() -> Self {
        Self { timeout: Duration::from_secs(2), prefix: "jwt-pair".into(), replicas: None }
    }

    /// How long one answer of the server is waited for, making a connection included: at most 60
    /// seconds. A refresh waits for one answer; see [`RedisStore`](crate::RedisStore).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout.min(LONGEST);
        self
    }

    /// What all keys begin with, before a colon: for several services on one server. In a cluster,
    /// a prefix in braces puts all keys in one slot.
    pub fn prefix(mut self, prefix: &str) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Each step that changes a session, or reveals a change, counts only once this many replicas
    /// have it: by `WAIT`, on the connection that wrote, in the same round trip. Where fewer have it
    /// after `time`, at most 60 seconds, the step fails with
    /// [`RedisStoreError::NotReplicated`](crate::RedisStoreError::NotReplicated): it was taken, and may
    /// be tried again.
    ///
    /// Set `min-replicas-to-write` of the server to this number too: what a step has changed without
    /// replicas logs its user out if the retry comes after the policy's window.
    ///
    /// Not in a cluster. The store then uses 8 connections, because each waits.
    pub fn wait_for_replicas(mut self, count: NonZeroU32, time: Duration) -> Self {
        // For `WAIT`, no time at all means for ever.
        let time = time.clamp(Duration::from_millis(1), LONGEST);
        self.replicas = Some(Replicas { count, time });
        self
    }
}

impl Default for RedisOptions {
    fn default() -> Self {
        Self::new()
    }
}
