//! What somebody who is logged in does with the account.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::{Extension, Json};
use jwt_pair::{AccessClaims, UserId};
use jwt_pair_axum::{Access, CheckedAccess, Problem};
use jwt_pair_sessions::EndReason;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{body, credentials};
use crate::accounts::Account;
use crate::app::App;
use crate::layers::Peer;
use crate::password::Password;
use crate::refusal::Refusal;
use crate::store::Fault;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewPassword {
    current: String,
    new: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OldPassword {
    password: String,
}

/// What the token says: no store is asked.
pub(super) async fn me(Access(claims): Access) -> Json<Value> {
    Json(json!({
        "user_id": claims.user_id,
        "user_type": claims.user_type,
        "session_id": claims.session_id,
        "iat": claims.iat,
        "exp": claims.exp,
    }))
}

/// Ends the others before the change, so that a store that is away stops it, and so that their number
/// is exact: after it, another task may be first. Once more after it, for a login that came in between.
pub(super) async fn password(
    State(app): State<App>,
    Extension(peer): Extension<Peer>,
    CheckedAccess(claims): CheckedAccess,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let NewPassword { current, new } = body::read(&headers, &body)?;
    let bad = || Refusal::new(StatusCode::BAD_REQUEST, Password::RULE);
    let new = Password::new(new).ok_or_else(bad)?;
    let account = account_of(&app, &claims)?;
    credentials::confirm(&app, app.client(&headers, peer.0), &account, current).await?;
    let hash = credentials::permit(&app).await?.hash(new).await?;
    let (now, own) = (app.auth.now()?, Some(&*claims.session_id));
    let others = app.ends.end_user(account.id, own, EndReason::Others, now);
    let ended = others.await.map_err(unavailable)?;
    if !app.accounts.set_password(&account, hash, &claims.session_id).await? {
        // Another change came in between.
        return Err(Refusal::wrong_password());
    }
    if let Err(error) = app.ends.finish_all(now).await {
        tracing::warn!(%error, "sessions end later, after a change of password");
    }
    Ok(Json(json!({ "ended": ended })))
}

/// Once before the account is gone, so that a store that is away stops it; once after it, for a login
/// that came in between.
pub(super) async fn delete(
    State(app): State<App>,
    Extension(peer): Extension<Peer>,
    CheckedAccess(claims): CheckedAccess,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Refusal> {
    let OldPassword { password } = body::read(&headers, &body)?;
    let account = account_of(&app, &claims)?;
    credentials::confirm(&app, app.client(&headers, peer.0), &account, password).await?;
    let now = app.auth.now()?;
    let end = || app.ends.end_user(account.id, None, EndReason::All, now);
    end().await.map_err(unavailable)?;
    if !app.accounts.delete(&account).await? {
        return Err(Refusal::wrong_password());
    }
    if let Err(error) = end().await {
        tracing::warn!(%error, "a session of a deleted account may last until its token expires");
    }
    Ok(StatusCode::NO_CONTENT)
}

fn unavailable(error: Fault) -> Problem {
    Problem::Unavailable(format!("the end of sessions: {error}"))
}

/// The account of a token whose session stands.
fn account_of(app: &App, claims: &AccessClaims) -> Result<Account, Refusal> {
    let gone = Problem::InvalidToken { message: "Invalid token", reason: None };
    let UserId::Integer(id) = claims.user_id else { return Err(gone.into()) };
    let account = app.accounts.by_id(id)?.filter(|account| !account.is_disabled);
    Ok(account.ok_or(gone)?)
}
