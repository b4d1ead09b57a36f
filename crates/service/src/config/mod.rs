//! The settings: flags, environment and a file, with one list of names.
//!
//! In: what the operator wrote. Out: settings that are complete and fit together, or why not.
//! Not here: whether a file or a server that they name is there.

mod args;
mod duration;
mod file;
mod places;

pub use args::{Args, Command, LogFormat};
pub use places::{Address, Places, SessionsAt};

use std::ffi::OsString;
use std::fmt;
use std::path::Path;

use clap::Parser as _;

/// Why the settings cannot be used: a message for the operator.
#[derive(Debug)]
pub enum ConfigError {
    /// Of the command line, with its own way to be printed; `--help` is one too.
    Usage(clap::Error),
    /// Of the settings.
    Message(String),
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(error) => error.fmt(f),
            Self::Message(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for ConfigError {}

/// Reads the settings. A flag counts before the environment, and the environment before the file.
///
/// # Errors
/// [`ConfigError`], also for `--help`.
pub fn read(argv: impl IntoIterator<Item = OsString>) -> Result<Args, ConfigError> {
    let argv: Vec<OsString> = argv.into_iter().collect();
    if argv.iter().any(|word| has_password(&word.to_string_lossy())) {
        return Err(ConfigError::Message(
            "an address with a password must not be an argument, since every user of the machine \
             sees it: write it into JWT_PAIR_SESSIONS or the file of --config"
                .into(),
        ));
    }
    let args = Args::try_parse_from(&argv).map_err(ConfigError::Usage)?;
    let Some(path) = &args.config else { return Ok(args) };
    let merged = file::merge(Path::new(path), &argv)?;
    Args::try_parse_from(merged).map_err(ConfigError::Usage)
}

/// `scheme://user:password@host`, and `scheme://host?password=`
fn has_password(word: &str) -> bool {
    let Some((_, rest)) = word.split_once("://") else { return false };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let in_authority = authority.rsplit_once('@').is_some_and(|(user, _)| user.contains(':'));
    in_authority || rest.contains("password=")
}
