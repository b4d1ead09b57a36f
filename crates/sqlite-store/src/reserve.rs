//! Room on the disk that is kept for logouts.
//!
//! A logout writes, and on a full disk it could not. So a file of 4 MiB lies beside the sessions, and
//! the first step that ends a session and finds no room removes it. That is as much as a checkpoint
//! of the log can ask for, and after a checkpoint the log is written from its beginning, in the room
//! that it has. Without the reserve each commit that ends sessions is followed by a checkpoint, so that
//! the log stays short and leaves room for the file.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// 1,000 pages, at which SQLite checkpoints the log, are a little less.
const BYTES: usize = 4 << 20;

#[derive(Debug)]
pub(crate) struct Reserve(PathBuf);

impl Reserve {
    /// Beside the file of this path.
    pub(crate) fn beside(path: &Path) -> Self {
        let mut name = path.as_os_str().to_owned();
        name.push("-reserve");
        Self(name.into())
    }

    /// Takes the room, if it is not taken. Without room there is no reserve, and the store works all
    /// the same.
    pub(crate) fn take(&self) {
        // A process that was killed here has left less.
        if fs::metadata(&self.0).is_ok_and(|found| usize::try_from(found.len()) == Ok(BYTES)) {
            return;
        }
        // Processes that start at once write the same bytes to the same places.
        let made = OpenOptions::new().write(true).create(true).truncate(false).open(&self.0);
        let Ok(mut file) = made else { return };
        // No zeros: a file system may keep none of them.
        let written = file.write_all(&vec![b'r'; BYTES]).and_then(|()| file.sync_all());
        if written.is_err() {
            self.release();
        }
    }

    /// Whether there is room to give back.
    pub(crate) fn is_there(&self) -> bool {
        self.0.exists()
    }

    /// Gives the room back.
    pub(crate) fn release(&self) {
        // If it is not there, another step released it.
        let _ = fs::remove_file(&self.0);
    }
}
