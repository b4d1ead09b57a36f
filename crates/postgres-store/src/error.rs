//! Why the store did not answer.
//!
//! No URL, password, session id or user id is in any of these, nor the server's own words, which
//! may repeat what it was sent.

use core::fmt;
use core::time::Duration;
use std::error::Error as _;

use jwt_pair_sessions::{StoreError, StoreFault};
use tokio_postgres::error::SqlState;

/// Why a step was not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PostgresStoreError {
    /// There was no answer in time. Input: a server that is stopped by `kill -STOP`; a pool whose
    /// connections are all in use.
    TimedOut {
        /// How long it was waited for.
        after: Duration,
    },
    /// There is no connection to the server, or it broke. Input: a server that is down.
    Disconnected {
        /// What happened to it.
        cause: String,
    },
    /// The server answered with an error. Input: a database without the table, `42P01`; a server
    /// that is now a standby, `25006`.
    Server {
        /// The error's SQLSTATE.
        code: String,
    },
    /// A row is not as this store writes it. Input: a `generation` of -1, set by hand. It lets
    /// nobody in.
    Damaged {
        /// The column that is not of its form.
        column: &'static str,
    },
    /// A session id is longer than the 1,024 bytes that this store's index has room for. Input:
    /// `insert` with such an id; other steps find no session of it.
    SessionIdTooLong {
        /// Its length.
        bytes: usize,
    },
    /// A generation is above 2^63 - 1, and a `bigint` has no room for it.
    OutOfRange,
    /// The server's address cannot be used. Input: `sslmode=require` without the feature `tls`.
    Address {
        /// What to write instead.
        hint: &'static str,
    },
    /// The name of the schema or the table is empty, too long or holds U+0000.
    Name,
    /// A later version of this crate has changed the table. Input: `migrate` of the earlier one.
    SchemaTooNew {
        /// The version of the schema.
        version: i32,
    },
}

impl PostgresStoreError {
    pub(crate) const NO_ADDRESS: Self =
        Self::Address { hint: "write postgres://user:password@host/database" };

    pub(crate) fn disconnected(cause: &str) -> Self {
        Self::Disconnected { cause: cause.to_owned() }
    }
}

impl fmt::Display for PostgresStoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimedOut { after } => write!(f, "PostgreSQL did not answer within {after:?}"),
            Self::Disconnected { cause } => write!(f, "no connection to PostgreSQL: {cause}"),
            Self::Server { code }
                if code == SqlState::UNDEFINED_TABLE.code()
                    || code == SqlState::UNDEFINED_COLUMN.code() =>
            {
                write!(f, "PostgreSQL answered with the error {code}: are the migrations missing?")
            }
            Self::Server { code } => write!(f, "PostgreSQL answered with the error {code}"),
            Self::Damaged { column } => write!(f, "the column {column} of a session is damaged"),
            Self::SessionIdTooLong { bytes } => {
                write!(f, "the session id is {bytes} bytes long, the limit is 1024")
            }
            Self::OutOfRange => f.write_str("the generation is above 2^63 - 1"),
            Self::Address { hint } => {
                write!(f, "the address of PostgreSQL cannot be used: {hint}")
            }
            Self::Name => f.write_str("the name of the table or the schema cannot be used"),
            Self::SchemaTooNew { version } => {
                write!(f, "the schema of the table has the version {version}, which is unknown")
            }
        }
    }
}

impl core::error::Error for PostgresStoreError {}

impl StoreError for PostgresStoreError {
    fn fault(&self) -> StoreFault {
        match self {
            Self::SessionIdTooLong { .. } | Self::OutOfRange | Self::Name => StoreFault::Refused,
            // A value that no column takes, and a limit of the server's.
            Self::Server { code } if code.starts_with("22") || code.starts_with("54") => {
                StoreFault::Refused
            }
            _ => StoreFault::Unavailable,
        }
    }
}

impl From<tokio_postgres::Error> for PostgresStoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        if let Some(code) = error.code() {
            return Self::Server { code: code.code().to_owned() };
        }
        let io = error.source().and_then(|cause| cause.downcast_ref::<std::io::Error>());
        Self::Disconnected {
            cause: io.map_or_else(|| "it was lost".to_owned(), |io| io.kind().to_string()),
        }
    }
}
