//! Sessions: what a refresh token is worth ([RFC 9700 §4.14.2]).
//!
//! In: one row of a store, and the generation that a verified refresh token names. Out: a decision.
//! Not here: storage, clocks, signing. [`decide`] is a pure function, for `async` and sync alike.
//!
//! HS256 is deterministic, so the next refresh token is a function of the row. A row holds a counter,
//! never a token or its hash: nothing in a leaked database can be replayed, and a row never grows.
//!
//! [RFC 9700 §4.14.2]: https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2

use alloc::format;
use alloc::string::String;
use core::time::Duration;

use crate::error::Error;
use crate::numeric_date::UnixTime;
use crate::pair_claims::{RefreshClaims, UserId};

/// One login, as a store keeps it: a row of the same size however often it rotates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The session's name: unique, never used twice, any text.
    pub session_id: String,
    /// Whose session it is.
    pub user_id: UserId<'static>,
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

/// What to do with a refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Decision {
    /// It is of this generation: count up, and give out the next one.
    Rotate,
    /// It is of the generation just before, within the grace window: give out the next one again,
    /// the same to the byte. A lost response or two tabs cost nothing, and the chain never forks.
    Replay,
    /// It was replaced before: somebody else has a copy. End the session.
    Reuse,
    /// The session was ended, has expired, or is not there.
    Revoked,
    /// It is of a generation that the store has not counted to: the store has lost writes.
    Ahead,
}

/// What a refresh token of this generation is worth, by the row of its session.
///
/// `grace` is how long after a rotation the token before still counts; at zero it never does.
///
/// | the row | decision |
/// |---|---|
/// | absent, revoked, or `now >= expires_at` or `now >= deadline` | [`Decision::Revoked`] |
/// | of this generation | [`Decision::Rotate`] |
/// | one generation on, and `now < rotated_at + grace` | [`Decision::Replay`] |
/// | on otherwise | [`Decision::Reuse`] |
/// | behind | [`Decision::Ahead`] |
///
/// ```
/// use core::time::Duration;
/// use jwt_pair::session::{Decision, decide};
/// # use jwt_pair::{UnixTime, session::Session};
/// # let at = UnixTime::from_secs;
/// # let row = Session { session_id: "s".into(), user_id: 1.into(), label: String::new(),
/// #   started_at: at(0), generation: 5, rotated_at: at(100), expires_at: at(1000),
/// #   deadline: at(9000), revoked: false };
/// // A row of generation 5, rotated at 100.
/// let grace = Duration::from_secs(30);
/// assert_eq!(decide(Some(&row), 5, UnixTime::from_secs(129), grace), Decision::Rotate);
/// assert_eq!(decide(Some(&row), 4, UnixTime::from_secs(129), grace), Decision::Replay);
/// assert_eq!(decide(Some(&row), 4, UnixTime::from_secs(130), grace), Decision::Reuse);
/// assert_eq!(decide(None, 5, UnixTime::from_secs(129), grace), Decision::Revoked);
/// ```
pub fn decide(row: Option<&Session>, generation: u64, now: UnixTime, grace: Duration) -> Decision {
    let Some(row) = row.filter(|row| row.is_alive(now)) else {
        return Decision::Revoked;
    };
    // A clock that stands before the rotation is one of another machine: no time has passed.
    let since = now.as_secs().saturating_sub(row.rotated_at.as_secs());
    match row.generation.checked_sub(generation) {
        None => Decision::Ahead,
        Some(0) => Decision::Rotate,
        Some(1) if since < grace.as_secs() => Decision::Replay,
        Some(_) => Decision::Reuse,
    }
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

/// The generation that a refresh token names in its `jti`.
///
/// # Errors
/// [`Error::MissingClaim`] without `jti`; [`Error::ClaimMismatch`] if it is not `<session_id>.` and
/// a decimal number below 2^64 without leading zeros, such as `s.01` or the `jti` of another session.
pub fn generation(claims: &RefreshClaims) -> Result<u64, Error> {
    let jti = claims.jti.as_deref().ok_or(Error::MissingClaim { claim: "jti" })?;
    let digits = jti.strip_prefix(&claims.session_id).and_then(|rest| rest.strip_prefix('.'));
    let canonical = digits.filter(|digits| {
        digits.bytes().all(|digit| digit.is_ascii_digit()) && !digits.starts_with('0')
    });
    let generation = canonical.and_then(|digits| digits.parse().ok());
    generation.ok_or(Error::ClaimMismatch { claim: "jti" })
}
