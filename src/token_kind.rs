//! The two kinds of token, and the `typ` that marks each.

use core::fmt;

/// The two kinds of token of a pair. One is never accepted as the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Short-lived, shown with each request. Has a `user_type`.
    Access,
    /// Long-lived, exchanged for a new access token. Has no `user_type`.
    Refresh,
}

impl TokenKind {
    /// The `typ` that marks tokens of this kind: "Explicit JWT typing is accomplished by using the
    /// "typ" Header Parameter" (RFC 8725 §3.11).
    pub const fn typ(self) -> &'static str {
        match self {
            Self::Access => "access+jwt",
            Self::Refresh => "refresh+jwt",
        }
    }
}

impl fmt::Display for TokenKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Access => "access",
            Self::Refresh => "refresh",
        })
    }
}
