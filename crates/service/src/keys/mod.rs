//! The keys, in a file: read, made at the first start, and read again when it has changed.
//!
//! In: the text of the file. Out: two rings of keys, all or nothing.
//! Not here: what signs and verifies with them.

mod file;
mod text;

use std::fmt;

use jwt_pair::{Error, KeyRing, PairIssuer, PairPolicy};

pub use file::{KeyFile, KeyFileError};

/// The keys of both kinds of tokens.
#[derive(Clone, Debug)]
pub struct Keys {
    access: KeyRing,
    refresh: KeyRing,
}

/// Why the text of a key file is not used. No secret is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeysError {
    /// A line is not `access|refresh kid secret [sign]`.
    Line {
        /// Its number, from 1.
        line: usize,
        /// What it must have.
        expected: &'static str,
    },
    /// The secret of a line is no key, or its id is there twice.
    Key {
        /// Its number, from 1.
        line: usize,
        /// Why.
        error: Error,
    },
    /// Not exactly one key of this kind signs.
    Signing {
        /// `access` or `refresh`.
        kind: &'static str,
        /// How many do.
        count: usize,
    },
    /// The same secret signs both kinds.
    Shared,
}

impl Keys {
    /// An issuer with these keys.
    ///
    /// # Errors
    /// [`KeysError::Shared`]
    pub fn issuer(&self, policy: PairPolicy) -> Result<PairIssuer, KeysError> {
        let (access, refresh) = (self.access.clone(), self.refresh.clone());
        PairIssuer::with_refresh_keys(access, refresh, policy).map_err(|_| KeysError::Shared)
    }

    /// The ids of the keys that sign, of access and of refresh tokens.
    pub fn signing(&self) -> [&str; 2] {
        [&self.access, &self.refresh].map(|ring| ring.signing_kid().unwrap_or_default())
    }
}

impl fmt::Display for KeysError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line { line, expected } => write!(f, "line {line}: {expected}"),
            Self::Key { line, error } => write!(f, "line {line}: {error}"),
            Self::Signing { kind, count } => {
                write!(
                    f,
                    "{count} keys sign {kind} tokens; exactly one line of each kind ends in `sign`"
                )
            }
            Self::Shared => {
                f.write_str("access and refresh tokens are signed with the same secret")
            }
        }
    }
}

impl std::error::Error for KeysError {}
