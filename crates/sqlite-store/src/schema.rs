//! The file: how it is opened, and how its schema moves forward.
//!
//! `application_id` says whose file it is, `user_version` how many migrations it has had. Both are in
//! the header of the file and change in the transaction that changes the schema.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};

use crate::error::SqliteStoreError;
use crate::options::SqliteOptions;

/// `jwtp` in ASCII.
const APPLICATION_ID: i64 = 0x6a77_7470;

/// In order, and never changed once released: the place of each is its version, from 1.
const MIGRATIONS: [&str; 2] = [
    include_str!("../migrations/0001_sessions.sql"),
    include_str!("../migrations/0002_sessions_of_user.sql"),
];

/// A connection to the file, which is made if it is not there, with the newest schema.
pub(crate) fn open(path: &Path, options: &SqliteOptions) -> Result<Connection, SqliteStoreError> {
    let mut connection = connect(path, Missing::Made, options)?;
    if pending(&connection)?.is_empty() && has_wal(&connection)? {
        return Ok(connection);
    }
    // The change to a write-ahead log needs the file alone. SQLite asks its busy handler only for
    // some of the locks that this takes, so it is asked again here.
    patiently(options.busy_timeout, || {
        connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))
    })?;
    if !has_wal(&connection)? {
        return Err(SqliteStoreError::NoWal);
    }
    migrate(&mut connection)?;
    Ok(connection)
}

/// What to do where there is no file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// Make one.
    Made,
    /// Say so: an empty file would pass for the sessions.
    Refused,
}

/// A connection as each of the store's is set.
pub(crate) fn connect(
    path: &Path,
    missing: Missing,
    options: &SqliteOptions,
) -> Result<Connection, SqliteStoreError> {
    // An absolute path is a path, whatever characters it has: it never begins as a URI does.
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    flags.set(OpenFlags::SQLITE_OPEN_CREATE, missing == Missing::Made);
    let connection = Connection::open_with_flags(path, flags)?;
    // SQLite opens a file that it may not write to, and says so only when it writes.
    if connection.is_readonly("main")? {
        return Err(SqliteStoreError::ReadOnly);
    }
    connection.busy_timeout(options.busy_timeout)?;
    // What a statement of many rows would undo is kept in memory. A file for it would be in another
    // directory, whose disk may be full, and no reserve is there.
    connection.execute_batch("PRAGMA temp_store = MEMORY")?;
    connection.execute_batch(options.synchronous.pragmas())?;
    Ok(connection)
}

/// Tries again while another connection holds a lock. A wait of one millisecond each time: SQLite's
/// own handler soon waits for 100, and would hardly ever meet the moment between two commits of a
/// process that writes without pause.
pub(crate) fn patiently<T>(
    timeout: Duration,
    mut work: impl FnMut() -> rusqlite::Result<T>,
) -> Result<T, SqliteStoreError> {
    let start = Instant::now();
    loop {
        match work().map_err(SqliteStoreError::from) {
            Err(SqliteStoreError::Locked) if start.elapsed() < timeout => {
                std::thread::sleep(Duration::from_millis(1));
            }
            other => return other,
        }
    }
}

/// All that are missing, in one transaction: a process that dies in the midst leaves the file as it
/// was, and of several processes one migrates.
fn migrate(connection: &mut Connection) -> Result<(), SqliteStoreError> {
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    for migration in pending(&transaction)? {
        transaction.execute_batch(migration)?;
    }
    transaction.execute_batch(&format!(
        "PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {};",
        MIGRATIONS.len()
    ))?;
    Ok(transaction.commit()?)
}

/// The migrations that the file has not had.
fn pending(connection: &Connection) -> Result<&'static [&'static str], SqliteStoreError> {
    let (application, version, is_empty): (i64, i64, bool) = connection.query_row(
        "SELECT (SELECT application_id FROM pragma_application_id), \
         (SELECT user_version FROM pragma_user_version), NOT EXISTS (SELECT 1 FROM sqlite_schema)",
        [],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    if application != APPLICATION_ID && !(application == 0 && version == 0 && is_empty) {
        return Err(SqliteStoreError::NotSessions);
    }
    let had = usize::try_from(version).ok();
    had.and_then(|had| MIGRATIONS.get(had..)).ok_or(SqliteStoreError::Newer { version })
}

fn has_wal(connection: &Connection) -> Result<bool, SqliteStoreError> {
    let mode: String = connection.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
    Ok(mode == "wal")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::options::Synchronous;

    /// What a power loss leaves depends on it, and no test can lose power.
    #[test]
    fn a_commit_waits_for_the_disk_unless_told_otherwise() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("sessions.db");
        let new = SqliteOptions::new();
        let normal = new.clone().synchronous(Synchronous::Normal);
        // https://sqlite.org/pragma.html#pragma_synchronous: 1 is NORMAL, 2 is FULL.
        for (options, expected) in [(new, (2, 1)), (normal, (1, 0))] {
            let connection = open(&path, &options).expect("a file");
            let number = |pragma| connection.query_row(pragma, [], |row| row.get(0));
            let synchronous: i64 = number("PRAGMA synchronous").expect("a number");
            let fullfsync: i64 = number("PRAGMA fullfsync").expect("a number");
            assert_eq!((synchronous, fullfsync), expected);
        }
    }

    /// The directory for temporary files is not the store's.
    #[test]
    fn no_statement_needs_a_temporary_file() {
        let directory = tempfile::tempdir().expect("a directory");
        let connection =
            open(&directory.path().join("sessions.db"), &SqliteOptions::new()).expect("a file");
        // https://sqlite.org/pragma.html#pragma_temp_store: 2 is MEMORY.
        let store = connection.query_row("PRAGMA temp_store", [], |row| row.get(0));
        assert_eq!(store, Ok(2_i64));
    }

    /// Without the index each of these would read the whole table.
    #[test]
    fn the_sessions_of_a_user_are_found_by_the_index() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("sessions.db");
        let connection = open(&path, &SqliteOptions::new()).expect("a file");
        for statement in [crate::statements::LIST, crate::statements::END_USER] {
            let plan = plan(&connection, statement);
            assert!(plan.contains("sessions_of_user (user_id=?"), "{plan}");
            assert!(!plan.contains("SCAN") && !plan.contains("TEMP B-TREE FOR ORDER"), "{plan}");
        }
        let list = plan(&connection, crate::statements::LIST);
        assert!(
            list.contains("started_at,session_id)>(?,?)"),
            "a page begins at its place: {list}"
        );
    }

    fn plan(connection: &Connection, statement: &str) -> String {
        let mut plan =
            connection.prepare(&format!("EXPLAIN QUERY PLAN {statement}")).expect("good SQL");
        let count = plan.parameter_count();
        for at in 1..=count {
            plan.raw_bind_parameter(at, 1).expect("a parameter");
        }
        let mut rows = plan.raw_query();
        let mut lines = String::new();
        while let Some(row) = rows.next().expect("a plan") {
            lines.push_str(&row.get::<_, String>("detail").expect("a line"));
            lines.push('\n');
        }
        lines
    }
}
