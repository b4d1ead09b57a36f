//! Exercise 6, solved: what a refresh token is worth.

pub use crate::given::{Decision, Row, Shown};

/// What to do with a refresh token, by the row of its session. All times are in seconds.
pub fn decide(row: Option<&Row>, token: &Shown, now: u64, window: u64) -> Decision {
    let Some(row) = row.filter(|row| row.user_id == token.user_id) else {
        return Decision::Revoked;
    };
    if row.ended {
        return Decision::Ended;
    }
    if now >= row.expires_at || now >= row.deadline {
        return Decision::Revoked;
    }
    let is_current = token.generation == row.generation && token.iat == row.rotated_at;
    let is_before = token.generation.checked_add(1) == Some(row.generation)
        && token.iat == row.previous_rotated_at;
    let is_older = token.generation.saturating_add(1) < row.generation;
    if is_current {
        match now.abs_diff(row.rotated_at) >= window {
            true if row.generation == u64::MAX => Decision::Revoked,
            true => Decision::Rotate,
            false => Decision::Keep,
        }
    } else if is_before && now.saturating_sub(row.rotated_at) < window {
        Decision::Repeat
    } else if is_before || is_older {
        Decision::Reuse
    } else {
        Decision::Ahead
    }
}
