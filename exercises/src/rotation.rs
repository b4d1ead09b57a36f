//! Exercise 6: what a refresh token is worth. The instructions are in `rotation.md`.

pub use crate::given::{Decision, Row, Shown};

/// What to do with a refresh token, by the row of its session. All times are in seconds.
pub fn decide(row: Option<&Row>, token: &Shown, now: u64, window: u64) -> Decision {
    todo!()
}
