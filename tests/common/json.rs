//! JSON values by their meaning: 1.7e9 is 1700000000.0.

use serde_json::{Number, Value};

/// Whether two texts of JSON mean the same, whichever features of `serde_json` are on.
pub(crate) fn same_json(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => match (integer(one), integer(other)) {
            (Some(one), Some(other)) => one == other,
            (None, None) => one.as_f64() == other.as_f64(),
            _ => false,
        },
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| same_json(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let same = |(name, one)| other.get(name).is_some_and(|other| same_json(one, other));
            one.len() == other.len() && one.iter().all(same)
        }
        _ => one == other,
    }
}

/// A whole number, without an `f64` where it is written as an integer: 2^53 + 1 is not 2^53.
fn integer(number: &Number) -> Option<i128> {
    let written = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
    let meant = || {
        let whole = |value: &f64| value.fract() == 0.0 && value.abs() < 2f64.powi(100);
        number.as_f64().filter(whole).map(|value| value as i128)
    };
    written.or_else(meant)
}
