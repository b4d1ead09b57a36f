//! Points in time: the JSON number of a token ([RFC 7519 §2]) and the clock of the caller.
//!
//! In: a JSON number that has been parsed. Out: dates that compare exactly.
//! Not here: what a date decides, which is `validation`; the system's clock, which is `clock`.
//!
//! [RFC 7519 §2]: https://www.rfc-editor.org/rfc/rfc7519#section-2

use core::fmt;
use core::time::Duration;

use serde_json::Number;

/// The current time: whole seconds since 1970-01-01T00:00:00Z, without leap seconds, 0 to 2^64 - 1.
///
/// Every function that depends on time takes it as an argument, so that nothing but
/// [`UnixTime::now`] reads a clock. Seconds, not milliseconds: a token issued at
/// `from_secs(milliseconds)` would live for fifty thousand years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime(u64);

impl UnixTime {
    /// A time by its seconds since 1970-01-01T00:00:00Z.
    pub const fn from_secs(seconds: u64) -> Self {
        Self(seconds)
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub const fn as_secs(self) -> u64 {
        self.0
    }

    /// The time so many whole seconds later, 2^64 - 1 at the latest.
    pub const fn saturating_add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration.as_secs()))
    }
}

/// A NumericDate: "A JSON numeric value representing the number of seconds from
/// 1970-01-01T00:00:00Z UTC until the specified UTC date/time, ignoring leap seconds"
/// ([RFC 7519 §2]), from -2^63 to 2^63 - 1. What lies below counts as -2^63, what lies above is no
/// date of a token.
///
/// A number with a fraction or an exponent is read as an `f64` and rounded up. A clock of whole
/// seconds is before 100.5 just when it is before 101, so rounding changes no comparison.
///
/// [RFC 7519 §2]: https://www.rfc-editor.org/rfc/rfc7519#section-2
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NumericDate(i64);

impl NumericDate {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub const fn as_secs(self) -> i64 {
        self.0
    }

    /// An integer is read as it is written, without an `f64`, which has no room for 2^53 + 1.
    pub(crate) fn from_json(number: &Number) -> Option<Self> {
        const TWO_POW_63: f64 = 9_223_372_036_854_775_808.0;
        if let Some(seconds) = number.as_i64() {
            return Some(Self(seconds));
        }
        let seconds = number.as_f64().filter(|seconds| *seconds < TWO_POW_63)?;
        // `as` rounds towards zero, and takes what lies below -2^63 as -2^63.
        let towards_zero = seconds as i64;
        let up = i64::from((towards_zero as f64) < seconds);
        Some(Self(towards_zero.saturating_add(up)))
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
