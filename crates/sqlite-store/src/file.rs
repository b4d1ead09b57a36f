//! Where the file is, and a copy of it while the store goes on.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::SqliteStoreError;
use crate::options::SqliteOptions;
use crate::schema::{Missing, connect};

/// `SQLITE_CANTOPEN`.
const CANNOT_OPEN: SqliteStoreError = SqliteStoreError::Sqlite { code: 14 };

/// `SQLITE_IOERR_FSYNC`.
const CANNOT_SYNC: SqliteStoreError = SqliteStoreError::Sqlite { code: 1_034 };

/// The path of a store's file.
pub(crate) fn path_of_store(path: &Path) -> Result<PathBuf, SqliteStoreError> {
    // SQLite's names for a database without a file.
    if path == Path::new("") || path == Path::new(":memory:") {
        return Err(SqliteStoreError::NoWal);
    }
    absolute(path)
}

/// The same path after the process has changed its directory.
pub(crate) fn absolute(path: &Path) -> Result<PathBuf, SqliteStoreError> {
    std::path::absolute(path).map_err(|_| CANNOT_OPEN)
}

pub(crate) fn copy(
    from: &Path,
    to: &Path,
    options: &SqliteOptions,
) -> Result<(), SqliteStoreError> {
    let path = to.to_str().ok_or(CANNOT_OPEN)?;
    connect(from, Missing::Refused, options)?.execute("VACUUM INTO ?1", [path])?;
    sync(to).map_err(|_| CANNOT_SYNC)
}

/// Syncs the file, and the directory that has its name.
fn sync(file: &Path) -> io::Result<()> {
    File::open(file)?.sync_all()?;
    // Other systems do not open a directory as a file.
    if cfg!(unix) {
        file.parent().map_or(Ok(()), |directory| File::open(directory)?.sync_all())?;
    }
    Ok(())
}
