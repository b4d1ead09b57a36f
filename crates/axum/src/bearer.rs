//! `Authorization: Bearer` ([RFC 6750 §2.1]).
//!
//! In: headers of a request. Out: the token, not yet verified.
//!
//! [RFC 6750 §2.1]: https://www.rfc-editor.org/rfc/rfc6750#section-2.1

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;

use crate::problem::Problem;

/// The token; `None` without the header, and for another scheme.
pub(crate) fn token(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let mut all = headers.get_all(AUTHORIZATION).iter();
    let Some(header) = all.next() else { return Ok(None) };
    if all.next().is_some() {
        return Err(Problem::Malformed("There are two headers Authorization"));
    }
    let text = str::from_utf8(header.as_bytes()).ok().filter(|text| text.is_ascii());
    let text = text.ok_or(Problem::Malformed("Authorization is not ASCII"))?;
    let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
    // "case-insensitive token" (RFC 9110 §11.1).
    if !scheme.eq_ignore_ascii_case("Bearer") {
        return Ok(None);
    }
    match token.trim_ascii() {
        "" => Err(Problem::Malformed("Authorization has no token")),
        token if token.bytes().any(|byte| matches!(byte, b' ' | b'\t' | b',')) => {
            Err(Problem::Malformed("Authorization has more than one token"))
        }
        token => Ok(Some(token)),
    }
}
