//! What a refresh comes to: a pair, or why there is none.

use core::fmt;

use jwt_pair::{Error, TokenPair};

/// Pairs that were issued for a refresh token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refreshed {
    /// The session has a new refresh token.
    Rotated(TokenPair),
    /// The new refresh token that was given out before, byte for byte, and a fresh access token.
    Replayed(TokenPair),
}

impl Refreshed {
    /// The pair, however it came about.
    pub fn into_pair(self) -> TokenPair {
        match self {
            Self::Rotated(pair) | Self::Replayed(pair) => pair,
        }
    }
}

/// Why a session gave out no pair.
///
/// | error | whose fault | as an HTTP status |
/// |---|---|---|
/// | `Revoked`, `Reuse`, `Ahead`, `Token` of what a client has shown | the client's: log in again | 401 |
/// | `Unavailable` | nobody's: try again with the same token | 503 |
/// | `SessionExists`, `Token` of [`start`](crate::Sessions::start), as for own claims of 8 KiB | the service's | 500 |
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionError<E> {
    /// The token or the claims are not acceptable, whatever the store says.
    Token(Error),
    /// There is a session of this name already. Input: `start` twice with one `session_id`.
    SessionExists,
    /// The session was ended, has expired or is not there: log in again.
    Revoked,
    /// The token was replaced before, and somebody else has a copy: the session is now ended.
    Reuse,
    /// The store has not counted to this token's generation: it has lost writes. Log in again.
    Ahead,
    /// The store did not answer. The token may be good: try again with the same one.
    Unavailable(E),
}

impl<E> SessionError<E> {
    /// What a client may be told: as [`Error::public_message`], or `Try again` where the store did
    /// not answer, which is no reason to log anybody out.
    pub const fn public_message(&self) -> &'static str {
        match self {
            Self::Token(error) => error.public_message(),
            Self::Unavailable(_) => "Try again",
            _ => "Invalid token",
        }
    }
}

impl<E: fmt::Display> fmt::Display for SessionError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(error) => error.fmt(f),
            Self::SessionExists => f.write_str("there is a session of this name already"),
            Self::Revoked => f.write_str("the session was ended, has expired or is not there"),
            Self::Reuse => f.write_str("the token was replaced before; the session is now ended"),
            Self::Ahead => f.write_str("the store has not counted to this token's generation"),
            Self::Unavailable(error) => write!(f, "the session store did not answer: {error}"),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> core::error::Error for SessionError<E> {}

impl<E> From<Error> for SessionError<E> {
    fn from(error: Error) -> Self {
        Self::Token(error)
    }
}
