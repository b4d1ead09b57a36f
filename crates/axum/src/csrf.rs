//! Whether a request comes from a page that may use the cookie.
//!
//! In: headers of a request. Out: nothing, or a refusal.
//!
//! The check of `tower-http` lets three kinds of request pass that this one refuses: every `GET`,
//! those with `Sec-Fetch-Site: none`, and those that have neither header.

use axum::http::header::{CONTENT_TYPE, ORIGIN};
use axum::http::{HeaderMap, HeaderName, StatusCode};

use crate::origins::Origins;
use crate::problem::Problem;

/// The header that a page sets on each request with the cookie. A form cannot set it, and a script
/// of another origin cannot without a preflight.
pub(crate) const REQUESTED_WITH: HeaderName = HeaderName::from_static("x-requested-with");
/// Its value.
pub const REQUESTED_WITH_VALUE: &str = "jwt-pair";

const SEC_FETCH_SITE: &str = "sec-fetch-site";

/// Lets a request pass that has the header, and comes from this origin or from one of the list.
///
/// | `Origin` | `Sec-Fetch-Site` | passes |
/// |---|---|---|
/// | of the list | none, `same-origin` or `same-site` | yes |
/// | none | `same-origin` | yes |
/// | anything else | anything else | no |
pub(crate) fn check(headers: &HeaderMap, origins: &Origins) -> Result<(), Problem> {
    if only(headers, REQUESTED_WITH.as_str()) != One::Is(REQUESTED_WITH_VALUE.as_bytes()) {
        return Err(Problem::CrossSite("The header X-Requested-With: jwt-pair is missing"));
    }
    let site = only(headers, SEC_FETCH_SITE);
    let from_a_site = matches!(site, One::Missing | One::Is(b"same-origin" | b"same-site"));
    let mut all = headers.get_all(ORIGIN).iter();
    let comes_from_a_page = match (all.next(), all.next()) {
        (Some(origin), None) => origins.contains(origin) && from_a_site,
        (None, _) => site == One::Is(b"same-origin"),
        (Some(_), Some(_)) => false,
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
    if let One::Is(value) = only(headers, CONTENT_TYPE.as_str()) {
        let essence = value.split(|byte| *byte == b';').next().unwrap_or_default();
        if essence.trim_ascii().eq_ignore_ascii_case(b"application/json") {
            return Ok(());
        }
    }
    let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    Err(Problem::other(status, "The body must be application/json"))
}

/// A header that is to be there once.
#[derive(PartialEq, Eq)]
enum One<'a> {
    Missing,
    Is(&'a [u8]),
    Several,
}

fn only<'a>(headers: &'a HeaderMap, name: &str) -> One<'a> {
    let mut all = headers.get_all(name).iter();
    match (all.next(), all.next()) {
        (None, _) => One::Missing,
        (Some(value), None) => One::Is(value.as_bytes()),
        (Some(_), Some(_)) => One::Several,
    }
}
