//! The two kinds of token, and the `typ` that marks each.

use core::fmt;

use serde_core::ser::{Serialize, Serializer};

/// The two kinds of token of a pair. Neither is ever accepted as the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Short-lived, sent with each request. Has a `user_type`.
    Access,
    /// Long-lived, exchanged for a new access token. Has no `user_type`.
    Refresh,
}

impl TokenKind {
    /// The `typ` of tokens of this kind: "Explicit JWT typing is accomplished by using the "typ"
    /// Header Parameter" (RFC 8725 §3.11).
    pub const fn typ(self) -> &'static str {
        match self {
            Self::Access => "access+jwt",
            Self::Refresh => "refresh+jwt",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Refresh => "refresh",
        }
    }
}

impl fmt::Display for TokenKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// As `access` or `refresh`.
impl Serialize for TokenKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
