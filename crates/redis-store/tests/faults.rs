//! A Redis server that dies, hangs or loses answers.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::time::{Duration, Instant};

use jwt_pair_redis::{RedisOptions, RedisStore, RedisStoreError};
use jwt_pair_sessions::SessionStore as _;
use jwt_pair_store_tests::servers::{Proxy, RedisServer, Server as _};
use jwt_pair_store_tests::{faults, server_or_skip};

/// Long enough for what must succeed on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(2);
const BOUND: Duration = Duration::from_secs(8);
/// For what must fail.
const SHORT: Duration = Duration::from_millis(500);

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_in_ten_kills() {
    let mut server = server_or_skip!(RedisServer);
    let store = connect(server.port()).await;
    faults::kill_under_load(&mut server, store, BOUND, 10).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_hangs_is_unavailable() {
    let server = server_or_skip!(RedisServer);
    faults::pause(&server, connect(server.port()).await, BOUND).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_given_again() {
    let server = server_or_skip!(RedisServer);
    let proxy = Proxy::to(server.port());
    faults::lost_answer(&proxy, connect(proxy.port()).await, BOUND).await;
}

/// The errors say what is wrong, within the time, and hold no secret.
#[tokio::test(flavor = "multi_thread")]
async fn errors_say_what_is_wrong() {
    let mut server = server_or_skip!(RedisServer);
    let url = server.url();
    let store = loop {
        // A busy machine may need longer than the time that is measured below.
        if let Ok(store) = RedisStore::connect(&url, options().timeout(SHORT)).await {
            break store;
        }
    };
    server.pause();
    let start = Instant::now();
    let error = store.load("s").await.expect_err("it answers nothing");
    assert_eq!(error, RedisStoreError::TimedOut { after: SHORT });
    assert_eq!(error.to_string(), "Redis did not answer within 500ms");
    assert!(start.elapsed() >= SHORT && start.elapsed() < BOUND, "{:?}", start.elapsed());
    server.resume();

    server.kill();
    let mut error = store.load("s").await.expect_err("it is down");
    while error == (RedisStoreError::Disconnected { cause: "the connection was lost".into() }) {
        error = store.load("s").await.expect_err("it is down");
    }
    let refused = RedisStoreError::Disconnected { cause: "connection refused".into() };
    assert_eq!(error, refused);
    let connect = RedisStore::connect(&url, options()).await;
    assert_eq!(connect.expect_err("it is down"), refused);
    server.restart();

    let wrong = url.replace(RedisServer::PASSWORD, "wrong-secret");
    let wrong = RedisStore::connect(&wrong, options()).await.expect_err("a wrong password");
    let none = format!("redis://127.0.0.1:{}/", server.port());
    let none = RedisStore::connect(&none, options()).await.expect_err("no password");
    assert_eq!(none, RedisStoreError::Server { code: "NOAUTH".into() });
    let address = RedisStore::connect("http://u:wrong-secret@h/", options()).await;
    assert_eq!(address.expect_err("not of Redis"), RedisStoreError::Address);
    for text in [format!("{wrong:?} {wrong}"), format!("{store:?}"), format!("{refused:?}")] {
        assert!(!text.contains("secret") && !text.contains(RedisServer::PASSWORD), "{text}");
        assert!(!text.contains("127.0.0.1"), "{text}");
    }
}

async fn connect(port: u16) -> RedisStore {
    let url = RedisServer::url_at(port);
    RedisStore::connect(&url, options()).await.expect("it is running")
}

fn options() -> RedisOptions {
    RedisOptions::new().timeout(TIMEOUT)
}
