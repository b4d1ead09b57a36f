//! Why the store did not do what it was asked.
//!
//! No path, session id or user id is in any of these, nor SQLite's own words, which may repeat a row.

use core::fmt;

use jwt_pair_sessions::{StoreError, StoreFault};
use rusqlite::ErrorCode;
use rusqlite::ffi::{SQLITE_IOERR_SHMSIZE, SQLITE_IOERR_WRITE};

/// What SQLite answers to a full quota, and where the index of the log finds no room.
const NO_ROOM: [i32; 2] = [SQLITE_IOERR_WRITE, SQLITE_IOERR_SHMSIZE];

/// Why a step was not taken, or not answered. All but [`OutOfRange`](Self::OutOfRange) and
/// [`TooLong`](Self::TooLong) are [`StoreFault::Unavailable`]: the step may have been taken or not,
/// and may be repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SqliteStoreError {
    /// Another process held the file's lock for longer than
    /// [`SqliteOptions::busy_timeout`](crate::SqliteOptions::busy_timeout). Input: a transaction
    /// that was left open in the program `sqlite3`.
    Locked,
    /// The disk or the user's quota is full, or the disk took no bytes for another reason: SQLite
    /// tells a full quota from a broken disk no further.
    Full,
    /// The file, its directory or the disk is read-only.
    ReadOnly,
    /// Too many steps wait already. Input: a flood of requests on a slow disk.
    Overloaded,
    /// A row is not as this store writes it. Input: a `generation` of -1, set by hand. It lets
    /// nobody in.
    Damaged {
        /// The column that is not of its form.
        column: &'static str,
    },
    /// A time or a generation is 2^63 or more, and SQLite's integers have no room for it.
    OutOfRange,
    /// A text is longer than the 10^9 bytes that SQLite keeps.
    TooLong,
    /// The file is a database of another application.
    NotSessions,
    /// The file was written by a newer version of this crate.
    Newer {
        /// The version of its schema.
        version: i64,
    },
    /// The file cannot have a write-ahead log. Input: the path `:memory:`; a file on a network disk.
    NoWal,
    /// SQLite refused for another reason. Input: a file with damaged pages, whose code is 11.
    Sqlite {
        /// The [extended result code](https://sqlite.org/rescode.html).
        code: i32,
    },
    /// The threads of the store have ended, or could not be started.
    Stopped,
}

impl StoreError for SqliteStoreError {
    fn fault(&self) -> StoreFault {
        match self {
            Self::OutOfRange | Self::TooLong => StoreFault::Refused,
            _ => StoreFault::Unavailable,
        }
    }
}

impl fmt::Display for SqliteStoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Locked => f.write_str("another process held the file's lock for too long"),
            Self::Full => f.write_str("the disk or the quota is full"),
            Self::ReadOnly => f.write_str("the file is read-only"),
            Self::Overloaded => f.write_str("too many steps wait for the file"),
            Self::Damaged { column } => write!(f, "the column {column} of a session is damaged"),
            Self::OutOfRange => f.write_str("a time or a generation is above 2^63 - 1"),
            Self::TooLong => f.write_str("a text is too long for SQLite"),
            Self::NotSessions => f.write_str("the file is a database of another application"),
            Self::Newer { version } => {
                write!(
                    f,
                    "the file has a schema of version {version}, which is newer than this code"
                )
            }
            Self::NoWal => f.write_str("the file cannot have a write-ahead log"),
            Self::Sqlite { code } => write!(f, "SQLite answered with the error {code}"),
            Self::Stopped => f.write_str("the threads of the store are not running"),
        }
    }
}

impl core::error::Error for SqliteStoreError {}

impl From<rusqlite::Error> for SqliteStoreError {
    fn from(error: rusqlite::Error) -> Self {
        let Some(cause) = error.sqlite_error() else {
            // Statements and columns are constants, and rows are read by their types, so no other
            // error of the client library is expected. 1 is SQLite's own word for "error".
            return Self::Sqlite { code: 1 };
        };
        match cause.code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Locked,
            ErrorCode::DiskFull => Self::Full,
            ErrorCode::SystemIoFailure if NO_ROOM.contains(&cause.extended_code) => Self::Full,
            ErrorCode::ReadOnly => Self::ReadOnly,
            ErrorCode::TooBig => Self::TooLong,
            _ => Self::Sqlite { code: cause.extended_code },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No test can set a quota. <https://sqlite.org/rescode.html> has the numbers.
    #[test]
    fn what_finds_no_room_may_take_the_reserve() {
        for (code, expected) in [
            (13, SqliteStoreError::Full),
            (778, SqliteStoreError::Full),
            (4_874, SqliteStoreError::Full),
            (266, SqliteStoreError::Sqlite { code: 266 }),
            (1_034, SqliteStoreError::Sqlite { code: 1_034 }),
        ] {
            let error = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None);
            assert_eq!(SqliteStoreError::from(error), expected);
        }
    }
}
