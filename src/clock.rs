//! The system's clock: the only place that reads one, for those who call from outside.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::error::Error;
use crate::numeric_date::UnixTime;

impl UnixTime {
    /// The time of the system's clock, rounded down to a second. Needs the feature `std`.
    ///
    /// # Errors
    /// [`Error::ClockBeforeEpoch`] if the clock stands before 1970.
    pub fn now() -> Result<Self, Error> {
        Self::try_from(SystemTime::now())
    }
}

impl TryFrom<SystemTime> for UnixTime {
    type Error = Error;

    fn try_from(clock: SystemTime) -> Result<Self, Error> {
        let since = clock.duration_since(UNIX_EPOCH).map_err(|_| Error::ClockBeforeEpoch)?;
        Ok(Self::from_secs(since.as_secs()))
    }
}
