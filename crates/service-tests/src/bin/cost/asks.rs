//! What the load asks for.

/// A route of the server, and what is sent to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// `GET /me` behind the extractor.
    Me,
    /// The same handler without the extractor.
    Bare,
    /// What the extractor cannot do without: one token verified. The handler is the same.
    TokenOfMe,
    /// A refresh that rotates each time.
    Rotate,
    /// A refresh that is kept.
    Keep,
    /// What no such refresh can do without: one token verified, two signed. The answer is empty.
    TokensOfRotate,
    /// One token verified, one signed.
    TokensOfKeep,
    /// A `POST` with the same cookie and body that does nothing.
    Empty,
}

impl Ask {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Me => "GET /me with the extractor",
            Self::Bare => "GET /me without",
            Self::TokenOfMe => "GET /me, verify one token",
            Self::Rotate => "refresh that rotates",
            Self::Keep => "refresh that is kept",
            Self::TokensOfRotate => "verify one token and sign two",
            Self::TokensOfKeep => "verify one token and sign one",
            Self::Empty => "empty POST",
        }
    }

    pub const fn path(self) -> &'static str {
        match self {
            Self::Me => "/me",
            Self::Bare => "/bare",
            Self::TokenOfMe => "/tokens/me",
            Self::Rotate => "/auth/refresh",
            Self::Keep => "/kept/refresh",
            Self::TokensOfRotate => "/tokens/rotate",
            Self::TokensOfKeep => "/tokens/keep",
            Self::Empty => "/empty",
        }
    }

    pub const fn login_path(self) -> &'static str {
        match self {
            Self::Keep | Self::TokensOfKeep => "/kept/login",
            _ => "/auth/login",
        }
    }

    /// Whether the access token is sent, and no cookie.
    pub const fn is_bearer(self) -> bool {
        matches!(self, Self::Me | Self::Bare | Self::TokenOfMe)
    }

    pub const fn status(self) -> u16 {
        match self {
            Self::Me | Self::Bare | Self::TokenOfMe | Self::Rotate | Self::Keep => 200,
            Self::TokensOfRotate | Self::TokensOfKeep | Self::Empty => 204,
        }
    }
}
