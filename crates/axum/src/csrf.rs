//! Whether a request comes from a page that may use the cookie.
//!
//! In: headers of a request. Out: nothing, or a refusal.
//!
//! The check of `tower-http` lets three kinds of request pass that this one refuses: every `GET`,
//! those with `Sec-Fetch-Site: none`, and those that have neither header.

use axum::http::header::{CONTENT_TYPE, ORIGIN};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::origins::Origins;
use crate::problem::Problem;

/// The header that a page sets on each request with the cookie. A form cannot set it, and a script
/// of another origin cannot without a preflight.
pub(crate) const REQUESTED_WITH: HeaderName = HeaderName::from_static("x-requested-with");
/// Its value.
pub const REQUESTED_WITH_VALUE: &str = "jwt-pair";

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Lets a request pass that has the header, and comes from this origin or from one of the list.
///
/// | `Origin` | `Sec-Fetch-Site` | passes |
/// |---|---|---|
/// | of the list | none, `same-origin` or `same-site` | yes |
/// | none | `same-origin` | yes |
/// | anything else | anything else | no |
pub(crate) fn check(headers: &HeaderMap, origins: &Origins) -> Result<(), Problem> {
    if values(headers, REQUESTED_WITH) != [REQUESTED_WITH_VALUE.as_bytes()] {
        return Err(Problem::CrossSite("The header X-Requested-With: jwt-pair is missing"));
    }
    let origin = values(headers, ORIGIN);
    let comes_from_a_page = match (origin.as_slice(), values(headers, SEC_FETCH_SITE).as_slice()) {
        ([origin], [] | [b"same-origin" | b"same-site"]) => origins.contains(origin),
        ([], [b"same-origin"]) => true,
        _ => false,
    };
    if !comes_from_a_page {
        return Err(Problem::CrossSite("Pages of this origin may not use the cookie"));
    }
    Ok(())
}

/// Refuses what a browser sends for a page: no script may ask for a refresh token in a body.
pub(crate) fn refuse_pages(headers: &HeaderMap) -> Result<(), Problem> {
    let of_a_page = |name: &HeaderName| name == ORIGIN || name.as_str().starts_with("sec-fetch-");
    if headers.keys().any(of_a_page) {
        return Err(Problem::CrossSite("Pages use the routes with the cookie"));
    }
    Ok(())
}

/// `application/json` alone: a form cannot send it.
pub(crate) fn require_json(headers: &HeaderMap) -> Result<(), Problem> {
    if let [value] = values(headers, CONTENT_TYPE).as_slice() {
        let essence = value.split(|byte| *byte == b';').next().unwrap_or_default();
        if essence.trim_ascii().eq_ignore_ascii_case(b"application/json") {
            return Ok(());
        }
    }
    Err(Problem::other(StatusCode::UNSUPPORTED_MEDIA_TYPE, "The body must be application/json"))
}

fn values(headers: &HeaderMap, name: HeaderName) -> Vec<&[u8]> {
    headers.get_all(name).iter().map(HeaderValue::as_bytes).collect()
}
