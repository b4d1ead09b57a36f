//! The cookie that carries the refresh token.
//!
//! In: headers of a request. Out: the token that it carries, not yet verified; `Set-Cookie`.

use std::time::Duration;

use axum::http::HeaderMap;
use axum::http::header::{COOKIE, HeaderValue};
use cookie::{Cookie, SameSite};

use crate::problem::Problem;

/// The name of the cookie. Browsers take a cookie whose name begins with `__Host-` only from a secure
/// origin, and for this host alone. Those that know `__Host-Http-` also take it from no script.
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
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Secure => COOKIE_NAME,
            Self::Development => DEVELOPMENT_COOKIE_NAME,
        }
    }

    /// The token, if there is a cookie of the name.
    ///
    /// Of two none is used: somebody has planted one, and nothing tells which.
    pub(crate) fn read(self, headers: &HeaderMap) -> Result<Option<String>, Problem> {
        let pairs = |header| HeaderValue::as_bytes(header).split(|byte| *byte == b';');
        // A browser compares the bytes of a name. To it a name with U+2000 before the prefix has no
        // prefix, and a script of another host may set it. So no white space is taken away but that
        // of HTTP, and a header holds no other ASCII white space than that.
        let values = headers.get_all(COOKIE).iter().flat_map(pairs).filter_map(|pair| {
            pair.trim_ascii().strip_prefix(self.name().as_bytes())?.strip_prefix(b"=")
        });
        match values.collect::<Vec<_>>().as_slice() {
            [] => Ok(None),
            // Bytes that are no text are no token either, but the cookie is there.
            [value] => Ok(Some(String::from_utf8_lossy(value).into_owned())),
            _ => Err(Problem::NoCredentials),
        }
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
