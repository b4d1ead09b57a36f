//! Points in time: the dates of a token ([RFC 7519 §2]) and the current time of the caller.
//!
//! In: a JSON number. Out: dates that compare exactly.
//! Not here: what a date decides (`validation`), and the system's clock (`clock`).
//!
//! [RFC 7519 §2]: https://www.rfc-editor.org/rfc/rfc7519#section-2

use core::fmt;
use core::time::Duration;

use serde_core::ser::{Serialize, Serializer};

use crate::json::Json;

/// A time of the caller: whole seconds since 1970-01-01T00:00:00Z, without leap seconds, 0 to
/// 2^64 - 1.
///
/// Every function that depends on time takes it as an argument. Only [`UnixTime::now`] reads a
/// clock. The unit is seconds: a token issued at `from_secs(milliseconds)` would live for fifty
/// thousand years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime(u64);

impl UnixTime {
    /// A time, given in seconds since 1970-01-01T00:00:00Z.
    pub const fn from_secs(seconds: u64) -> Self {
        Self(seconds)
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub const fn as_secs(self) -> u64 {
        self.0
    }

    /// The time this many whole seconds later, at most 2^64 - 1.
    pub const fn saturating_add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration.as_secs()))
    }

    /// How long after `earlier` this is, and zero if it is not later. With the `expires_at` of a
    /// token and the current time it gives `expires_in` (RFC 6749 §5.1) or a cookie's `Max-Age`.
    pub const fn saturating_duration_since(self, earlier: Self) -> Duration {
        Duration::from_secs(self.0.saturating_sub(earlier.0))
    }
}

/// A date of a token: "A JSON numeric value representing the number of seconds from
/// 1970-01-01T00:00:00Z UTC until the specified UTC date/time, ignoring leap seconds"
/// ([RFC 7519 §2]), from -2^63 to 2^63 - 1. A smaller value becomes -2^63. A value of 2^63 or more
/// is rejected.
///
/// A number with a fraction or an exponent is read as an `f64` and becomes a whole second: `exp`
/// and `iat` are rounded down, `nbf` is rounded up. So, with a clock of whole seconds, no token is
/// accepted after its `exp` or before its `nbf`.
///
/// [RFC 7519 §2]: https://www.rfc-editor.org/rfc/rfc7519#section-2
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NumericDate(i64);

/// Where a date with a fraction goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rounding {
    /// To the second that it lies in.
    Down,
    /// To the second after it.
    Up,
}

impl NumericDate {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub const fn as_secs(self) -> i64 {
        self.0
    }

    /// An integer is read as it is written: an `f64` has no room for 2^53 + 1.
    pub(crate) fn from_json(value: &Json<'_>, rounding: Rounding) -> Option<Self> {
        const TWO_POW_63: f64 = 9_223_372_036_854_775_808.0;
        match value {
            Json::Integer(seconds) => Some(Self(*seconds)),
            Json::Fraction(seconds) if *seconds < TWO_POW_63 => {
                // `as` rounds towards zero, and makes -2^63 of all smaller values.
                let towards_zero = *seconds as i64;
                let whole = towards_zero as f64;
                Some(Self(match rounding {
                    Rounding::Down if whole > *seconds => towards_zero.saturating_sub(1),
                    Rounding::Up if whole < *seconds => towards_zero.saturating_add(1),
                    _ => towards_zero,
                }))
            }
            _ => None,
        }
    }
}

/// Times from 2^63 on become 2^63 - 1, the last NumericDate.
impl From<UnixTime> for NumericDate {
    fn from(time: UnixTime) -> Self {
        Self(i64::try_from(time.0).unwrap_or(i64::MAX))
    }
}

impl fmt::Display for NumericDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for UnixTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// As a number of seconds.
impl Serialize for NumericDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

/// As a number of seconds.
impl Serialize for UnixTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.0)
    }
}
