//! The file on the disk: private, made once, and read again by its content.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::{Keys, KeysError};

/// A key file, and the text that is in force.
#[derive(Debug)]
pub struct KeyFile {
    path: PathBuf,
    seen: Text,
}

/// Wiping it would be of no use: the file is readable by the same process. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
struct Text(String);

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Text")
    }
}

/// Why there are no keys.
#[derive(Debug)]
#[non_exhaustive]
pub enum KeyFileError {
    /// There is no file, and it must not be made here.
    Missing,
    /// Others than the owner may read it.
    Open {
        /// Its mode.
        mode: u32,
    },
    /// Of the disk.
    Disk(std::io::Error),
    /// Its text is no keys.
    Keys(KeysError),
}

impl KeyFile {
    /// The keys of a file. It is made where there is none, if `may_make`: a second instance on the
    /// same sessions must be given the keys of the first.
    ///
    /// # Errors
    /// [`KeyFileError`]
    pub fn open(path: &Path, may_make: bool, now: u64) -> Result<(Self, Keys), KeyFileError> {
        let text = match read(path) {
            Err(KeyFileError::Missing) if may_make => {
                make(path, now)?;
                read(path)?
            }
            other => other?,
        };
        let keys = Keys::parse(&text).map_err(KeyFileError::Keys)?;
        Ok((Self { path: path.to_owned(), seen: Text(text) }, keys))
    }

    /// The keys, if the file has changed since the last look.
    ///
    /// # Errors
    /// [`KeyFileError`]: the old keys stay in force. The same bad text is reported once.
    pub fn changed(&mut self) -> Result<Option<Keys>, KeyFileError> {
        let text = Text(read(&self.path)?);
        if text == self.seen {
            return Ok(None);
        }
        let keys = Keys::parse(&text.0);
        self.seen = text;
        keys.map(Some).map_err(KeyFileError::Keys)
    }
}

fn read(path: &Path) -> Result<String, KeyFileError> {
    let mut file = File::open(path)?;
    check_mode(&file)?;
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    Ok(text)
}

#[cfg(unix)]
fn check_mode(file: &File) -> Result<(), KeyFileError> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = file.metadata()?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 { Err(KeyFileError::Open { mode }) } else { Ok(()) }
}

#[cfg(not(unix))]
fn check_mode(_: &File) -> Result<(), KeyFileError> {
    Ok(())
}

/// Whole or not at all: another process that starts now finds no file or a whole one, and of two that
/// make it, the second finds that of the first.
fn make(path: &Path, now: u64) -> Result<(), KeyFileError> {
    let no_random = || KeyFileError::Disk(std::io::Error::other("no random bytes"));
    let text = Keys::new_text(&format!("k{now}")).ok_or_else(no_random)?;
    // A name of its own at each start: in a container the process has the same id each time.
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{:016x}", getrandom::u64().map_err(|_| no_random())?));
    let draft = PathBuf::from(draft);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    let linked = written.and_then(|()| std::fs::hard_link(&draft, path));
    std::fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        other => Ok(other?),
    }
}

impl From<std::io::Error> for KeyFileError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::NotFound => Self::Missing,
            _ => Self::Disk(error),
        }
    }
}

impl fmt::Display for KeyFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str(
                "there is no key file. On sessions that instances share it is not made: give each \
                 the same file",
            ),
            Self::Open { mode } => {
                write!(f, "the key file has mode {mode:03o}: others may read it; chmod 600")
            }
            Self::Disk(error) => error.fmt(f),
            Self::Keys(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for KeyFileError {}
