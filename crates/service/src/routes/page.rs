//! The page, which is built into the program, and what it must know of the settings.

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::routing::{MethodRouter, get};
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::app::App;
use crate::password::Password;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/", file("text/html; charset=utf-8", include_str!("../../page/index.html")))
        .route("/page.css", file("text/css; charset=utf-8", include_str!("../../page/page.css")))
        .route(
            "/page.js",
            file("text/javascript; charset=utf-8", include_str!("../../page/page.js")),
        )
        .route("/config", get(config))
}

fn file(content_type: &'static str, text: &'static str) -> MethodRouter<App> {
    get(move || async move { ([(CONTENT_TYPE, content_type), (CACHE_CONTROL, "no-cache")], text) })
}

async fn config(State(app): State<App>) -> Json<Value> {
    Json(json!({
        "demo": app.args.demo,
        "register": !app.args.no_register,
        "access_lifetime": app.args.access().as_secs(),
        "refresh_lifetime": app.args.refresh_lifetime.as_secs(),
        "window": app.args.answered_for().as_secs(),
        "min_password_bytes": Password::MIN_BYTES,
        "max_password_bytes": Password::MAX_BYTES,
    }))
}
