//! The answer with tokens, for pages and for apps.

use std::time::Duration;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, SET_COOKIE};
use axum::response::{IntoResponse, Response};
use jwt_pair::UnixTime;
use jwt_pair::serde_json::{self, Value, json};
use jwt_pair_sessions::Refreshed;

use crate::cookie::RefreshCookie;
use crate::problem::Problem;

/// Browsers drop a cookie whose name and value are longer, and tell nobody (RFC 6265bis).
const MAX_COOKIE_BYTES: usize = 4_096;

/// Tokens for a client.
pub(crate) struct Tokens<'a> {
    pub(crate) issued: Refreshed,
    pub(crate) session_id: &'a str,
    /// When the refresh token expires that the client holds from now on.
    pub(crate) refresh_expires_at: UnixTime,
    pub(crate) now: UnixTime,
    /// How many bytes of the cookie must stay free.
    pub(crate) room: usize,
}

impl Tokens<'_> {
    /// For a page: the refresh token goes into the cookie, and never into the body.
    pub(crate) fn with_cookie(&self, cookie: RefreshCookie) -> Result<Response, Problem> {
        let mut response = json_answer(&self.body())?;
        if let Some(refresh) = self.issued.refresh() {
            let bytes = cookie.name().len().saturating_add(refresh.token.len());
            if bytes.saturating_add(self.room) > MAX_COOKIE_BYTES {
                return Err(Problem::Fault(format!("a cookie of {bytes} bytes is too long")));
            }
            let set = cookie.set(&refresh.token, self.refresh_expires_in())?;
            response.headers_mut().insert(SET_COOKIE, set);
        }
        Ok(response)
    }

    /// For an app: the refresh token stands in the body.
    pub(crate) fn in_body(&self) -> Result<Response, Problem> {
        let mut body = self.body();
        if let (Some(refresh), Some(members)) = (self.issued.refresh(), body.as_object_mut()) {
            members.insert("refresh_token".to_owned(), refresh.token.as_str().into());
        }
        json_answer(&body)
    }

    /// Times are durations: a client's clock may be wrong.
    fn body(&self) -> Value {
        let access = self.issued.access();
        json!({
            "access_token": access.token,
            "token_type": "Bearer",
            "expires_in": access.expires_at.saturating_duration_since(self.now).as_secs(),
            "session_id": self.session_id,
            "refresh_expires_in": self.refresh_expires_in().as_secs(),
        })
    }

    fn refresh_expires_in(&self) -> Duration {
        self.refresh_expires_at.saturating_duration_since(self.now)
    }
}

pub(crate) fn json_answer(body: &Value) -> Result<Response, Problem> {
    let body = serde_json::to_vec(body).map_err(|error| Problem::Fault(error.to_string()))?;
    let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")];
    Ok((headers, body).into_response())
}
