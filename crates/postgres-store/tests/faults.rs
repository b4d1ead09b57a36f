//! A PostgreSQL server that dies, hangs or loses answers.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::time::{Duration, Instant};

use jwt_pair::UnixTime;
use jwt_pair_postgres::{PostgresOptions, PostgresStore, PostgresStoreError};
use jwt_pair_sessions::SessionStore as _;
use jwt_pair_store_tests::servers::{PostgresServer, Proxy, Server as _};
use jwt_pair_store_tests::{faults, server_or_skip};

const TIMEOUT: Duration = Duration::from_millis(500);
/// A busy machine is late.
const BOUND: Duration = Duration::from_millis(2_000);

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_in_ten_kills() {
    let mut server = server_or_skip!(PostgresServer);
    let store = connect(server.port()).await;
    faults::kill_under_load(&mut server, store, BOUND, 10).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_hangs_is_unavailable() {
    let server = server_or_skip!(PostgresServer);
    faults::pause(&server, connect(server.port()).await, BOUND).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_given_again() {
    let server = server_or_skip!(PostgresServer);
    let proxy = Proxy::to(server.port());
    faults::lost_answer(&proxy, connect(proxy.port()).await, BOUND).await;
}

/// The errors say what is wrong, within the time, and hold no secret.
#[tokio::test(flavor = "multi_thread")]
async fn errors_say_what_is_wrong() {
    let mut server = server_or_skip!(PostgresServer);
    let now = UnixTime::from_secs(1_800_000_000);
    let store = PostgresStore::connect(&server.url(), &options()).expect("a good address");
    let error = store.load("s", now).await.expect_err("there is no table");
    assert_eq!(error, PostgresStoreError::Refused { code: "42P01".into() });
    assert!(error.to_string().contains("are the migrations missing?"), "{error}");
    store.migrate().await.expect("it is running");
    assert_eq!(store.load("s", now).await, Ok(None));

    server.pause();
    let start = Instant::now();
    let error = store.load("s", now).await.expect_err("it answers nothing");
    assert_eq!(error, PostgresStoreError::TimedOut { after: TIMEOUT });
    assert_eq!(error.to_string(), "PostgreSQL did not answer within 500ms");
    assert!(start.elapsed() >= TIMEOUT && start.elapsed() < BOUND, "{:?}", start.elapsed());
    server.resume();

    server.kill();
    let refused = PostgresStoreError::Disconnected { cause: "connection refused".into() };
    assert_eq!(store.load("s", now).await, Err(refused.clone()));
    server.restart();

    let wrong = server.url().replace(PostgresServer::PASSWORD, "wrong-secret");
    let wrong = PostgresStore::connect(&wrong, &options()).expect("a good address");
    let error = wrong.load("s", now).await.expect_err("a wrong password");
    assert_eq!(error, PostgresStoreError::Refused { code: "28P01".into() });
    let address = PostgresStore::connect("http://u:wrong-secret@h/", &options());
    assert_eq!(address.expect_err("not of PostgreSQL"), PostgresStoreError::Address);
    for text in [format!("{error:?} {error}"), format!("{store:?}"), format!("{refused:?}")] {
        assert!(!text.contains("secret") && !text.contains(PostgresServer::PASSWORD), "{text}");
        assert!(!text.contains("127.0.0.1"), "{text}");
    }
}

async fn connect(port: u16) -> PostgresStore {
    let url = PostgresServer::url_at(port);
    let store = PostgresStore::connect(&url, &options()).expect("a good address");
    store.migrate().await.expect("it is running");
    store
}

fn options() -> PostgresOptions {
    PostgresOptions::new().timeout(TIMEOUT)
}
