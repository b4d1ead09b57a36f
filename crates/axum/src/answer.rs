//! The answer with tokens, for pages and for apps.

use std::time::Duration;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use jwt_pair::serde_json::{Value, json};
use jwt_pair::{IssuedToken, RefreshClaims, UnixTime};
use jwt_pair_sessions::{Refreshed, Started};

use crate::cookie::RefreshCookie;
use crate::problem::Problem;

/// Tokens for a client.
pub(crate) struct Tokens<'a> {
    access: &'a IssuedToken,
    /// `None` if the client keeps the one it has.
    refresh: Option<&'a IssuedToken>,
    session_id: &'a str,
    refresh_expires_in: Duration,
    now: UnixTime,
}

impl<'a> Tokens<'a> {
    pub(crate) fn of_login(started: &'a Started, now: UnixTime) -> Self {
        let refresh = &started.pair.refresh;
        Self {
            access: &started.pair.access,
            refresh: Some(refresh),
            session_id: &started.session.session_id,
            refresh_expires_in: refresh.expires_at.saturating_duration_since(now),
            now,
        }
    }

    /// A token that is kept is the one that was shown, so its claims say when it expires.
    pub(crate) fn of_refresh(
        refreshed: &'a Refreshed,
        shown: &'a RefreshClaims,
        now: UnixTime,
    ) -> Self {
        let shown_exp = UnixTime::from_secs(u64::try_from(shown.exp.as_secs()).unwrap_or(0));
        let expires_at = refreshed.refresh().map_or(shown_exp, |refresh| refresh.expires_at);
        Self {
            access: refreshed.access(),
            refresh: refreshed.refresh(),
            session_id: &shown.session_id,
            refresh_expires_in: expires_at.saturating_duration_since(now),
            now,
        }
    }

    /// For a page: the refresh token goes into the cookie, and never into the body.
    pub(crate) fn with_cookie(&self, cookie: RefreshCookie) -> Result<Response, Problem> {
        let mut response = json_answer(&self.body());
        if let Some(refresh) = self.refresh {
            let set = cookie.set(&refresh.token, self.refresh_expires_in)?;
            response.headers_mut().insert(SET_COOKIE, set);
        }
        Ok(response)
    }

    /// For an app: the refresh token stands in the body.
    pub(crate) fn in_body(&self) -> Response {
        let mut body = self.body();
        if let (Some(refresh), Some(members)) = (self.refresh, body.as_object_mut()) {
            members.insert("refresh_token".to_owned(), refresh.token.as_str().into());
        }
        json_answer(&body)
    }

    /// Times are durations: a client's clock may be wrong.
    fn body(&self) -> Value {
        json!({
            "access_token": self.access.token,
            "token_type": "Bearer",
            "expires_in": self.access.expires_at.saturating_duration_since(self.now).as_secs(),
            "session_id": self.session_id,
            "refresh_expires_in": self.refresh_expires_in.as_secs(),
        })
    }
}

pub(crate) fn json_answer(body: &Value) -> Response {
    let headers = HeaderMap::from_iter([
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ]);
    (headers, body.to_string()).into_response()
}
