//! The settings of a store.

use core::time::Duration;

/// What an acknowledged write outlives, and how long to wait for other processes.
#[derive(Clone, Debug)]
#[must_use]
pub struct SqliteOptions {
    pub(crate) synchronous: Synchronous,
    pub(crate) busy_timeout: Duration,
}

/// What an acknowledged write outlives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Synchronous {
    /// The death of the process, a crash of the system and a power loss. Each commit waits for the
    /// disk; steps that come meanwhile share the next one.
    #[default]
    Full,
    /// The death of the process alone. **A power loss or a crash of the system undoes the last
    /// writes**, of seconds or of hours: rotations, whose users log in again, and logouts and
    /// revocations, whose sessions come back. The file stays sound.
    Normal,
}

impl SqliteOptions {
    /// [`Synchronous::Full`], 5 seconds.
    pub const fn new() -> Self {
        Self { synchronous: Synchronous::Full, busy_timeout: Duration::from_secs(5) }
    }

    /// What an acknowledged write outlives.
    pub const fn synchronous(mut self, synchronous: Synchronous) -> Self {
        self.synchronous = synchronous;
        self
    }

    /// How long to wait for a lock that another process holds: at most 60 seconds. A thread of the
    /// store waits, and never the executor.
    pub fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.busy_timeout = timeout.min(Duration::from_secs(60));
        self
    }
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl Synchronous {
    /// The pragmas. `fullfsync` is for macOS, where `fsync` leaves the data in the disk's cache.
    pub(crate) const fn pragmas(self) -> &'static str {
        match self {
            Self::Full => "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON;",
            Self::Normal => "PRAGMA synchronous = NORMAL;",
        }
    }
}
