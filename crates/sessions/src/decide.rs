//! What a refresh token is worth ([RFC 9700 §4.14.2]).
//!
//! In: one row of a store, and what a verified refresh token says. Out: a decision.
//! Not here: storage, clocks, signing. [`decide`] is a pure function, for `async` and sync alike.
//!
//! ```text
//!             rotated_at            rotated_at + W
//! ----------------+-----------------------+------------------> now
//! current token      Keep: the chain          Rotate
//!                    stands still
//! the one before     Repeat                   Reuse
//! older              Reuse                    Reuse
//! ```
//!
//! [RFC 9700 §4.14.2]: https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2

use core::time::Duration;

use jwt_pair::{UnixTime, UserId};

use crate::session::{EndReason, Session};

/// What a verified refresh token says of its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShownToken<'a> {
    /// Its user: the row must be this user's.
    pub user_id: &'a UserId,
    /// The number that its `jti` names; 0 for a token without `jti`.
    pub generation: u64,
    /// When it was issued. A date before 1970 is 2^64 - 1, which is the time of no rotation.
    pub iat: UnixTime,
}

/// What to do with a refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Decision {
    /// It is current: count the row up, and give out a new pair.
    Rotate,
    /// It is current, and the window is not over: give out an access token, and **no refresh
    /// token**. The client holds the current one, and another answer may have overtaken this one.
    Keep,
    /// It is the one before, and the window is not over: give out the current refresh token again,
    /// the same to the byte. A lost answer or two tabs cost nothing, and the chain never forks.
    Repeat,
    /// It was replaced before: somebody has a copy. End the session in the same atomic step.
    Reuse,
    /// The store does not know of it: the store lost a rotation. End the session in the same atomic
    /// step.
    Ahead,
    /// The session was ended before, for this reason. Change nothing.
    Ended(EndReason),
    /// The session is not there, is another user's, has expired or has no next generation. Change
    /// nothing.
    Revoked,
}

/// What a refresh token is worth, by the row of its session. The first line that fits decides.
///
/// | the row and the token | decision |
/// |---|---|
/// | there is no row, or it is another user's | [`Revoked`](Decision::Revoked) |
/// | the row is ended | [`Ended`](Decision::Ended) |
/// | `now >= expires_at` or `now >= deadline` | [`Revoked`](Decision::Revoked) |
/// | the current generation and its `iat`, `window` or more between `now` and `rotated_at` | [`Rotate`](Decision::Rotate), or [`Revoked`](Decision::Revoked) for generation 2^64 - 1 |
/// | the current generation and its `iat` otherwise | [`Keep`](Decision::Keep) |
/// | the generation before and its `iat`, and `now < rotated_at + window` | [`Repeat`](Decision::Repeat) |
/// | the generation before and its `iat` otherwise, or an older generation | [`Reuse`](Decision::Reuse) |
/// | a later generation, or the current one or the one before with another `iat` | [`Ahead`](Decision::Ahead) |
///
/// Only whole seconds of the window count. With a window of zero, [`Keep`](Decision::Keep) and
/// [`Repeat`](Decision::Repeat) never happen.
///
/// ```
/// use core::time::Duration;
/// use jwt_pair::{UnixTime, UserId};
/// use jwt_pair_sessions::{Decision, Session, ShownToken, decide};
/// let (at, user) = (UnixTime::from_secs, UserId::from(123));
/// let mut row = Session::new("s".into(), user.clone(), at(0), at(90_000));
/// (row.generation, row.previous_rotated_at, row.rotated_at) = (5, at(3_000), at(4_000));
///
/// let window = Duration::from_secs(300);
/// let worth = |generation, iat, now| {
///     decide(Some(&row), &ShownToken { user_id: &user, generation, iat: at(iat) }, at(now), window)
/// };
/// assert_eq!(worth(5, 4_000, 4_299), Decision::Keep);
/// assert_eq!(worth(5, 4_000, 4_300), Decision::Rotate);
/// assert_eq!(worth(4, 3_000, 4_299), Decision::Repeat);
/// assert_eq!(worth(4, 3_000, 4_300), Decision::Reuse);
/// assert_eq!(worth(3, 2_000, 4_000), Decision::Reuse);
/// assert_eq!(worth(6, 5_000, 5_000), Decision::Ahead);
/// ```
pub fn decide(
    row: Option<&Session>,
    token: &ShownToken<'_>,
    now: UnixTime,
    window: Duration,
) -> Decision {
    let Some(row) = row.filter(|row| row.user_id == *token.user_id) else {
        return Decision::Revoked;
    };
    if let Some(ended) = row.ended {
        return Decision::Ended(ended.why);
    }
    if row.has_expired(now) {
        return Decision::Revoked;
    }
    let (now, rotated_at, window) = (now.as_secs(), row.rotated_at.as_secs(), window.as_secs());
    match row.generation.checked_sub(token.generation) {
        // A clock that once ran ahead left a rotation far in the future. Counting the distance both
        // ways lets the next refresh by a right clock rotate again.
        Some(0) if token.iat == row.rotated_at => match now.abs_diff(rotated_at) >= window {
            true if row.generation == u64::MAX => Decision::Revoked,
            true => Decision::Rotate,
            false => Decision::Keep,
        },
        // A clock before the rotation is that of a server that is behind: no time has passed.
        Some(1) if token.iat == row.previous_rotated_at => {
            if now.saturating_sub(rotated_at) < window { Decision::Repeat } else { Decision::Reuse }
        }
        None | Some(0 | 1) => Decision::Ahead,
        Some(_) => Decision::Reuse,
    }
}
