//! Why the store did not answer.
//!
//! No URL, password, session id or user id is in any of these, nor the server's own words, which
//! may repeat what it was sent.

use core::fmt;
use core::num::NonZeroU32;
use core::time::Duration;

use jwt_pair_sessions::{StoreError, StoreFault};
use redis::{ErrorKind, RedisError};

/// Why a step was not answered. Unless it says otherwise, the step may have been taken or not, and
/// may be repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RedisStoreError {
    /// A text is longer than 256 KiB, which no server need take. Nothing was sent. It is
    /// [`StoreFault::Refused`]; all others are [`StoreFault::Unavailable`]. Input: a label of 1 MB.
    TooLong {
        /// `session id`, `user id` or `label`.
        text: &'static str,
    },
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
    /// The server answered with an error. Input: a server that was demoted, which says `READONLY`.
    Server {
        /// The error's code, such as `OOM`, `LOADING`, `READONLY`, `NOAUTH` or `WRONGTYPE`.
        code: String,
    },
    /// The step was taken, and too few replicas have it. Input: a replica that is stopped, with
    /// [`RedisOptions::wait_for_replicas`](crate::RedisOptions::wait_for_replicas).
    NotReplicated {
        /// How many had to have it.
        wanted: NonZeroU32,
    },
    /// A row is not as this store writes it. Input: a `generation` of `-1`, set by hand. It lets
    /// nobody in, and stays so until it is mended or deleted.
    Damaged {
        /// The field that is missing or not of its form.
        field: &'static str,
    },
    /// The server's address cannot be used. Input: `rediss://` without the feature `tls`.
    Address,
    /// The options do not fit. Input: a cluster, and replicas to wait for.
    Options,
}

/// Codes of answers that say: this server is not the one that writes, or not now. The name may lead
/// to another one by now. `UNBLOCKED` is what a `WAIT` gets when its server is demoted.
const NOT_THE_WRITER: [&str; 6] =
    ["READONLY", "LOADING", "MASTERDOWN", "CLUSTERDOWN", "NOREPLICAS", "UNBLOCKED"];

impl RedisStoreError {
    /// Whether a new connection may lead to a server that does better.
    pub(crate) fn asks_for_another_server(&self) -> bool {
        matches!(self, Self::Server { code } if NOT_THE_WRITER.contains(&code.as_str()))
    }

    pub(crate) const fn breaks_the_connection(&self) -> bool {
        matches!(self, Self::TimedOut { .. } | Self::Disconnected { .. })
    }

    pub(crate) fn is_no_script(&self) -> bool {
        matches!(self, Self::Server { code } if code == "NOSCRIPT")
    }

    pub(crate) fn disconnected(cause: &str) -> Self {
        Self::Disconnected { cause: cause.to_owned() }
    }
}

impl fmt::Display for RedisStoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { text } => write!(f, "a {text} is longer than 256 KiB"),
            Self::TimedOut { after } => write!(f, "Redis did not answer within {after:?}"),
            Self::Disconnected { cause } => write!(f, "no connection to Redis: {cause}"),
            Self::Server { code } => write!(f, "Redis answered with the error {code}"),
            Self::NotReplicated { wanted } => {
                write!(f, "fewer than {wanted} replicas of Redis have the change")
            }
            Self::Damaged { field } => write!(f, "the field {field} of a session is damaged"),
            Self::Address => f.write_str("the address of Redis cannot be used"),
            Self::Options => f.write_str("a cluster cannot wait for replicas"),
        }
    }
}

impl core::error::Error for RedisStoreError {}

impl StoreError for RedisStoreError {
    fn fault(&self) -> StoreFault {
        match self {
            Self::TooLong { .. } => StoreFault::Refused,
            _ => StoreFault::Unavailable,
        }
    }
}

impl From<RedisError> for RedisStoreError {
    fn from(error: RedisError) -> Self {
        if error.kind() == ErrorKind::InvalidClientConfig {
            return Self::Address;
        }
        if let Some(code) = error.code() {
            return Self::Server { code: code.to_owned() };
        }
        Self::disconnected(if error.is_connection_refusal() {
            "connection refused"
        } else if error.is_timeout() {
            "connecting took too long"
        } else if error.is_connection_dropped() {
            "the connection was lost"
        } else {
            error.category()
        })
    }
}
