//! The pages that may use the cookie: one list of exact origins, for CORS and for the CSRF check.

use std::error::Error;
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use axum::http::{HeaderValue, Uri};

/// Exact origins ([RFC 6454 §6.2]), such as `https://app.example`.
///
/// [RFC 6454 §6.2]: https://www.rfc-editor.org/rfc/rfc6454#section-6.2
#[derive(Clone, Debug, Default)]
pub(crate) struct Origins(Vec<HeaderValue>);

/// A text that no browser sends as the `Origin` of a page: `null`, `*`, `https://app.example/`,
/// `https://App.example`, `https://app.example:443`, `http://127.1`.
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
    if canonical == text && is_as_sent(host) { HeaderValue::try_from(text).ok() } else { None }
}

/// A browser writes each address in one way: `http://127.1` as `http://127.0.0.1`, and
/// `http://[0:0:0:0:0:0:0:1]` as `http://[::1]`.
fn is_as_sent(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default();
    let is_number = last.starts_with("0x") || last.parse::<u64>().is_ok();
    match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(ip) => ip.parse::<Ipv6Addr>().is_ok_and(|known| known.to_string() == ip),
        None if is_number => host.parse::<Ipv4Addr>().is_ok(),
        None => !host.contains(|c: char| c.is_ascii_uppercase() || c == '*'),
    }
}

impl fmt::Display for NotAnOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(text) = self;
        write!(f, "`{text}` is not an origin such as https://app.example or http://localhost:3000")
    }
}

impl Error for NotAnOrigin {}
