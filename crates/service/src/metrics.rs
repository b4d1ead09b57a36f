//! Numbers for Prometheus, on a listener of their own: they are not for everybody.

use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::app::App;
use crate::server::{self, Limits};
use crate::store::Fault;

/// Starts the listener, if the settings name one.
///
/// # Errors
/// If it cannot listen there.
pub async fn start(app: &App, limits: Limits) -> Result<Option<JoinHandle<()>>, Fault> {
    let Some(address) = app.args.metrics_listen else { return Ok(None) };
    let listener =
        TcpListener::bind(address).await.map_err(|error| format!("{address}: {error}"))?;
    tracing::info!(address = %listener.local_addr()?, "metrics");
    Ok(Some(tokio::spawn(server::serve(listener, router(app), limits, std::future::pending()))))
}

/// `GET /metrics`
pub fn router(app: &App) -> Router {
    Router::new().route("/metrics", get(metrics)).with_state(app.clone())
}

async fn metrics(State(app): State<App>) -> ([(axum::http::HeaderName, &'static str); 1], String) {
    let mut text = String::new();
    for (name, value) in app.counters.all() {
        text.push_str(&format!(
            "# TYPE jwt_pair_{name}_total counter\njwt_pair_{name}_total {value}\n"
        ));
    }
    let busy = app.passwords.busy();
    text.push_str(&format!(
        "# TYPE jwt_pair_passwords_being_checked gauge\njwt_pair_passwords_being_checked {busy}\n"
    ));
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], text)
}
