//! The cookie that carries the refresh token.
//!
//! In: headers of a request. Out: the token that it carries, not yet verified; `Set-Cookie`.

use std::time::Duration;

use axum::http::HeaderMap;
use axum::http::header::{COOKIE, HeaderValue};
use cookie::{Cookie, SameSite};

use crate::problem::Problem;

/// The name of the cookie. Browsers take a cookie with this prefix only from a secure origin, for
/// this host alone, and hide it from scripts.
pub const COOKIE_NAME: &str = "__Host-Http-refresh";
/// The name of the cookie in development, without prefix and `Secure`.
pub const DEVELOPMENT_COOKIE_NAME: &str = "refresh-dev";

/// Which of the two names is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RefreshCookie {
    Secure,
    Development,
}

impl RefreshCookie {
    const fn name(self) -> &'static str {
        match self {
            Self::Secure => COOKIE_NAME,
            Self::Development => DEVELOPMENT_COOKIE_NAME,
        }
    }

    /// The token, if there is a cookie of the name.
    ///
    /// Of two none is used: somebody has planted one, and nothing tells which.
    pub(crate) fn read(self, headers: &HeaderMap) -> Result<Option<String>, Problem> {
        let mut found = None;
        for header in headers.get_all(COOKIE) {
            // Another cookie may hold any bytes. It must not hide this one.
            let text = String::from_utf8_lossy(header.as_bytes());
            let cookies = Cookie::split_parse(text.as_ref()).flatten();
            for cookie in cookies.filter(|cookie| cookie.name() == self.name()) {
                if found.replace(cookie.value().to_owned()).is_some() {
                    return Err(Problem::NoCredentials);
                }
            }
        }
        Ok(found)
    }

    /// `Set-Cookie` with a token.
    pub(crate) fn set(self, token: &str, max_age: Duration) -> Result<HeaderValue, Problem> {
        let seconds = i64::try_from(max_age.as_secs()).unwrap_or(i64::MAX);
        let cookie = Cookie::build((self.name(), token))
            .http_only(true)
            .secure(self == Self::Secure)
            .same_site(SameSite::Strict)
            .path("/")
            .max_age(cookie::time::Duration::seconds(seconds));
        HeaderValue::try_from(cookie.to_string())
            .map_err(|error| Problem::Fault(format!("the cookie: {error}")))
    }

    /// `Set-Cookie` that takes the cookie away.
    pub(crate) fn clear(self) -> Result<HeaderValue, Problem> {
        self.set("", Duration::ZERO)
    }
}
