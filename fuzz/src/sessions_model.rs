//! The table of outcomes once more, over one row for each session: an array of what was given out.

/// A row, with the refresh token of each generation as it was given out; the first is of
/// generation 1.
#[derive(Clone, Debug)]
pub struct Row {
    /// `None` for a row that only bars an adoption.
    pub user: Option<i64>,
    pub tokens: Vec<String>,
    pub started_at: u64,
    /// The `iat` of the token before the first, if the session was adopted with it.
    pub adopted: Option<u64>,
    /// When each generation began.
    pub rotations: Vec<u64>,
    pub expires_at: u64,
    pub deadline: u64,
    pub ended: Option<Outcome>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Rotated,
    Kept,
    Repeated,
    Reuse,
    Ahead,
    /// By a call.
    Ended,
    Revoked,
}

impl Row {
    pub fn generation(&self) -> u64 {
        self.rotations.len().try_into().expect("fewer than 2^64 tokens")
    }

    pub fn rotated_at(&self) -> u64 {
        *self.rotations.last().expect("a row has a generation")
    }

    fn previous_rotated_at(&self) -> u64 {
        let before = self.rotations.len().checked_sub(2).map(|before| self.rotations[before]);
        before.or(self.adopted).unwrap_or(self.started_at)
    }

    pub fn is_there(&self, now: u64) -> bool {
        now < self.expires_at && now < self.deadline
    }

    pub fn is_alive(&self, now: u64) -> bool {
        self.is_there(now) && self.ended.is_none()
    }
}

/// What must come of a refresh token of `user` that names `generation` and was issued at `iat`, where
/// the row has not expired.
pub fn outcome(
    row: Option<&Row>,
    user: i64,
    (generation, iat): (u64, u64),
    now: u64,
    window: u64,
) -> Outcome {
    let Some(row) = row.filter(|row| row.user == Some(user)) else { return Outcome::Revoked };
    if let Some(ended) = row.ended {
        return ended;
    }
    let (current, since) = (row.generation(), now - row.rotated_at());
    if generation == current && iat == row.rotated_at() {
        if since < window { Outcome::Kept } else { Outcome::Rotated }
    } else if generation + 1 == current && iat == row.previous_rotated_at() {
        if since < window { Outcome::Repeated } else { Outcome::Reuse }
    } else if generation + 1 < current {
        Outcome::Reuse
    } else {
        Outcome::Ahead
    }
}
