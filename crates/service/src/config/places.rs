//! Where everything is kept, from the settings.

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

/// Where the sessions are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionsAt {
    /// In this process, until it ends.
    Memory,
    /// In this file.
    Sqlite(PathBuf),
    /// On a server that several instances may share.
    Redis(String),
    /// On a server that several instances may share.
    Postgres(String),
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
        let scheme = self.sessions.split_once("://").map(|(scheme, _)| scheme);
        let sessions = match (scheme, self.sessions.as_str()) {
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
