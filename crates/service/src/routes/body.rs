//! Bodies of the service's own routes.

use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::refusal::Refusal;

/// The JSON object of a route, with its members and no others.
pub(super) fn read<T: DeserializeOwned>(headers: &HeaderMap, body: &Bytes) -> Result<T, Refusal> {
    let mut types = headers.get_all(CONTENT_TYPE).iter().map(|value| value.as_bytes());
    let essence = match (types.next(), types.next()) {
        (Some(value), None) => value.split(|byte| *byte == b';').next().unwrap_or_default(),
        _ => &[],
    };
    if !essence.trim_ascii().eq_ignore_ascii_case(b"application/json") {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Err(Refusal::new(status, "The body must be application/json"));
    }
    // The parser's own message would show a part of the body, which holds a password.
    serde_json::from_slice(body).map_err(|_| {
        Refusal::new(StatusCode::BAD_REQUEST, "The body is not the JSON object of this route")
    })
}
