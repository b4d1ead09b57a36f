//! Why a session gave out no token, and whose fault that is.

use alloc::boxed::Box;
use core::fmt;

use jwt_pair::{Blame, Error};

use crate::session::{Ended, Session};
use crate::store::{StoreError, StoreFault};

/// Why a session gave out no token.
///
/// | error | [`blame`](Self::blame) | [`http_status`](Self::http_status) | [`public_message`](Self::public_message) |
/// |---|---|---|---|
/// | `Token` of what a client has shown | client | 401 | `Token has expired` or `Invalid token` |
/// | `Revoked`, `Reuse`, `Ahead` | client: log in again | 401 | `Invalid token` |
/// | `Unavailable` | service: try again with the same token | 503 | `Try again` |
/// | `Token` of what the service has set, `SessionExists`, `NoSessionId`, `Refused` | service | 500 | `Try again` |
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionError<E> {
    /// The token or the claims are not acceptable, whatever the store says. Input: a refresh token
    /// without `jti`, where none is adopted; or own claims of 9 kB at a login.
    Token(Error),
    /// There is a session of this name already, or one that was ended and has not expired. Input:
    /// `start` with the name of another session.
    SessionExists,
    /// No session id was given, and the system gave no random bytes for one, or the feature
    /// `getrandom` is off. Input: a [`Login`](crate::Login) without a name in a build without it.
    NoSessionId,
    /// The session was ended by somebody, for the reason that stands here; or it has expired, is not
    /// there or is another user's. Log in again. Input: the refresh token of a session after its
    /// logout.
    Revoked(Option<Ended>),
    /// The token was replaced before, and somebody has a copy. The session is ended; so it is told
    /// to everybody who shows a token of it from then on. The row says when it ended, so that an
    /// alarm is counted once. Input: the first refresh token, once the second one is as old as the
    /// window.
    Reuse(Box<Session>),
    /// The store does not know of this token: it has lost a rotation. The session is ended, as with
    /// `Reuse`. Log in again. Input: the second refresh token, after a backup from the time of the
    /// first was put back.
    Ahead(Box<Session>),
    /// The store did not answer, or it is not the one that writes. The token may be good: try again
    /// with the same one. This is never a reason to log anybody out. If the store took a rotation and
    /// its answer was lost, a retry after the window is a `Reuse`. Input: any call, while the database
    /// is down.
    Unavailable(E),
    /// The store can never keep what the service gave it, such as a name of 10 kB.
    Refused(E),
}

impl<E> SessionError<E> {
    /// What a client may be told: as [`Error::public_message`], or `Try again` where the fault is the
    /// service's, which is no reason to log anybody out.
    pub const fn public_message(&self) -> &'static str {
        match (self, self.blame()) {
            (_, Blame::Service) => "Try again",
            (Self::Token(error), Blame::Client) => error.public_message(),
            (_, Blame::Client) => "Invalid token",
        }
    }

    /// Who must act.
    pub const fn blame(&self) -> Blame {
        match self {
            Self::Token(error) => error.blame(),
            Self::Revoked(_) | Self::Reuse(_) | Self::Ahead(_) => Blame::Client,
            Self::SessionExists | Self::NoSessionId | Self::Unavailable(_) | Self::Refused(_) => {
                Blame::Service
            }
        }
    }

    /// The status of an HTTP answer: 401, 500 or 503.
    pub const fn http_status(&self) -> u16 {
        match (self, self.blame()) {
            (Self::Unavailable(_), _) => 503,
            (_, Blame::Service) => 500,
            (_, Blame::Client) => 401,
        }
    }

    /// Why the session of an authentic refresh token is over, in a word: that of
    /// [`EndReason`](crate::EndReason), or `expired`. `None` for the other errors.
    pub fn reason(&self) -> Option<&'static str> {
        let ended = match self {
            Self::Revoked(ended) => *ended,
            Self::Reuse(row) | Self::Ahead(row) => row.ended,
            _ => return None,
        };
        Some(ended.map_or("expired", |ended| ended.why.as_str()))
    }
}

impl<E: StoreError> SessionError<E> {
    pub(crate) fn of_store(error: E) -> Self {
        match error.fault() {
            StoreFault::Unavailable => Self::Unavailable(error),
            StoreFault::Refused => Self::Refused(error),
        }
    }
}

impl<E: fmt::Display> fmt::Display for SessionError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(error) => error.fmt(f),
            Self::SessionExists => f.write_str("there is a session of this name already"),
            Self::NoSessionId => f.write_str("no session id was given, and none could be made"),
            Self::Revoked(None) => f.write_str("the session has expired or is not there"),
            Self::Revoked(Some(Ended { why, at })) => {
                write!(f, "the session was ended at {at}: {why}")
            }
            Self::Reuse(_) => f.write_str("the token was replaced before; the session is ended"),
            Self::Ahead(_) => f.write_str("the store lost a rotation; the session is ended"),
            Self::Unavailable(error) => write!(f, "the session store did not answer: {error}"),
            Self::Refused(error) => write!(f, "the session store cannot keep this: {error}"),
        }
    }
}

impl<E: core::error::Error + 'static> core::error::Error for SessionError<E> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Token(error) => Some(error),
            Self::Unavailable(error) | Self::Refused(error) => Some(error),
            _ => None,
        }
    }
}

impl<E> From<Error> for SessionError<E> {
    fn from(error: Error) -> Self {
        Self::Token(error)
    }
}
