//! Whether the service lives, and whether it can work.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use jwt_pair_axum::Problem;
use jwt_pair_sessions::SessionStore as _;

use crate::app::App;

/// A store that takes longer is away.
const PATIENCE: Duration = Duration::from_secs(2);

pub(super) fn routes() -> Router<App> {
    Router::new().route("/healthz", get(async || "ok\n")).route("/readyz", get(ready))
}

async fn ready(State(app): State<App>) -> Result<&'static str, Problem> {
    if app.stops() {
        return Err(Problem::Unavailable("the service stops".into()));
    }
    let unavailable = |error: String| Problem::Unavailable(error);
    app.accounts.by_id(0).map_err(|error| unavailable(error.to_string()))?;
    // No session has this name.
    match tokio::time::timeout(PATIENCE, app.store.load("readyz")).await {
        Ok(Ok(_)) => Ok("ready\n"),
        Ok(Err(error)) => Err(unavailable(error.to_string())),
        Err(_) => Err(unavailable("the store of the sessions does not answer".into())),
    }
}
