//! The settings of a store.

use core::time::Duration;

/// How long an answer is waited for, and what the keys are called.
#[derive(Clone, Debug)]
#[must_use]
pub struct RedisOptions {
    pub(crate) timeout: Duration,
    pub(crate) prefix: String,
}

impl RedisOptions {
    /// 2 seconds, and keys that begin with `jwt-pair:`.
    pub fn new() -> Self {
        Self { timeout: Duration::from_secs(2), prefix: "jwt-pair".into() }
    }

    /// How long one answer of the server is waited for, making a connection included: at most 60
    /// seconds. A refresh waits for one, a login for two; see [`RedisStore`](crate::RedisStore).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout.min(Duration::from_secs(60));
        self
    }

    /// What all keys begin with, before a colon: for several services on one server. In a cluster,
    /// a prefix in braces puts all keys in one slot.
    pub fn prefix(mut self, prefix: &str) -> Self {
        self.prefix = prefix.into();
        self
    }
}

impl Default for RedisOptions {
    fn default() -> Self {
        Self::new()
    }
}
