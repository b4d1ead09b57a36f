//! What a refresh token is worth ([RFC 9700 §4.14.2]).
//!
//! In: one row of a store, and the generation that a verified refresh token names. Out: a decision.
//! Not here: storage, clocks, signing. [`decide`] is a pure function, for `async` and sync alike.
//!
//! [RFC 9700 §4.14.2]: https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2

use core::time::Duration;

use jwt_pair::UnixTime;

use crate::session::Session;

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
/// use jwt_pair::UnixTime;
/// use jwt_pair_sessions::{Decision, decide};
/// # use jwt_pair_sessions::Session;
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
