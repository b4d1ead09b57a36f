//! One login, as a row of a store.
//!
//! HS256 is deterministic, so the next refresh token is a function of the row. A row holds a counter,
//! never a token or its hash: nothing in a leaked database can be replayed, and a row never grows.
//!
//! Not here: what a refresh token is worth, which is `decide`; how rows are kept, which is a store's.

use alloc::format;
use alloc::string::String;

use jwt_pair::{UnixTime, UserId};

/// One login, as a store keeps it: a row of the same size however often it rotates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The session's name: unique, never used twice, any text.
    pub session_id: String,
    /// Whose session it is.
    pub user_id: UserId,
    /// What the user sees on an account page, such as `Firefox on Linux`; any text.
    pub label: String,
    /// When the user logged in.
    pub started_at: UnixTime,
    /// Counts the refresh tokens: the one that is good now names this number. From 1.
    pub generation: u64,
    /// When the generation was counted up last: the `iat` of its refresh token.
    pub rotated_at: UnixTime,
    /// When the refresh token of this generation expires, and the row with it: its `exp`.
    pub expires_at: UnixTime,
    /// When the session ends however often it is refreshed. Set at login, never moved.
    pub deadline: UnixTime,
    /// Whether the session was ended. Never undone.
    pub revoked: bool,
}

impl Session {
    /// Whether the session stands: neither revoked nor expired.
    pub fn is_alive(&self, now: UnixTime) -> bool {
        !self.revoked && !self.has_expired(now)
    }

    /// Whether the row counts as absent: a store may remove it. A store cannot refuse its name then, so
    /// that names are never used twice is up to the caller.
    pub fn has_expired(&self, now: UnixTime) -> bool {
        now >= self.expires_at || now >= self.deadline
    }

    /// The `jti` of the refresh token of this generation: `<session_id>.<generation>`.
    pub fn jti(&self) -> String {
        format!("{}.{}", self.session_id, self.generation)
    }
}
