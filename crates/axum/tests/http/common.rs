//! A service around the routers, with a clock and a store that obey the test.

use std::convert::Infallible;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, COOKIE, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{BoxError, Json, Router};
use http_body_util::BodyExt as _;
use jwt_pair::serde_json::{self, Value, json};
use jwt_pair::{Key, PairIssuer, PairPolicy, PrivateClaims, RefreshClaims, UnixTime};
use jwt_pair_axum::{Access, Auth, AuthPolicy, COOKIE_NAME, CheckedAccess, Problem, Rights, User};
use jwt_pair_sessions::{
    AnyStore, End, EndUser, EventKind, List, Login, MemoryStore, Page, Refresh, Session,
    SessionPolicy, SessionStore, Sessions, StoreError, StoreFault, Verdict,
};
use tower::ServiceExt as _;

pub(crate) const ORIGIN_OF_PAGE: &str = "https://app.example";
pub(crate) const ACCESS_SECRET: &[u8] = b"the access secret of these tests";
pub(crate) const REFRESH_SECRET: &[u8] = b"the refresh secret of these tests";
/// Beyond the window, so that a refresh rotates.
pub(crate) const LATER: u64 = 600;
pub(crate) const DAY: u64 = 24 * 60 * 60;
pub(crate) const WEEK: u64 = 7 * DAY;

/// A store in memory that is away when it is told to be.
#[derive(Clone, Default)]
pub(crate) struct Store {
    inner: Arc<MemoryStore>,
    away: Arc<Mutex<&'static [Step]>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Insert,
    Refresh,
    Load,
    End,
    EndUser,
    List,
}

pub(crate) const ALL_STEPS: &[Step] =
    &[Step::Insert, Step::Refresh, Step::Load, Step::End, Step::EndUser, Step::List];

/// What the log may say and a body may not.
pub(crate) const FOR_THE_LOG: &str = "for-the-log-alone";

#[derive(Debug)]
pub(crate) enum Away {
    ForNow,
    /// The name of a session has a NUL, as PostgreSQL refuses it.
    ForGood,
}

impl fmt::Display for Away {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(FOR_THE_LOG)
    }
}

impl std::error::Error for Away {}

impl StoreError for Away {
    fn fault(&self) -> StoreFault {
        match self {
            Self::ForNow => StoreFault::Unavailable,
            Self::ForGood => StoreFault::Refused,
        }
    }
}

impl From<Infallible> for Away {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl Store {
    fn ask(&self, step: Step) -> Result<(), Away> {
        if self.away.lock().unwrap().contains(&step) { Err(Away::ForNow) } else { Ok(()) }
    }
}

impl SessionStore for Store {
    type Error = Away;

    async fn insert(&self, session: &Session, now: UnixTime) -> Result<bool, Away> {
        self.ask(Step::Insert)?;
        Ok(self.inner.insert(session, now).await?)
    }

    async fn refresh(&self, step: &Refresh<'_>) -> Result<Verdict, Away> {
        self.ask(Step::Refresh)?;
        Ok(self.inner.refresh(step).await?)
    }

    async fn load(&self, session_id: &str) -> Result<Option<Session>, Away> {
        self.ask(Step::Load)?;
        Ok(self.inner.load(session_id).await?)
    }

    async fn end(&self, end: &End<'_>) -> Result<bool, Away> {
        self.ask(Step::End)?;
        if end.session_id.contains('\0') {
            return Err(Away::ForGood);
        }
        Ok(self.inner.end(end).await?)
    }

    async fn end_user(&self, end: &EndUser<'_>) -> Result<u64, Away> {
        self.ask(Step::EndUser)?;
        Ok(self.inner.end_user(end).await?)
    }

    async fn list(&self, list: &List<'_>) -> Result<Page, Away> {
        self.ask(Step::List)?;
        Ok(self.inner.list(list).await?)
    }

    async fn purge(&self, now: UnixTime) -> Result<u64, Away> {
        Ok(self.inner.purge(now).await?)
    }
}

/// What the look-up of a user says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum LookUp {
    IsThere,
    IsGone,
    Fails,
    /// More than an access token can carry.
    SaysTooMuch,
}

pub(crate) struct World {
    pub(crate) auth: Auth,
    pub(crate) app: Router,
    pub(crate) store: Store,
    pub(crate) events: Arc<Mutex<Vec<EventKind>>>,
    look_up: Arc<Mutex<LookUp>>,
    clock: Arc<AtomicU64>,
}

/// What a browser holds after a login.
#[derive(Clone)]
pub(crate) struct Browser {
    pub(crate) refresh: String,
    pub(crate) access: String,
    pub(crate) session_id: String,
}

pub(crate) fn issuer() -> PairIssuer {
    let [access, refresh] =
        [ACCESS_SECRET, REFRESH_SECRET].map(|secret| Key::new(secret).unwrap().into());
    PairIssuer::with_refresh_keys(access, refresh, PairPolicy::new()).unwrap()
}

pub(crate) fn policy() -> AuthPolicy {
    AuthPolicy::new().origins([ORIGIN_OF_PAGE, "https://admin.app.example:8443"]).unwrap()
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(policy(), SessionPolicy::new())
    }

    pub(crate) fn with(policy: AuthPolicy, session_policy: SessionPolicy) -> Self {
        let (store, clock) = (Store::default(), Arc::new(AtomicU64::new(1_000_000)));
        let (events, look_up) =
            (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(LookUp::IsThere)));
        let (hook, answer, time) = (Arc::clone(&events), Arc::clone(&look_up), Arc::clone(&clock));
        let sessions =
            Sessions::new(issuer(), AnyStore::new(store.clone()), session_policy).unwrap();
        let sessions = sessions.on_event(move |event| hook.lock().unwrap().push(event.kind));
        let policy = policy.clock(move || Ok(UnixTime::from_secs(time.load(Ordering::SeqCst))));
        let auth = Auth::new(sessions, policy, move |_: RefreshClaims| {
            let answer = *answer.lock().unwrap();
            async move {
                match answer {
                    LookUp::IsThere => Ok(Some(User::new("customer").access_claims(own_claims()))),
                    LookUp::IsGone => Ok(None),
                    LookUp::SaysTooMuch => Ok(Some(User::new("x".repeat(9_000)))),
                    LookUp::Fails => Err(BoxError::from(FOR_THE_LOG)),
                }
            }
        });
        Self { app: app(&auth), auth, store, events, look_up, clock }
    }

    pub(crate) fn pass(&self, seconds: u64) {
        self.clock.fetch_add(seconds, Ordering::SeqCst);
    }

    pub(crate) fn pass_back(&self, seconds: u64) {
        self.clock.fetch_sub(seconds, Ordering::SeqCst);
    }

    pub(crate) fn store_is_away(&self, steps: &'static [Step]) {
        *self.store.away.lock().unwrap() = steps;
    }

    pub(crate) fn look_up_says(&self, answer: LookUp) {
        *self.look_up.lock().unwrap() = answer;
    }

    pub(crate) async fn send(&self, request: Ask) -> Answer {
        let response = self.app.clone().oneshot(request.0).await.unwrap();
        Answer::of(response).await
    }

    pub(crate) async fn log_in(&self, user: i64) -> Browser {
        self.log_in_from(page(Method::POST, "/login"), user).await
    }

    pub(crate) async fn log_in_from(&self, request: Ask, user: i64) -> Browser {
        let answer = self.send(request.json(&json!({ "user": user }))).await;
        answer.assert_status(StatusCode::OK);
        Browser {
            refresh: answer.cookie().unwrap(),
            access: answer.text("access_token").to_owned(),
            session_id: answer.text("session_id").to_owned(),
        }
    }

    pub(crate) async fn refresh(&self, token: &str) -> Answer {
        self.send(page(Method::POST, "/auth/refresh").cookie(token)).await
    }

    pub(crate) async fn logout(&self, token: &str) -> Answer {
        self.send(page(Method::POST, "/auth/logout").cookie(token)).await
    }

    /// The sessions of the user of the access token.
    pub(crate) async fn session_ids(&self, access: &str) -> Vec<String> {
        let list = self.send(ask(Method::GET, "/auth/sessions").bearer(access)).await;
        let rows = list.body()["sessions"].as_array().unwrap().clone();
        rows.iter().map(|row| row["session_id"].as_str().unwrap().to_owned()).collect()
    }

    /// Whether the session of the access token stands.
    pub(crate) async fn stands(&self, browser: &Browser) -> bool {
        let answer = self.send(ask(Method::GET, "/checked").bearer(&browser.access)).await;
        match answer.status {
            StatusCode::OK => true,
            StatusCode::UNAUTHORIZED => false,
            other => panic!("{other}"),
        }
    }
}

fn own_claims() -> PrivateClaims {
    PrivateClaims::new(&json!({ "tenant": 7, "scopes": ["read", "write"] })).unwrap()
}

/// A login is the service's: here every password is right.
async fn login(
    State(auth): State<Auth>,
    headers: HeaderMap,
    body: String,
) -> Result<Response, Problem> {
    let claims = own_claims();
    auth.login(&headers, &login_of(user_of(&body), &claims)).await
}

async fn login_of_app(
    State(auth): State<Auth>,
    headers: HeaderMap,
    body: String,
) -> Result<Response, Problem> {
    let claims = own_claims();
    auth.login_for_body(&headers, &login_of(user_of(&body), &claims)).await
}

fn login_of(user: i64, claims: &PrivateClaims) -> Login<'_> {
    Login::new(user, "customer").label("Firefox on Linux").access_claims(claims)
}

fn user_of(body: &str) -> i64 {
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    body.get("user").and_then(Value::as_i64).unwrap_or(123)
}

fn app(auth: &Auth) -> Router {
    let of = |rights: Rights| {
        Router::new().route("/", get(async || "in")).route_layer(auth.guard().rights(rights))
    };
    Router::new()
        .route("/login", post(login))
        .route("/app-login", post(login_of_app))
        .route("/me", get(async |Access(claims): Access| Json(claims)))
        .route(
            "/maybe",
            get(async |access: Option<Access>| {
                access.map_or("nobody".to_owned(), |Access(claims)| claims.user_id.to_string())
            }),
        )
        .route("/checked", get(async |CheckedAccess(claims): CheckedAccess| Json(claims)))
        .layer(auth.cors())
        .nest("/customer", of(Rights::new().user_type("admin").user_type("customer")))
        .nest("/admin", of(Rights::new().user_type("admin")))
        .nest("/tenant7", of(Rights::new().claim("tenant", 7)))
        .nest("/tenant8", of(Rights::new().user_type("customer").claim("tenant", 8)))
        .nest("/writers", of(Rights::new().claim("scopes", "write")))
        .nest("/deleters", of(Rights::new().claim("scopes", "delete")))
        .nest("/auth", auth.routes())
        .nest("/token", auth.body_routes())
        .with_state(auth.clone())
}

/// A request that is built up.
pub(crate) struct Ask(pub(crate) Request<Body>);

/// A request without any header.
pub(crate) fn ask(method: Method, path: &str) -> Ask {
    Ask(Request::builder().method(method).uri(path).body(Body::empty()).unwrap())
}

/// A request as a page of the list sends it.
pub(crate) fn page(method: Method, path: &str) -> Ask {
    ask(method, path)
        .header("x-requested-with", "jwt-pair")
        .header(ORIGIN.as_str(), ORIGIN_OF_PAGE)
        .header("sec-fetch-site", "same-origin")
}

impl Ask {
    /// One header more.
    pub(crate) fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let name: axum::http::HeaderName = name.parse().unwrap();
        let value = axum::http::HeaderValue::from_bytes(value.as_ref()).unwrap();
        self.0.headers_mut().append(name, value);
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.0.headers_mut().remove(name);
        self
    }

    pub(crate) fn cookie(self, token: &str) -> Self {
        self.header(COOKIE.as_str(), format!("{COOKIE_NAME}={token}"))
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header(AUTHORIZATION.as_str(), format!("Bearer {token}"))
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.header(CONTENT_TYPE.as_str(), "application/json").body(body.to_string())
    }

    pub(crate) fn body(mut self, body: impl Into<Body>) -> Self {
        *self.0.body_mut() = body.into();
        self
    }
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
    pub(crate) problem: Option<Problem>,
}

impl Answer {
    pub(crate) async fn of(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        Self {
            status: parts.status,
            headers: parts.headers,
            bytes: body.collect().await.unwrap().to_bytes().to_vec(),
            problem: parts.extensions.get().cloned(),
        }
    }

    pub(crate) fn body(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_default()
    }

    #[track_caller]
    pub(crate) fn text(&self, member: &str) -> String {
        self.body()[member].as_str().unwrap().to_owned()
    }

    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut all = self.headers.get_all(name).iter();
        let first = all.next().map(|value| value.to_str().unwrap());
        assert_eq!(all.next(), None, "{name} is there twice");
        first
    }

    /// The token that `Set-Cookie` carries; empty if it clears the cookie.
    #[track_caller]
    pub(crate) fn cookie(&self) -> Option<String> {
        let text = self.header(SET_COOKIE.as_str())?;
        let (pair, _) = text.split_once(';').unwrap();
        Some(pair.split_once('=').unwrap().1.to_owned())
    }

    #[track_caller]
    pub(crate) fn assert_status(&self, status: StatusCode) {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.bytes));
    }

    /// A refusal: the status, `error`, `reason` and the challenge. It never touches the cookie.
    #[track_caller]
    pub(crate) fn assert_problem(
        &self,
        status: u16,
        error: Option<&str>,
        reason: Option<&str>,
        challenge: Option<&str>,
    ) {
        let body = self.body();
        assert_eq!(self.status.as_u16(), status, "{body}");
        assert_eq!(body["status"].as_u64(), Some(status.into()), "{body}");
        assert_eq!(body["error"].as_str(), error, "{body}");
        assert_eq!(body["reason"].as_str(), reason, "{body}");
        assert_eq!(self.header("www-authenticate"), challenge);
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        assert_eq!(self.header(CACHE_CONTROL.as_str()), Some("no-store"));
        assert_eq!(self.cookie(), None);
        assert_eq!(self.problem.as_ref().unwrap().status(), self.status);
    }

    #[track_caller]
    pub(crate) fn assert_no_credentials(&self) {
        self.assert_problem(401, None, None, Some("Bearer"));
    }

    #[track_caller]
    pub(crate) fn assert_invalid(&self, reason: Option<&str>) {
        let challenge = r#"Bearer error="invalid_token", error_description="Invalid token""#;
        self.assert_problem(401, Some("invalid_token"), reason, Some(challenge));
        assert_eq!(self.text("detail"), "Invalid token");
    }

    #[track_caller]
    pub(crate) fn assert_expired(&self, reason: Option<&str>) {
        let challenge = r#"Bearer error="invalid_token", error_description="Token has expired""#;
        self.assert_problem(401, Some("invalid_token"), reason, Some(challenge));
        assert_eq!(self.text("detail"), "Token has expired");
    }

    #[track_caller]
    pub(crate) fn assert_cross_site(&self) {
        self.assert_problem(403, Some("cross_site"), None, None);
    }

    #[track_caller]
    pub(crate) fn assert_unavailable(&self) {
        self.assert_problem(503, None, None, None);
        assert_eq!(self.header("retry-after"), Some("1"));
        assert_eq!(self.text("detail"), "Try again");
    }
}
