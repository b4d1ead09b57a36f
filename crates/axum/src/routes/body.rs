//! Refresh and logout with the refresh token in the body, for apps without cookies.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::{Body, text_member};
use crate::auth::Auth;
use crate::problem::Problem;
use crate::renew;

pub(super) async fn refresh(
    State(auth): State<Auth>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let token = refresh_token(&auth, &headers, body)?;
    Ok(renew::renew(&auth, &token, None).await?.tokens().in_body())
}

pub(super) async fn logout(
    State(auth): State<Auth>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Problem> {
    let token = refresh_token(&auth, &headers, body)?;
    renew::logout(&auth, &token).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn refresh_token(auth: &Auth, headers: &HeaderMap, body: Body) -> Result<String, Problem> {
    auth.refuse_pages(headers)?;
    text_member(headers, body, "refresh_token")?.ok_or(Problem::NoCredentials)
}
