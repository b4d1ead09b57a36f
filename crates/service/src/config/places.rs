//! Where everything is kept, from the settings.

use std::fmt;
use std::path::PathBuf;

use super::{Args, ConfigError};

/// The files of the service.
#[derive(Clone, Debug)]
pub struct Places {
    /// The directory that holds all of them, unless the keys are elsewhere.
    pub directory: PathBuf,
    /// The accounts, in SQLite.
    pub accounts: PathBuf,
    /// The keys.
    pub keys: PathBuf,
    /// The sessions.
    pub sessions: SessionsAt,
}

/// A value of `--sessions`. `Debug` does not show it: the address of a server may hold a password.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(String);

impl Address {
    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Address {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address")
    }
}

/// Where the sessions are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionsAt {
    /// In this process, until it ends.
    Memory,
    /// In this file.
    Sqlite(PathBuf),
    /// On a server that several instances may share.
    Redis(Address),
    /// On a server that several instances may share.
    Postgres(Address),
}

impl SessionsAt {
    /// Whether other instances may use the same sessions. Then they must have the same keys.
    pub const fn is_shared(&self) -> bool {
        matches!(self, Self::Redis(_) | Self::Postgres(_))
    }
}

impl Args {
    /// The places that the settings name.
    ///
    /// # Errors
    /// A message for a value of `--sessions` that names no store. It does not show the value, which
    /// may hold a password.
    pub fn places(&self) -> Result<Places, ConfigError> {
        let named = self.sessions.as_ref().map_or("sqlite", Address::as_str);
        let scheme = named.split_once("://").map(|(scheme, _)| scheme);
        let sessions = match (scheme, named) {
            (None, "sqlite") => SessionsAt::Sqlite(self.data.join("sessions.db")),
            (None, "memory") => SessionsAt::Memory,
            (Some("redis" | "rediss"), url) => SessionsAt::Redis(url.into()),
            (Some("postgres" | "postgresql"), url) => SessionsAt::Postgres(url.into()),
            _ => {
                return Err(ConfigError::Message(
                    "--sessions is none of: sqlite, memory, redis://…, postgres://…".into(),
                ));
            }
        };
        Ok(Places {
            directory: self.data.clone(),
            accounts: self.data.join("accounts.db"),
            keys: self.keys.clone().unwrap_or_else(|| self.data.join("keys")),
            sessions,
        })
    }
}
