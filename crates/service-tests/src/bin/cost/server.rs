//! The server: each route beside the same one without sessions.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{FromRef, Request, State};
use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use jwt_pair::{AccessClaims, Identity, Key, KeyRing, PairIssuer, PairPolicy, UnixTime, UserId};
use jwt_pair_axum::{Access, Auth, AuthPolicy, COOKIE_NAME, Problem, User};
use jwt_pair_sessions::{AnyStore, Login, MemoryStore, SessionPolicy, Sessions};
use serde_json::{Value, json};
use tokio::net::TcpListener;

#[derive(Clone, FromRef)]
struct App {
    auth: Auth,
    claims: Arc<AccessClaims>,
}

pub async fn serve() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    println!("{}", listener.local_addr().expect("an address"));
    let (rotates, keeps) = (auth(Duration::ZERO), auth(Duration::from_secs(300)));
    let claims = Arc::new(claims_of(&rotates).await);
    let kept = Router::new()
        .route("/login", post(login))
        .with_state(App { auth: keeps.clone(), claims: Arc::clone(&claims) })
        .merge(keeps.routes());
    let router = Router::new()
        .route("/me", get(|Access(claims): Access| async move { me(&claims) }))
        .route("/bare", get(|State(claims): State<Arc<AccessClaims>>| async move { me(&claims) }))
        .route("/empty", post(|_: Bytes| async { StatusCode::NO_CONTENT }))
        .route("/tokens/me", get(token_of_me))
        .route("/tokens/rotate", post(tokens_of_rotate))
        .route("/tokens/keep", post(tokens_of_keep))
        .route("/auth/login", post(login))
        .with_state(App { auth: rotates.clone(), claims })
        .nest("/auth", rotates.routes())
        .nest("/kept", kept);
    axum::serve(listener, router).await.expect("it serves until it is killed");
}

/// The same handler for both.
fn me(claims: &AccessClaims) -> Json<Value> {
    Json(json!({
        "user_id": claims.user_id,
        "user_type": claims.user_type,
        "session_id": claims.session_id,
        "iat": claims.iat,
        "exp": claims.exp,
    }))
}

async fn token_of_me(State(auth): State<Auth>, request: Request) -> Json<Value> {
    let header = request.headers().get(AUTHORIZATION).and_then(|header| header.to_str().ok());
    let token = header.and_then(|header| header.strip_prefix("Bearer ")).expect("a token");
    let now = UnixTime::now().expect("a clock");
    me(&auth.sessions().issuer().verify_access(token, now).expect("its own"))
}

async fn tokens_of_rotate(State(auth): State<Auth>, headers: HeaderMap, _: Bytes) -> StatusCode {
    tokens(&auth, &headers, 2)
}

async fn tokens_of_keep(State(auth): State<Auth>, headers: HeaderMap, _: Bytes) -> StatusCode {
    tokens(&auth, &headers, 1)
}

/// Verifies the token of the cookie and signs new ones. No session is asked.
fn tokens(auth: &Auth, headers: &HeaderMap, signed: usize) -> StatusCode {
    let (sessions, now) = (auth.sessions(), UnixTime::now().expect("a clock"));
    let cookie = headers.get(COOKIE).and_then(|cookie| cookie.to_str().ok());
    let token = cookie.and_then(|cookie| cookie.strip_prefix(COOKIE_NAME)?.strip_prefix('='));
    let shown = sessions.issuer().verify_refresh(token.expect("a token"), now).expect("its own");
    let identity = Identity::new(shown.user_id, "user", &shown.session_id);
    let issuer = sessions.issuer();
    match signed {
        1 => drop(black_box(issuer.issue_access(&identity, now).expect("it fits"))),
        _ => drop(black_box(issuer.issue(&identity, now).expect("it fits"))),
    }
    StatusCode::NO_CONTENT
}

async fn login(State(auth): State<Auth>, headers: HeaderMap) -> Result<Response, Problem> {
    auth.login(&headers, &Login::new(UserId::from(1), "user")).await
}

/// The claims of an access token of a session.
async fn claims_of(auth: &Auth) -> AccessClaims {
    let now = UnixTime::now().expect("a clock");
    let login = Login::new(UserId::from(1), "user");
    let started = auth.sessions().start(&login, now).await.expect("memory");
    let token = &started.pair.access.token;
    auth.sessions().issuer().verify_access(token, now).expect("its own")
}

/// Sessions in memory. Without a window each refresh rotates; with one each is kept.
fn auth(window: Duration) -> Auth {
    let key = |byte: u8| KeyRing::with_kid("k1", Key::new(&[byte; 32]).expect("32 bytes"));
    let issuer =
        PairIssuer::with_refresh_keys(key(1), key(2), PairPolicy::new()).expect("two keys");
    let policy = SessionPolicy::new().window(window);
    let sessions =
        Sessions::new(issuer, AnyStore::new(MemoryStore::new()), policy).expect("it fits");
    Auth::new(sessions, AuthPolicy::new(), |_| async { Ok(Some(User::new("user"))) })
}
