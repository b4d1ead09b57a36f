//! One login, as a row of a store.
//!
//! HS256 is deterministic, so the current refresh token is a function of the row. A row holds a
//! counter, never a token or its hash: a leaked database holds nothing that a service accepts, and
//! a row never grows.
//!
//! Not here: what a refresh token is worth, which is `decide`; how rows are kept, which is a store's.

use alloc::format;
use alloc::string::String;
use core::fmt;

use jwt_pair::{UnixTime, UserId};

/// One login, as a store keeps it: a row of the same size however often it rotates.
///
/// A store makes one with [`Session::new`] and then sets the fields:
///
/// ```
/// use jwt_pair::UnixTime;
/// use jwt_pair_sessions::Session;
/// let (login, deadline) = (UnixTime::from_secs(100), UnixTime::from_secs(900));
/// let mut row = Session::new("5f2b9c".into(), 123.into(), login, deadline);
/// row.generation = 7;
/// row.rotated_at = UnixTime::from_secs(500);
/// assert_eq!(row.jti(), "5f2b9c.7");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Session {
    /// The session's name: unique, never used twice, any text.
    pub session_id: String,
    /// Whose session it is.
    pub user_id: UserId,
    /// What the user sees on an account page, such as `Firefox on Linux`; any text.
    pub label: String,
    /// When the user logged in.
    pub started_at: UnixTime,
    /// Counts the refresh tokens. The token that is good now names this number. From 1.
    pub generation: u64,
    /// When this generation began: the `iat` of its refresh token.
    pub rotated_at: UnixTime,
    /// When the generation before began: the `iat` of the refresh token before. In the first
    /// generation it is the `iat` of a token that was adopted, or else `started_at`.
    pub previous_rotated_at: UnixTime,
    /// When the refresh token of this generation expires: its `exp`.
    pub expires_at: UnixTime,
    /// When the session ends however often it is refreshed. Set at login, never moved.
    pub deadline: UnixTime,
    /// Why and when the session was ended. Once set it never changes: the first reason stays.
    pub ended: Option<Ended>,
}

/// Why and when a session was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ended {
    /// The first reason.
    pub why: EndReason,
    /// The time of the caller that ended it.
    pub at: UnixTime,
}

/// Why a session was ended. Stores keep [`EndReason::as_str`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum EndReason {
    /// The user logged out, or ended this session from an account page.
    Logout,
    /// All sessions of the user were ended, as after a change of password.
    All,
    /// All sessions of the user but one were ended.
    Others,
    /// A refresh token was shown that had been replaced: somebody has a copy.
    Reuse,
    /// A refresh token was shown that the store does not know of: the store lost a rotation.
    Ahead,
}

impl Session {
    /// A row of generation 1 that begins at `started_at`: without a label, not ended. Its refresh
    /// token expires at the deadline.
    pub const fn new(
        session_id: String,
        user_id: UserId,
        started_at: UnixTime,
        deadline: UnixTime,
    ) -> Self {
        Self {
            session_id,
            user_id,
            label: String::new(),
            started_at,
            generation: 1,
            rotated_at: started_at,
            previous_rotated_at: started_at,
            expires_at: deadline,
            deadline,
            ended: None,
        }
    }

    /// Whether the session stands: neither ended nor expired.
    pub fn is_alive(&self, now: UnixTime) -> bool {
        self.ended.is_none() && !self.has_expired(now)
    }

    /// Whether a store may remove the row. Its name is then free, so the caller must see to it that
    /// no name is used twice.
    pub fn has_expired(&self, now: UnixTime) -> bool {
        now >= self.expires_at || now >= self.deadline
    }

    /// The `jti` of the refresh token of this generation: `<session_id>.<generation>`.
    pub fn jti(&self) -> String {
        jti_of(&self.session_id, self.generation)
    }

    /// Ends the session, unless it was ended before; whether it did. For stores.
    pub fn end(&mut self, why: EndReason, at: UnixTime) -> bool {
        let ends = self.ended.is_none();
        self.ended.get_or_insert(Ended { why, at });
        ends
    }
}

pub(crate) fn jti_of(session_id: &str, generation: u64) -> String {
    format!("{session_id}.{generation}")
}

impl EndReason {
    /// All reasons.
    pub const ALL: [Self; 5] = [Self::Logout, Self::All, Self::Others, Self::Reuse, Self::Ahead];

    /// The reason as a word: `logout`, `all`, `others`, `reuse` or `ahead`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Logout => "logout",
            Self::All => "all",
            Self::Others => "others",
            Self::Reuse => "reuse",
            Self::Ahead => "ahead",
        }
    }

    /// The reason of a word; `None` for any other text.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }
}

impl fmt::Display for EndReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
