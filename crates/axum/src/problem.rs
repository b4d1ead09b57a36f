//! Why a request was refused, as an answer: [RFC 6750 §3] in the header, [RFC 9457] in the body.
//!
//! In: errors of the core and of sessions. Out: answers that hold neither a token nor a secret.
//! Not here: which error it is.
//!
//! [RFC 6750 §3]: https://www.rfc-editor.org/rfc/rfc6750#section-3
//! [RFC 9457]: https://www.rfc-editor.org/rfc/rfc9457

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use jwt_pair::Blame;
use jwt_pair::serde_json::Value;
use jwt_pair_sessions::SessionError;

/// Why a request was refused. It is an answer, and the rejection of every extractor of this crate.
///
/// | problem | status | `WWW-Authenticate` | `error` in the body |
/// |---|---|---|---|
/// | `NoCredentials` | 401 | `Bearer` | |
/// | `Malformed` | 400 | `Bearer error="invalid_request"` | `invalid_request` |
/// | `InvalidToken` | 401 | `Bearer error="invalid_token"` and the message | `invalid_token` |
/// | `InsufficientScope` | 403 | `Bearer error="insufficient_scope"` | `insufficient_scope` |
/// | `CrossSite` | 403 | | `cross_site` |
/// | `OtherSession` | 409 | | `other_session` |
/// | `Unavailable` | 503, with `Retry-After` | | |
/// | `Fault` | 500 | | |
/// | `Other` | its own | | |
///
/// The answer carries the problem in its extensions. A layer of the service can so count and log
/// what the client is not told.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// There is no credential, or none that is used here: no `Authorization`, one of another
    /// scheme, no cookie, or two cookies of the name.
    NoCredentials,
    /// `Authorization` cannot be read: it is there twice, or has no token, or two.
    Malformed(&'static str),
    /// The token has expired or is not valid.
    InvalidToken {
        /// `Token has expired` or `Invalid token`.
        message: &'static str,
        /// Why an authentic refresh token opens nothing. Nobody else is told.
        reason: Option<Reason>,
    },
    /// The access token is good, and does not carry the right that is asked for.
    InsufficientScope,
    /// The request did not come from a page that may use the cookie.
    CrossSite(&'static str),
    /// The cookie is of another session than the one that the page holds.
    OtherSession,
    /// The store, or the service's own look-up of the user, did not answer. The text is for the log.
    Unavailable(String),
    /// The service's own fault. The text is for the log.
    Fault(String),
    /// Any other, such as a body that is no JSON, and the service's own problems.
    Other {
        /// The status of the answer.
        status: StatusCode,
        /// What the client is told.
        detail: Cow<'static, str>,
    },
}

/// Why an authentic refresh token opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// The session was ended: by a logout, from the list of sessions, by the service, or because the
    /// store had lost a rotation. Or the look-up says that the user may not go on; then the session
    /// stands.
    Ended,
    /// A refresh token was shown that had been replaced: somebody has a copy.
    Stolen,
    /// The token has expired, or the session's deadline has come, or the store has no such session.
    Expired,
}

impl Reason {
    /// The reason as a word: `ended`, `stolen` or `expired`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ended => "ended",
            Self::Stolen => "stolen",
            Self::Expired => "expired",
        }
    }
}

impl Problem {
    /// A problem of the service's own, in the same form.
    pub fn other(status: StatusCode, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::Other { status, detail: detail.into() }
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        self.parts().0
    }

    /// The word by which a client can tell problems of one status apart.
    pub fn error(&self) -> Option<&'static str> {
        self.parts().1
    }

    /// The sentence that the client is told.
    pub fn detail(&self) -> &str {
        self.parts().2
    }

    fn parts(&self) -> (StatusCode, Option<&'static str>, &str) {
        use StatusCode as Is;
        match self {
            Self::NoCredentials => (Is::UNAUTHORIZED, None, "Log in"),
            Self::Malformed(detail) => (Is::BAD_REQUEST, Some("invalid_request"), detail),
            Self::InvalidToken { message, .. } => {
                (Is::UNAUTHORIZED, Some("invalid_token"), message)
            }
            Self::InsufficientScope => {
                (Is::FORBIDDEN, Some("insufficient_scope"), "The token does not carry this right")
            }
            Self::CrossSite(detail) => (Is::FORBIDDEN, Some("cross_site"), detail),
            Self::OtherSession => {
                (Is::CONFLICT, Some("other_session"), "The cookie is of another session")
            }
            Self::Unavailable(_) => (Is::SERVICE_UNAVAILABLE, None, "Try again"),
            Self::Fault(_) => (Is::INTERNAL_SERVER_ERROR, None, "Try again"),
            Self::Other { status, detail } => (*status, None, detail),
        }
    }

    /// "If the request lacks any authentication information [...], the resource server SHOULD NOT
    /// include an error code" (RFC 6750 §3.1).
    fn challenge(&self) -> Option<HeaderValue> {
        let challenge = match self {
            Self::NoCredentials => "Bearer".to_owned(),
            Self::InvalidToken { message, .. } => {
                format!(r#"Bearer error="invalid_token", error_description="{message}""#)
            }
            Self::Malformed(_) | Self::InsufficientScope => {
                format!(r#"Bearer error="{}""#, self.error()?)
            }
            _ => return None,
        };
        HeaderValue::try_from(challenge).ok()
    }

    fn body(&self) -> Value {
        let (status, error, detail) = self.parts();
        let reason = match self {
            Self::InvalidToken { reason, .. } => reason.map(Reason::as_str),
            _ => None,
        };
        let title = status.canonical_reason();
        let texts =
            [("title", title), ("detail", Some(detail)), ("error", error), ("reason", reason)];
        let texts = texts.into_iter().filter_map(|(name, text)| Some((name, Value::from(text?))));
        texts.chain([("status", status.as_u16().into())]).collect()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        match &self {
            Self::Fault(error) => tracing::error!(error, "an answer with status 500"),
            Self::Unavailable(error) => tracing::warn!(error, "an answer with status 503"),
            _ => {}
        }
        let headers = [(CONTENT_TYPE, "application/problem+json"), (CACHE_CONTROL, "no-store")];
        let mut response = (self.status(), headers, self.body().to_string()).into_response();
        if let Some(challenge) = self.challenge() {
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        if matches!(self, Self::Unavailable(_)) {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// An access token that was refused: nobody is told why the session is over.
impl From<jwt_pair::Error> for Problem {
    fn from(error: jwt_pair::Error) -> Self {
        match error.blame() {
            Blame::Service => Self::Fault(error.to_string()),
            Blame::Client => Self::InvalidToken { message: error.public_message(), reason: None },
        }
    }
}

/// A refresh token that was refused.
impl<E: fmt::Display> From<SessionError<E>> for Problem {
    fn from(error: SessionError<E>) -> Self {
        let (message, reason) = (error.public_message(), reason_of(&error));
        match error.http_status() {
            401 => Self::InvalidToken { message, reason },
            503 => Self::Unavailable(error.to_string()),
            _ => Self::Fault(error.to_string()),
        }
    }
}

/// Only an authentic token has expired, so whoever shows one may know.
fn reason_of<E>(error: &SessionError<E>) -> Option<Reason> {
    if let SessionError::Token(jwt_pair::Error::Expired { .. }) = error {
        return Some(Reason::Expired);
    }
    error.reason().map(|reason| match reason {
        "expired" => Reason::Expired,
        "reuse" => Reason::Stolen,
        _ => Reason::Ended,
    })
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable(text) | Self::Fault(text) => f.write_str(text),
            _ => f.write_str(self.detail()),
        }
    }
}

impl Error for Problem {}
