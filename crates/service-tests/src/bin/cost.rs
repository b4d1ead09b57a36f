//! What sessions cost over HTTP: beside the same handlers without them, and in memory.
//!
//! ```sh
//! cargo build --release -p jwt-pair-service
//! cargo run --release -p jwt-pair-service-tests --bin cost
//! ```
//!
//! The server is a second process, on loopback. Rounds alternate, and the ratio is the median of the
//! ratios of neighbours, so that a machine that slows down slows both.

use std::net::SocketAddr;
use std::process::{ExitCode, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::extract::{FromRef, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use jwt_pair::{AccessClaims, Key, KeyRing, PairIssuer, PairPolicy, UserId};
use jwt_pair_axum::{Access, Auth, AuthPolicy, Problem, User};
use jwt_pair_service_tests::http::{Connection, OF_PAGE, Pool, request};
use jwt_pair_service_tests::service::{PASSWORD, Start, hash_of, seed};
use jwt_pair_sessions::{AnyStore, Login, MemoryStore, SessionPolicy, Sessions};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::task::JoinSet;

const CONNECTIONS: usize = 16;
const ROUND: Duration = Duration::from_millis(1_500);
const ROUNDS: usize = 9;
const LOGINS: usize = 1_000;
const MOST_KIB: u64 = 40 * 1024;

#[tokio::main]
async fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some("serve") {
        serve().await;
        return ExitCode::SUCCESS;
    }
    let this = std::env::current_exe().expect("this program");
    let mut server = Command::new(this)
        .arg("serve")
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("this program");
    let mut lines = BufReader::new(server.stdout.take().expect("it is piped")).lines();
    let address = lines.next_line().await.expect("a pipe").expect("an address");
    let address = address.parse().expect("an address");
    let mut good = true;
    for (with, without, least) in
        [(Ask::Me, Ask::Bare, 0.9), (Ask::Rotate, Ask::Empty, 0.8), (Ask::Keep, Ask::Empty, 0.8)]
    {
        good &= compare(address, with, without, least).await;
    }
    drop(server);
    good &= idle().await;
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What the load asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ask {
    /// `GET /me` behind the extractor, and the same handler without it.
    Me,
    Bare,
    /// A refresh that rotates each time, one that is kept, and a `POST` that does nothing.
    Rotate,
    Keep,
    Empty,
}

async fn compare(address: SocketAddr, with: Ask, without: Ask, least: f64) -> bool {
    for ask in [with, without] {
        rate(address, ask).await;
    }
    let (mut ratios, mut rates) = (Vec::new(), [Vec::new(), Vec::new()]);
    for _ in 0..ROUNDS {
        let (a, b) = (rate(address, with).await, rate(address, without).await);
        ratios.push(a / b);
        rates[0].push(a);
        rates[1].push(b);
    }
    let [a, b] = rates.map(median);
    let ratio = median(ratios);
    let verdict = if ratio >= least { "ok" } else { "MISSED" };
    println!(
        "{with:?} {a:.0}/s, {without:?} {b:.0}/s: ratio {ratio:.2}, at least {least}: {verdict}"
    );
    ratio >= least
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// Answers in a second.
async fn rate(address: SocketAddr, ask: Ask) -> f64 {
    let mut clients = JoinSet::new();
    for _ in 0..CONNECTIONS {
        clients.spawn(client(address, ask));
    }
    clients.join_all().await.iter().sum()
}

async fn client(address: SocketAddr, ask: Ask) -> f64 {
    let mut connection = Connection::open(address).await.expect("the server");
    let prefix = if ask == Ask::Keep { "/kept" } else { "/auth" };
    let login = request("POST", &format!("{prefix}/login"), &OF_PAGE, "{}");
    let login = connection.send(&login).await.expect("an answer");
    let session_id = login.member("session_id").expect("a session").to_owned();
    let bearer = format!("Bearer {}", login.member("access_token").expect("a token"));
    let mut cookie = login.cookie.expect("a cookie");
    let body = format!("{{\"session_id\":\"{session_id}\"}}");
    let path = match ask {
        Ask::Me => "/me",
        Ask::Bare => "/bare",
        Ask::Rotate => "/auth/refresh",
        Ask::Keep => "/kept/refresh",
        Ask::Empty => "/empty",
    };
    let [with, site] = OF_PAGE;
    let (begun, mut answers) = (Instant::now(), 0_u32);
    while begun.elapsed() < ROUND {
        let text = match ask {
            Ask::Me | Ask::Bare => request("GET", path, &[("Authorization", &bearer)], ""),
            _ => request("POST", path, &[with, site, ("Cookie", &cookie)], &body),
        };
        let answer = connection.send(&text).await.expect("an answer");
        let expected = if ask == Ask::Empty { 204 } else { 200 };
        assert_eq!(answer.status, expected, "{ask:?}: {}", answer.body);
        assert_eq!(answer.cookie.is_some(), ask == Ask::Rotate, "{ask:?}");
        cookie = answer.cookie.unwrap_or(cookie);
        answers += 1;
    }
    f64::from(answers) / begun.elapsed().as_secs_f64()
}

#[derive(Clone, FromRef)]
struct App {
    auth: Auth,
    claims: Arc<AccessClaims>,
}

async fn serve() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    println!("{}", listener.local_addr().expect("an address"));
    let (rotates, keeps) = (auth(Duration::ZERO), auth(Duration::from_secs(300)));
    let user = UserId::from(1);
    let started = rotates
        .sessions()
        .start(&Login::new(user.clone(), "user"), jwt_pair::UnixTime::now().expect("a clock"))
        .await
        .expect("memory");
    let now = jwt_pair::UnixTime::now().expect("a clock");
    let token = &started.pair.access.token;
    let claims = rotates.sessions().issuer().verify_access(token, now).expect("its own");
    let kept = Router::new()
        .route("/login", post(login))
        .with_state(App { auth: keeps.clone(), claims: Arc::new(claims.clone()) })
        .merge(keeps.routes());
    let router = Router::new()
        .route("/me", get(|Access(claims): Access| async move { me(&claims) }))
        .route("/bare", get(|State(claims): State<Arc<AccessClaims>>| async move { me(&claims) }))
        .route("/empty", post(|_: Bytes| async { StatusCode::NO_CONTENT }))
        .route("/auth/login", post(login))
        .with_state(App { auth: rotates.clone(), claims: Arc::new(claims) })
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

async fn login(State(auth): State<Auth>, headers: HeaderMap) -> Result<Response, Problem> {
    let user = UserId::from(1);
    auth.login(&headers, &Login::new(user.clone(), "user")).await
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

/// The service itself, with as many sessions in memory, when nobody asks for anything.
async fn idle() -> bool {
    let folder = TempDir::new().expect("a temporary directory");
    let data = folder.path().join("data");
    let program = std::env::current_exe().expect("this program").with_file_name("jwt-pair-service");
    let start =
        Start { program, data: data.clone(), sessions: "memory".into(), arguments: Vec::new() };
    let instance = start.at("127.0.0.1:0", &folder.path().join("log"));
    let fresh = instance.resident_kib();
    let pool = Arc::new(Pool::new(instance.address));
    let body = format!("{{\"name\":\"first\",\"password\":\"{PASSWORD}\"}}");
    let answer = pool.send(&request("POST", "/auth/register", &OF_PAGE, &body)).await;
    assert_eq!(answer.expect("an answer").status, 201);
    seed(&data, LOGINS, &hash_of(&data, "first"));
    let begun = Instant::now();
    let mut clients = JoinSet::new();
    for client in 0..4 {
        let pool = Arc::clone(&pool);
        clients.spawn(async move {
            for user in (client..LOGINS).step_by(4) {
                let body = format!("{{\"name\":\"user-{user}\",\"password\":\"{PASSWORD}\"}}");
                let answer = pool.send(&request("POST", "/auth/login", &OF_PAGE, &body)).await;
                assert_eq!(answer.expect("an answer").status, 200);
            }
        });
    }
    clients.join_all().await;
    let took = begun.elapsed().as_secs_f64();
    tokio::time::sleep(Duration::from_secs(5)).await;
    let kib = instance.resident_kib();
    let verdict = if kib < MOST_KIB { "ok" } else { "MISSED" };
    println!(
        "the service: {:.1} MiB when it starts, {:.1} MiB after {LOGINS} logins in {took:.0} s, \
         less than {}: {verdict}",
        fresh as f64 / 1024.0,
        kib as f64 / 1024.0,
        MOST_KIB / 1024,
    );
    kib < MOST_KIB
}
