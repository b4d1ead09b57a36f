//! The list of devices, and its ends. Each takes an access token of a session that stands.

use std::num::NonZeroUsize;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use jwt_pair::serde_json::{Value, json};
use jwt_pair_sessions::{List, Session, SessionError};

use crate::answer::json_answer;
use crate::auth::Auth;
use crate::extract::CheckedAccess;
use crate::problem::Problem;

const PAGE: NonZeroUsize = NonZeroUsize::MIN.saturating_add(99);
/// More sessions than a user looks at.
const MOST_LISTED: usize = 1_000;

pub(super) async fn list(
    State(auth): State<Auth>,
    CheckedAccess(claims): CheckedAccess,
) -> Result<Response, Problem> {
    let (sessions, now) = (auth.sessions(), auth.now()?);
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let list = List { user_id: &claims.user_id, after: after.as_ref(), limit: PAGE, now };
        let page = sessions.list(&list).await?;
        found.extend(page.sessions.iter().map(|row| shown(row, &claims.session_id)));
        after = page.next;
        if after.is_none() || found.len() >= MOST_LISTED {
            return json_answer(&json!({ "sessions": found }));
        }
    }
}

pub(super) async fn end(
    State(auth): State<Auth>,
    CheckedAccess(claims): CheckedAccess,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let not_found = Problem::other(StatusCode::NOT_FOUND, "There is no such session");
    let Ok(Path(id)) = id else { return Err(not_found) };
    match auth.sessions().revoke_of(&claims.user_id, &id, auth.now()?).await {
        Ok(true) => Ok(StatusCode::NO_CONTENT),
        // A name that no store can keep is the name of no session.
        Ok(false) | Err(SessionError::Refused(_)) => Err(not_found),
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn end_others(
    State(auth): State<Auth>,
    CheckedAccess(claims): CheckedAccess,
) -> Result<Response, Problem> {
    let sessions = auth.sessions();
    let ended = sessions.revoke_others(&claims.user_id, &claims.session_id, auth.now()?).await?;
    json_answer(&json!({ "ended": ended }))
}

pub(super) async fn end_all(
    State(auth): State<Auth>,
    CheckedAccess(claims): CheckedAccess,
) -> Result<StatusCode, Problem> {
    auth.sessions().revoke_user(&claims.user_id, auth.now()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn shown(row: &Session, current: &str) -> Value {
    json!({
        "session_id": row.session_id,
        "label": row.label,
        "started_at": row.started_at.as_secs(),
        "rotated_at": row.rotated_at.as_secs(),
        "expires_at": row.expires_at.as_secs(),
        "current": row.session_id == current,
    })
}
