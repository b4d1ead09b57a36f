//! Refresh and logout: with the cookie for pages, with the token in the body for apps.

use std::convert::Infallible;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Response};
use jwt_pair::UnixTime;
use jwt_pair_sessions::SessionError;

use super::text_member;
use crate::answer::Tokens;
use crate::auth::Auth;
use crate::problem::Problem;

pub(super) async fn refresh(
    State(auth): State<Auth>,
    request: Request,
) -> Result<Response, Problem> {
    auth.check_csrf(request.headers())?;
    let cookie = auth.policy().cookie;
    let token = cookie.read(request.headers())?.ok_or(Problem::NoCredentials)?;
    let page_holds = text_member(request, "session_id").await?;
    renew(&auth, &token, page_holds.as_deref(), |tokens| tokens.with_cookie(cookie)).await
}

/// Clears the cookie, unless the session of an authentic token could not be ended. A token of a key
/// that this instance does not have is not authentic here: its session stays until it expires.
pub(super) async fn logout(
    State(auth): State<Auth>,
    request: Request,
) -> Result<Response, Problem> {
    auth.check_csrf(request.headers())?;
    let cookie = auth.policy().cookie;
    if let Some(token) = cookie.read(request.headers())? {
        auth.end_session_of(&token).await?;
    }
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, cookie.clear()?)]).into_response())
}

pub(super) async fn refresh_in_body(
    State(auth): State<Auth>,
    request: Request,
) -> Result<Response, Problem> {
    let token = token_of_app(&auth, request).await?;
    renew(&auth, &token, None, |tokens| tokens.in_body()).await
}

pub(super) async fn logout_in_body(
    State(auth): State<Auth>,
    request: Request,
) -> Result<StatusCode, Problem> {
    auth.end_session_of(&token_of_app(&auth, request).await?).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn token_of_app(auth: &Auth, request: Request) -> Result<String, Problem> {
    auth.refuse_pages(request.headers())?;
    text_member(request, "refresh_token").await?.ok_or(Problem::NoCredentials)
}

/// `page_holds` is the session that the page believes to have. A late answer for another one must
/// not overwrite the cookie of a login that came in between.
async fn renew(
    auth: &Auth,
    token: &str,
    page_holds: Option<&str>,
    answer: impl FnOnce(&Tokens<'_>) -> Result<Response, Problem>,
) -> Result<Response, Problem> {
    let (sessions, now) = (auth.sessions(), auth.now()?);
    let claims = sessions.issuer().verify_refresh(token, now);
    let shown = claims.map_err(SessionError::<Infallible>::from)?;
    let session_id = shown.session_id.as_str();
    if page_holds.is_some_and(|page_holds| page_holds != session_id) {
        return Err(Problem::OtherSession);
    }
    let user = auth.user_today(&shown).await?;
    let issued = sessions.refresh(&shown, &user.renewal(), now).await?;
    let shown_expires_at = UnixTime::from_secs(u64::try_from(shown.exp.as_secs()).unwrap_or(0));
    let refresh_expires_at = issued.refresh().map_or(shown_expires_at, |token| token.expires_at);
    answer(&Tokens { issued, session_id, refresh_expires_at, now, room: 0 })
}
