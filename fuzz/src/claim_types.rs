//! The JSON types of the registered claims (RFC 7519 §4.1), on values that `serde_json` has read.

use serde_json::{Map, Value};

/// The registered claims, in the order in which a wrong type is named.
pub const REGISTERED: [&str; 7] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

/// The first registered claim that has a wrong type.
pub fn first_wrong(claims: &Map<String, Value>) -> Option<&'static str> {
    REGISTERED.into_iter().find(|name| claims.get(*name).is_some_and(|value| is_wrong(name, value)))
}

fn is_wrong(name: &str, value: &Value) -> bool {
    match (name, value) {
        ("aud", Value::Array(many)) => !many.iter().all(Value::is_string),
        ("iss" | "sub" | "jti" | "aud", value) => !value.is_string(),
        (_, Value::Number(date)) => {
            // An integer from 2^63 on is no i64, and as a float it is not below 2^63.
            date.as_i64().is_none()
                && date.as_f64().is_none_or(|date| date >= 9_223_372_036_854_775_808.0)
        }
        _ => true,
    }
}

/// A date as the second that it counts from: the one that it lies in.
pub fn floor(date: &Value) -> Option<i128> {
    date.as_i64().map(i128::from).or(date.as_f64().map(|date| date.floor() as i128))
}

/// A date as the first second that is not before it.
pub fn ceil(date: &Value) -> Option<i128> {
    date.as_i64().map(i128::from).or(date.as_f64().map(|date| date.ceil() as i128))
}
