//! The file of the accounts: how it is opened, and its errors.

use std::fmt;
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

/// `jwta` in ASCII: whose file it is.
const APPLICATION_ID: i64 = 0x6a77_7461;
/// How many changes the schema has had.
const VERSION: i64 = 1;
/// How long to wait for another process.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why the accounts were not read or written.
#[derive(Debug)]
#[non_exhaustive]
pub enum AccountsError {
    /// The file is of another program.
    NotAccounts,
    /// The file is of a newer version of this program.
    Newer(i64),
    /// SQLite's own, by its extended code. Its texts may hold values, and are not kept.
    Sqlite(i32),
    /// The runtime stops.
    Stopped,
}

impl fmt::Display for AccountsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAccounts => f.write_str("the file is no file of accounts"),
            Self::Newer(version) => write!(f, "the file is of a newer version: {version}"),
            Self::Sqlite(code) => write!(f, "SQLite refused it with code {code}"),
            Self::Stopped => f.write_str("the service stops"),
        }
    }
}

impl std::error::Error for AccountsError {}

impl From<rusqlite::Error> for AccountsError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error.sqlite_error().map_or(1, |error| error.extended_code))
    }
}

/// A connection to the file, which is made if it is not there.
pub(super) fn open(path: &Path) -> Result<Connection, AccountsError> {
    let mut connection = connect(path)?;
    patiently(|| connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())))?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let number = |pragma: &str| transaction.query_row(pragma, [], |row| row.get::<_, i64>(0));
    match (number("PRAGMA application_id")?, number("PRAGMA user_version")?) {
        (0, 0) if number("SELECT count(*) FROM sqlite_schema")? == 0 => {
            transaction.execute_batch(include_str!("schema.sql"))?;
            transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
            transaction.pragma_update(None, "user_version", VERSION)?;
        }
        (APPLICATION_ID, VERSION) => {}
        (APPLICATION_ID, newer) if newer > VERSION => return Err(AccountsError::Newer(newer)),
        _ => return Err(AccountsError::NotAccounts),
    }
    transaction.commit()?;
    Ok(connection)
}

/// Tries again while another process that starts now holds a lock: for some of the locks of a change to
/// a write-ahead log SQLite does not wait by itself.
fn patiently(mut work: impl FnMut() -> rusqlite::Result<()>) -> rusqlite::Result<()> {
    let start = Instant::now();
    loop {
        match work() {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && start.elapsed() < PATIENCE =>
            {
                std::thread::sleep(Duration::from_millis(1));
            }
            other => return other,
        }
    }
}

/// A connection as each is set: a commit is on the disk before it is answered.
pub(super) fn connect(path: &Path) -> Result<Connection, AccountsError> {
    // No URI: a path is a path, whatever characters it has.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA fullfsync = ON;")?;
    Ok(connection)
}

pub(super) fn seconds(time: u64) -> i64 {
    i64::try_from(time).unwrap_or(i64::MAX)
}
