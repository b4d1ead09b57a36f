//! The demonstration: the row of a session, and a thief with an old refresh token.
//!
//! Never in production: whoever has an access token can make its session rotate, or end it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use jwt_pair::AccessClaims;
use jwt_pair_axum::{Access, Problem};
use jwt_pair_sessions::{Refreshed, Renewal, Session, SessionStore as _};
use serde_json::{Value, json};

use crate::app::App;
use crate::refusal::Refusal;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/demo/session", get(session)).route("/demo/thief", post(thief))
}

/// The row of the token's session, also if it has ended.
async fn session(State(app): State<App>, Access(claims): Access) -> Result<Json<Value>, Refusal> {
    let row = row_of(&app, &claims).await?;
    Ok(Json(json!({
        "now": app.auth.now()?.as_secs(),
        "session_id": row.session_id,
        "generation": row.generation,
        "started_at": row.started_at.as_secs(),
        "rotated_at": row.rotated_at.as_secs(),
        "previous_rotated_at": row.previous_rotated_at.as_secs(),
        "expires_at": row.expires_at.as_secs(),
        "deadline": row.deadline.as_secs(),
        "ended": row.ended.map(|ended| json!({ "why": ended.why.as_str(), "at": ended.at.as_secs() })),
    })))
}

/// Shows the refresh token before the current one to the session, as who has stolen it would. The
/// token is made anew from the row and leaves this function in no answer; neither does another one.
async fn thief(State(app): State<App>, Access(claims): Access) -> Result<Json<Value>, Refusal> {
    let row = row_of(&app, &claims).await?;
    let generation = row.generation.saturating_sub(1);
    if generation == 0 {
        return Err(Refusal::new(StatusCode::CONFLICT, "There is no old token: refresh first"));
    }
    let (sessions, now) = (app.auth.sessions(), app.auth.now()?);
    let mut old = row.clone();
    old.generation = generation;
    old.rotated_at = row.previous_rotated_at;
    old.expires_at = sessions.issuer().refresh_expiry(old.rotated_at).min(row.deadline);
    let renewal = Renewal::new(&claims.user_type);
    let stolen = old
        .issue(sessions.issuer(), &renewal, &jwt_pair::PrivateClaims::default(), now)
        .map_err(Problem::from)?
        .refresh;
    let verified = sessions.issuer().verify_refresh(&stolen.token, now);
    let outcome = match verified {
        Ok(shown) => match sessions.refresh(&shown, &renewal, now).await {
            Ok(Refreshed::Rotated(_)) => ("rotated", None),
            Ok(Refreshed::Kept(_)) => ("kept", None),
            Ok(Refreshed::Repeated(_)) => ("repeated", None),
            Ok(_) => ("answered", None),
            Err(error) if error.http_status() == 401 => ("refused", error.reason()),
            Err(error) => return Err(Problem::from(error).into()),
        },
        Err(error) => ("refused", Some(error.public_message())),
    };
    let (outcome, reason) = outcome;
    Ok(Json(json!({ "generation": generation, "outcome": outcome, "reason": reason })))
}

async fn row_of(app: &App, claims: &AccessClaims) -> Result<Session, Refusal> {
    let row = app.store.load(&claims.session_id).await;
    let row = row.map_err(|error| Problem::Unavailable(error.to_string()))?;
    let row = row.filter(|row| row.user_id == claims.user_id);
    row.ok_or_else(|| Refusal::new(StatusCode::NOT_FOUND, "There is no such session"))
}
