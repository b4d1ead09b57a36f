//! The router.

mod account;
mod body;
mod credentials;
mod demo;
mod health;
mod login;
mod page;

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, HeaderValue};
use axum::middleware::{from_fn_with_state, map_response, map_response_with_state};
use axum::response::Response;
use axum::routing::{get, post};
use jwt_pair_axum::Problem;

use crate::app::App;
use crate::layers;

/// All routes, with all limits.
pub fn router(app: &App) -> Router {
    let own = Router::new()
        .route("/auth/register", post(login::register))
        .route("/auth/login", post(login::login))
        .route("/auth/password", post(account::password))
        .route("/auth/delete-account", post(account::delete))
        .route("/me", get(account::me))
        .method_not_allowed_fallback(wrong_method)
        .layer(app.auth.cors());
    let own = own.route("/token/login", post(login::for_body));
    let own = if app.args.demo { own.merge(demo::routes()) } else { own };
    let own = own.merge(health::routes()).layer(map_response(no_store));
    own.merge(page::routes())
        .with_state(app.clone())
        .nest("/auth", app.auth.routes())
        .nest("/token", app.auth.body_routes())
        .fallback(nothing_here)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state(app.clone(), layers::read_body))
        .layer(map_response_with_state(app.clone(), layers::security_headers))
        .layer(from_fn_with_state(app.clone(), layers::log))
}

async fn nothing_here() -> Problem {
    Problem::other(StatusCode::NOT_FOUND, "There is no such route")
}

async fn wrong_method() -> Problem {
    Problem::other(StatusCode::METHOD_NOT_ALLOWED, "The route has another method")
}

async fn no_store(mut response: Response) -> Response {
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
