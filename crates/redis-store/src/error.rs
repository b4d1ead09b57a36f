//! Why the store did not answer.
//!
//! No URL, password, session id or user id is in any of these, nor the server's own words, which
//! may repeat what it was sent.

use core::fmt;
use core::time::Duration;

use redis::{ErrorKind, RedisError};

/// Why a step was not answered. All but [`Damaged`](Self::Damaged) and [`Address`](Self::Address)
/// may pass by themselves: the step may have been taken or not, and may be repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RedisStoreError {
    /// The server did not answer in time. Input: a server that is stopped by `kill -STOP`.
    TimedOut {
        /// How long one answer was waited for.
        after: Duration,
    },
    /// There is no connection to the server, or it broke. Input: a server that is down.
    Disconnected {
        /// What happened to it.
        cause: String,
    },
    /// The server answered with an error. Input: a server that is full, and evicts nothing.
    Refused {
        /// The error's code, such as `OOM`, `LOADING`, `READONLY`, `NOAUTH` or `WRONGTYPE`.
        code: String,
    },
    /// A row is not as this store writes it. Input: a `generation` of `-1`, set by hand. It lets
    /// nobody in.
    Damaged {
        /// The field that is missing or not of its form.
        field: &'static str,
    },
    /// The server's address cannot be used. Input: `rediss://` without the feature `tls`.
    Address,
}

impl fmt::Display for RedisStoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimedOut { after } => write!(f, "Redis did not answer within {after:?}"),
            Self::Disconnected { cause } => write!(f, "no connection to Redis: {cause}"),
            Self::Refused { code } => write!(f, "Redis answered with the error {code}"),
            Self::Damaged { field } => write!(f, "the field {field} of a session is damaged"),
            Self::Address => f.write_str("the address of Redis cannot be used"),
        }
    }
}

impl core::error::Error for RedisStoreError {}

impl From<RedisError> for RedisStoreError {
    fn from(error: RedisError) -> Self {
        if error.kind() == ErrorKind::InvalidClientConfig {
            return Self::Address;
        }
        if let Some(code) = error.code() {
            return Self::Refused { code: code.to_owned() };
        }
        let cause = if error.is_connection_refusal() {
            "connection refused"
        } else if error.is_timeout() {
            "connecting took too long"
        } else if error.is_connection_dropped() {
            "the connection was lost"
        } else {
            error.category()
        };
        Self::Disconnected { cause: cause.to_owned() }
    }
}
