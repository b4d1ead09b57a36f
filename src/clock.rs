//! The system's clock. This is the only file that reads one, and only callers use it.
//!
//! `wasm32-unknown-unknown` has no clock: there [`UnixTime::now`] does not exist, since `std` would
//! panic. A caller asks the host, such as `Date.now()`, and divides by 1,000.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::error::Error;
use crate::time::UnixTime;

#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
impl UnixTime {
    /// The time of the system's clock, rounded down to a second. Needs the feature `std`, and a
    /// platform that has a clock.
    ///
    /// # Errors
    /// [`Error::ClockBeforeEpoch`] if the clock is before 1970.
    pub fn now() -> Result<Self, Error> {
        Self::try_from(SystemTime::now())
    }
}

/// Rounded down to a second.
impl TryFrom<SystemTime> for UnixTime {
    type Error = Error;

    fn try_from(clock: SystemTime) -> Result<Self, Error> {
        let since = clock.duration_since(UNIX_EPOCH).map_err(|_| Error::ClockBeforeEpoch)?;
        Ok(Self::from_secs(since.as_secs()))
    }
}
