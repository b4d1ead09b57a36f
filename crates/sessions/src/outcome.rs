//! What a login and a refresh come to.

use jwt_pair::{IssuedToken, TokenPair};

use crate::session::Session;

/// A session that has begun.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Started {
    /// The first pair.
    pub pair: TokenPair,
    /// The row, with the session's name and its deadline.
    pub session: Session,
}

/// Tokens that were issued for a refresh token. Each says when it expires, in this session.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refreshed {
    /// The session has a new refresh token.
    Rotated(TokenPair),
    /// A fresh access token alone. **Set no cookie**: the client holds the current refresh token, and
    /// an older answer that arrives late must not replace a newer one.
    Kept(IssuedToken),
    /// The current refresh token, which was given out before, byte for byte, and a fresh access
    /// token: the client showed the token before it.
    Repeated(TokenPair),
}

impl Refreshed {
    /// The access token.
    pub const fn access(&self) -> &IssuedToken {
        match self {
            Self::Rotated(pair) | Self::Repeated(pair) => &pair.access,
            Self::Kept(access) => access,
        }
    }

    /// The refresh token that the client is to hold from now on; `None` if it keeps its own.
    pub const fn refresh(&self) -> Option<&IssuedToken> {
        match self {
            Self::Rotated(pair) | Self::Repeated(pair) => Some(&pair.refresh),
            Self::Kept(_) => None,
        }
    }
}
