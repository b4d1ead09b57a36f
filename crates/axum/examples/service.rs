//! A complete service: login, refresh, logout, a list of devices, and two routes of its own.

use std::error::Error;

use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use jwt_pair::{AccessClaims, Key, PairIssuer, PairPolicy, RefreshClaims};
use jwt_pair_axum::{Access, Auth, AuthPolicy, Problem, Rights, User};
use jwt_pair_sessions::{AnyStore, Login, MemoryStore, SessionPolicy, Sessions};
use serde::Deserialize;

#[derive(Deserialize)]
struct Credentials {
    name: String,
    password: String,
}

/// The login is yours: find the user, and verify the password with argon2.
async fn login(
    State(auth): State<Auth>,
    headers: HeaderMap,
    shown: Result<Json<Credentials>, JsonRejection>,
) -> Result<Response, Problem> {
    auth.check_csrf(&headers)?;
    let Json(shown) = shown.map_err(|error| Problem::other(error.status(), "This is no login"))?;
    if (shown.name.as_str(), shown.password.as_str()) != ("ann", "correct horse") {
        return Err(Problem::other(StatusCode::FORBIDDEN, "Wrong name or password"));
    }
    auth.login(&headers, &Login::new("ann", "customer").label("Firefox on Linux")).await
}

async fn me(Access(claims): Access) -> Json<AccessClaims> {
    Json(claims)
}

pub(crate) fn app(access_secret: &[u8], refresh_secret: &[u8]) -> Result<Router, Box<dyn Error>> {
    let (access, refresh) = (Key::new(access_secret)?, Key::new(refresh_secret)?);
    let issuer = PairIssuer::with_refresh_keys(access.into(), refresh.into(), PairPolicy::new())?;
    let store = AnyStore::new(MemoryStore::new()); // or Redis, PostgreSQL, SQLite
    let sessions = Sessions::new(issuer, store, SessionPolicy::new())?
        .on_event(|event| println!("{:?}", event.kind)); // your metrics and alarms
    let policy = AuthPolicy::new().origins(["http://localhost:3000"])?;
    // At each refresh: what the user is today, or None if the user may not go on.
    let auth = Auth::new(sessions, policy, async |user: RefreshClaims| {
        Ok((user.user_id.as_str() == Some("ann")).then(|| User::new("customer")))
    });
    let admins = auth.guard().checked().rights(Rights::new().user_type("admin"));
    Ok(Router::new()
        .route("/admin", get(async || "the admins' page"))
        .route_layer(admins)
        .route("/login", post(login).layer(auth.cors()))
        .route("/me", get(me))
        .nest("/auth", auth.routes())
        .with_state(auth))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let [access, refresh] = ["ACCESS_SECRET", "REFRESH_SECRET"].map(std::env::var);
    let app = app(access?.as_bytes(), refresh?.as_bytes())?;
    let listener = tokio::net::TcpListener::bind("localhost:3000").await?;
    Ok(axum::serve(listener, app).await?)
}
