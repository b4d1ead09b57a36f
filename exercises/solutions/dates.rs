//! Exercise 4, solved: dates.

pub use crate::given::{Refusal, Rounding};
use serde_json::Value;

/// A NumericDate in whole seconds, or `None` if the value is not a number below 2^63.
pub fn date(value: &Value, rounding: Rounding) -> Option<i64> {
    if let Some(seconds) = value.as_i64() {
        return Some(seconds);
    }
    let seconds = value.as_f64()?;
    let whole = match rounding {
        Rounding::Down => seconds.floor(),
        Rounding::Up => seconds.ceil(),
    };
    // `as` makes -2^63 of everything below it.
    (whole < 2_f64.powi(63)).then_some(whole as i64)
}

/// Whether a token with these dates is accepted at this time.
pub fn check(exp: i64, nbf: Option<i64>, now: u64, leeway: u64) -> Result<(), Refusal> {
    let [now, leeway] = [now, leeway].map(i128::from);
    if now - leeway >= i128::from(exp) {
        return Err(Refusal::Expired);
    }
    match nbf {
        Some(nbf) if now + leeway < i128::from(nbf) => Err(Refusal::NotYetValid),
        _ => Ok(()),
    }
}
