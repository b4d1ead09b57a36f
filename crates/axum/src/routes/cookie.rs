//! Refresh and logout with the cookie.

use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::{Body, text_member};
use crate::auth::Auth;
use crate::cookie::Shown;
use crate::problem::Problem;
use crate::renew;

pub(super) async fn refresh(
    State(auth): State<Auth>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    auth.check_csrf(&headers)?;
    let page_holds = text_member(&headers, body, "session_id")?;
    let cookie = auth.policy().cookie;
    let Shown::Token(token) = cookie.read(&headers) else { return Err(Problem::NoCredentials) };
    let renewed = renew::renew(&auth, &token, page_holds.as_deref()).await?;
    renewed.tokens().with_cookie(cookie)
}

/// Clears the cookie only if no session stands behind it any more.
pub(super) async fn logout(
    State(auth): State<Auth>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    auth.check_csrf(&headers)?;
    let cookie = auth.policy().cookie;
    match cookie.read(&headers) {
        Shown::Nothing => {}
        Shown::Token(token) => renew::logout(&auth, &token).await?,
        Shown::Several => return Err(Problem::NoCredentials),
    }
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, cookie.clear()?)]).into_response())
}
