//! The settings of a store.

use core::time::Duration;

/// How long a step may take, and how many connections there may be.
#[derive(Clone, Debug)]
#[must_use]
pub struct PostgresOptions {
    pub(crate) timeout: Duration,
    pub(crate) max_connections: usize,
}

impl PostgresOptions {
    /// 2 seconds, 16 connections.
    pub fn new() -> Self {
        Self { timeout: Duration::from_secs(2), max_connections: 16 }
    }

    /// How long a step may take, waiting for a connection or making one included: from one
    /// millisecond to 60 seconds. The server is told to give up a statement as late.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout.clamp(Duration::from_millis(1), Duration::from_secs(60));
        self
    }

    /// How many connections are open at most; at least one.
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.max_connections = connections.max(1);
        self
    }
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self::new()
    }
}
