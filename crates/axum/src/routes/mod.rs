//! The routers: one for pages, one for apps without cookies.

mod sessions;
mod tokens;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, HeaderValue};
use axum::routing::{delete, get, post};
use jwt_pair::serde_json::{self, Value};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::auth::Auth;
use crate::csrf;
use crate::problem::Problem;

/// Enough for a token of 8 KiB, the default of `PairPolicy::max_token_bytes`.
const MAX_BODY_BYTES: usize = 16 * 1024;

impl Auth {
    /// The routes for pages, to be nested where the service likes, such as `/auth`:
    ///
    /// | route | takes | answer |
    /// |---|---|---|
    /// | `POST /refresh` | the cookie; `{"session_id": …}`, if the page holds one | 200, tokens |
    /// | `POST /logout` | the cookie | 204, clears the cookie |
    /// | `GET /sessions` | an access token, checked | 200, `{"sessions": […]}` |
    /// | `DELETE /sessions/{id}` | an access token, checked | 204, or 404 |
    /// | `POST /sessions/end-others` | an access token, checked | 200, `{"ended": n}` |
    /// | `POST /sessions/end-all` | an access token, checked | 204 |
    ///
    /// Of more than 1,000 sessions, the list has those that began first.
    ///
    /// The first two also want the header `X-Requested-With: jwt-pair`, and an origin of the list.
    pub fn routes<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        let routes = Router::new()
            .route("/refresh", post(tokens::refresh))
            .route("/logout", post(tokens::logout));
        self.finish(routes).layer((no_store(), self.cors()))
    }

    /// The routes for apps without cookies, to be nested where the service likes, such as `/token`:
    /// `POST /refresh` and `POST /logout` take `{"refresh_token": …}`. The routes of `/sessions` are
    /// those of [`routes`](Self::routes).
    ///
    /// A body may have 16 KiB. With a
    /// [`PairPolicy::max_token_bytes`](jwt_pair::PairPolicy::max_token_bytes) above 16,000 an app can
    /// get a token that is too long to be shown here: each such request is 413.
    ///
    /// Those with a refresh token refuse a request with the cookie, with `Origin` or with
    /// `Sec-Fetch-*`, so that no script of a page can ask for a refresh token.
    pub fn body_routes<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        let routes = Router::new()
            .route("/refresh", post(tokens::refresh_in_body))
            .route("/logout", post(tokens::logout_in_body));
        self.finish(routes).layer(no_store())
    }

    fn finish<S>(&self, routes: Router<Self>) -> Router<S> {
        routes
            .route("/sessions", get(sessions::list))
            .route("/sessions/{id}", delete(sessions::end))
            .route("/sessions/end-others", post(sessions::end_others))
            .route("/sessions/end-all", post(sessions::end_all))
            .fallback(async || Problem::other(StatusCode::NOT_FOUND, "There is no such route"))
            .method_not_allowed_fallback(async || {
                Problem::other(StatusCode::METHOD_NOT_ALLOWED, "The route has another method")
            })
            .with_state(self.clone())
    }
}

/// "Cache-Control: no-store" on every answer, those of CORS and of axum itself included.
fn no_store() -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(CACHE_CONTROL, HeaderValue::from_static("no-store"))
}

/// One text of the JSON object in the body; `None` if it is missing or null.
async fn text_member(mut request: Request, name: &str) -> Result<Option<String>, Problem> {
    let is_json = csrf::require_json(request.headers());
    DefaultBodyLimit::max(MAX_BODY_BYTES).apply(&mut request);
    let body = Bytes::from_request(request, &()).await;
    let body = body.map_err(|error| Problem::other(error.status(), "The body cannot be read"))?;
    if body.is_empty() {
        return Ok(None);
    }
    is_json?;
    let refused =
        Problem::other(StatusCode::BAD_REQUEST, "The body is not the JSON object of this route");
    let Ok(Value::Object(mut members)) = serde_json::from_slice(&body) else { return Err(refused) };
    match members.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(refused),
    }
}
