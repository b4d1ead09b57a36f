//! Register and log in: each begins a session.

use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use jwt_pair_axum::Problem;
use jwt_pair_sessions::{End, EndReason, Login, SessionStore as _};

use super::body;
use super::credentials::{self, Credentials};
use crate::accounts::{Account, Name};
use crate::app::App;
use crate::client;
use crate::layers::Peer;
use crate::password::Password;
use crate::refusal::Refusal;

/// For whom the answer is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum For {
    /// The refresh token goes into the cookie.
    Page,
    /// The refresh token stands in the body.
    App,
}

pub(super) async fn login(
    State(app): State<App>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    app.auth.check_csrf(&headers)?;
    let client = app.client(&headers, peer.0);
    let account = credentials::account_of(&app, client, body::read(&headers, &body)?).await?;
    start(&app, &headers, &account, For::Page).await
}

pub(super) async fn for_body(
    State(app): State<App>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    app.auth.refuse_pages(&headers)?;
    let client = app.client(&headers, peer.0);
    let account = credentials::account_of(&app, client, body::read(&headers, &body)?).await?;
    start(&app, &headers, &account, For::App).await
}

pub(super) async fn register(
    State(app): State<App>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    app.auth.check_csrf(&headers)?;
    if app.args.no_register {
        return Err(Refusal::new(StatusCode::FORBIDDEN, "Nobody may register here"));
    }
    let Credentials { name, password } = body::read(&headers, &body)?;
    let bad = |rule| move || Refusal::new(StatusCode::BAD_REQUEST, rule);
    let name = Name::new(&name).ok_or_else(bad(Name::RULE))?;
    let password = Password::new(password).ok_or_else(bad(Password::RULE))?;
    let taken = || Refusal::new(StatusCode::CONFLICT, "The name is taken");
    if app.accounts.by_name(&name)?.is_some() {
        return Err(taken());
    }
    let hash = credentials::permit(&app).await?.hash(password).await?;
    let now = app.auth.now()?.as_secs();
    let account = app.accounts.insert(name, hash, now).await?.ok_or_else(taken)?;
    match start(&app, &headers, &account, For::Page).await {
        Ok(mut response) => {
            *response.status_mut() = StatusCode::CREATED;
            Ok(response)
        }
        Err(refusal) => {
            // Otherwise the next try would find the name taken.
            app.accounts.delete(&account).await?;
            Err(refusal)
        }
    }
}

/// Begins a session, and looks at the account again: of a login and a change of its password at the
/// same time, one sees the other. The change ends all sessions that began before it.
async fn start(
    app: &App,
    headers: &HeaderMap,
    account: &Account,
    whom: For,
) -> Result<Response, Refusal> {
    let unavailable = |error| Problem::Unavailable(format!("the end of sessions: {error}"));
    let now = app.auth.now()?;
    app.ends.finish(account, now).await.map_err(unavailable)?;
    let (session_id, label) = (session_id()?, client::label(headers));
    let login = Login::new(account.id, &account.user_type).session_id(&session_id).label(&label);
    let response = match whom {
        For::Page => app.auth.login(headers, &login).await?,
        For::App => app.auth.login_for_body(headers, &login).await?,
    };
    match app.accounts.by_id(account.id) {
        Ok(Some(today)) if today.password == account.password && !today.is_disabled => Ok(response),
        changed => {
            let end = End { session_id: &session_id, user_id: None, why: EndReason::All, at: now };
            let ended = app.store.end(&end).await.map_err(|error| unavailable(error.into()))?;
            app.counters.sessions_ended.add(ended.into());
            changed?;
            Err(Refusal::wrong_login())
        }
    }
}

/// 128 random bits.
fn session_id() -> Result<String, Problem> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| Problem::Fault(error.to_string()))?;
    Ok(jwt_pair::base64url::encode(&bytes))
}
