//! The table of outcomes once more, over one row for each session: an array of what was given out.

/// A row, with the refresh token of each generation as it was given out; the first is of
/// generation 1.
#[derive(Clone, Debug)]
pub struct Row {
    pub user: i64,
    pub tokens: Vec<String>,
    pub rotated_at: u64,
    pub expires_at: u64,
    pub deadline: u64,
    pub is_revoked: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Rotated,
    Replayed,
    Reuse,
    Revoked,
    Ahead,
}

impl Row {
    pub fn generation(&self) -> u64 {
        self.tokens.len().try_into().expect("fewer than 2^64 tokens")
    }

    pub fn is_there(&self, now: u64) -> bool {
        now < self.expires_at && now < self.deadline
    }

    pub fn is_alive(&self, now: u64) -> bool {
        self.is_there(now) && !self.is_revoked
    }
}

/// What must come of a refresh token of `user` that names `generation`.
pub fn outcome(row: Option<&Row>, user: i64, generation: u64, now: u64, grace: u64) -> Outcome {
    let alive = row.filter(|row| row.is_alive(now) && row.user == user);
    let Some(row) = alive else { return Outcome::Revoked };
    let current = row.generation();
    if generation == current {
        Outcome::Rotated
    } else if generation > current {
        Outcome::Ahead
    } else if generation + 1 == current && now - row.rotated_at < grace {
        Outcome::Replayed
    } else {
        Outcome::Reuse
    }
}
