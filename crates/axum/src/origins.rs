//! The pages that may use the cookie: one list of exact origins, for CORS and for the CSRF check.

use std::error::Error;
use std::fmt;

use axum::http::{HeaderValue, Uri};

/// Exact origins ([RFC 6454 §6.2]), such as `https://app.example`.
///
/// [RFC 6454 §6.2]: https://www.rfc-editor.org/rfc/rfc6454#section-6.2
#[derive(Clone, Debug, Default)]
pub(crate) struct Origins(Vec<HeaderValue>);

/// A text that no browser sends as the `Origin` of a page: `null`, `*`, `https://app.example/`,
/// `https://App.example`, `https://app.example:443`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAnOrigin(
    /// The text.
    pub String,
);

impl Origins {
    pub(crate) fn new<'a>(origins: impl IntoIterator<Item = &'a str>) -> Result<Self, NotAnOrigin> {
        let origin = |text: &str| parse(text).ok_or_else(|| NotAnOrigin(text.to_owned()));
        Ok(Self(origins.into_iter().map(origin).collect::<Result<_, _>>()?))
    }

    pub(crate) fn contains(&self, origin: &[u8]) -> bool {
        self.0.iter().any(|known| known.as_bytes() == origin)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &HeaderValue> {
        self.0.iter()
    }
}

/// The text, if it is what a browser sends: scheme, host in lower case, a port that is not the
/// scheme's own, and nothing behind it.
fn parse(text: &str) -> Option<HeaderValue> {
    let uri: Uri = text.parse().ok()?;
    let (scheme, host) = (uri.scheme_str()?, uri.host()?);
    let default_port = match scheme {
        "https" => 443,
        "http" => 80,
        _ => return None,
    };
    let canonical = match uri.port_u16() {
        Some(port) if port != default_port => format!("{scheme}://{host}:{port}"),
        _ => format!("{scheme}://{host}"),
    };
    let is_canonical =
        canonical == text && !host.contains(|c: char| c.is_ascii_uppercase() || c == '*');
    is_canonical.then(|| HeaderValue::try_from(text).ok()).flatten()
}

impl fmt::Display for NotAnOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is not an origin such as https://app.example or http://localhost:3000",
            self.0
        )
    }
}

impl Error for NotAnOrigin {}
