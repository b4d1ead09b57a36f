//! The types of the exercises. They are given: there is nothing to write here.

/// A token whose MAC is right. Its bytes are authentic, and not yet read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jws {
    /// The bytes of the first segment: the JSON of the header.
    pub header: Vec<u8>,
    /// The bytes of the second segment, any bytes.
    pub payload: Vec<u8>,
}

/// Where a date with a fraction goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// To the second that it lies in: 1.5 becomes 1, and -1.5 becomes -2.
    Down,
    /// To the second after it: 1.5 becomes 2, and -1.5 becomes -1.
    Up,
}

/// Why a token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Anything but its dates is wrong.
    Invalid,
    /// All is right, but it is too late.
    Expired,
    /// All is right, but it is too early.
    NotYetValid,
}

/// The row of a session, as a database keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Whose session it is.
    pub user_id: u64,
    /// Counts the refresh tokens. The token that is good now has this number.
    pub generation: u64,
    /// When this generation began: the `iat` of the current refresh token.
    pub rotated_at: u64,
    /// When the generation before began: the `iat` of the refresh token before.
    pub previous_rotated_at: u64,
    /// When the current refresh token expires.
    pub expires_at: u64,
    /// When the session ends, however often it is refreshed.
    pub deadline: u64,
    /// Whether the session was ended: by a logout, or because a copy was shown.
    pub ended: bool,
}

/// What a refresh token says. Its MAC and its claims have been verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Its user.
    pub user_id: u64,
    /// Its generation, from its `jti`.
    pub generation: u64,
    /// When it was issued.
    pub iat: u64,
}

/// What to do with a refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Count the row up and give out a new pair.
    Rotate,
    /// Give out an access token, and no refresh token: the client holds the current one.
    Keep,
    /// Give out the current refresh token again, and an access token.
    Repeat,
    /// Somebody has a copy. End the session.
    Reuse,
    /// The database lost a rotation. End the session.
    Ahead,
    /// The session was ended before. Change nothing.
    Ended,
    /// The session is not there, is another user's, or has expired. Change nothing.
    Revoked,
}
