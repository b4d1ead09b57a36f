//! Clients and connections of the application's own.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jwt_pair_redis::redis::Client;
use jwt_pair_redis::{RedisOptions, RedisStore};
use jwt_pair_sessions::SessionStore as _;
use jwt_pair_store_tests::servers::{RedisServer, Server as _};
use jwt_pair_store_tests::{row, server_or_skip};

use crate::common::{NOW, wait_until};

#[tokio::test(flavor = "multi_thread")]
async fn the_application_makes_the_connections() {
    let mut server = server_or_skip!(RedisServer);
    let options = RedisOptions::new().timeout(Duration::from_secs(10));
    let client = Client::open(server.url()).expect("a good address");
    let of_client = RedisStore::with_client(client.clone(), options.clone()).await;
    let of_client = of_client.expect("it is running");
    let made = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&made);
    let connect = move || {
        count.fetch_add(1, Ordering::SeqCst);
        let client = client.clone();
        async move { client.get_multiplexed_async_connection().await }
    };
    let own = RedisStore::with_connections(connect, options).await.expect("it is running");
    let session = row("s", &"u".into(), NOW);
    assert_eq!(own.insert(&session, NOW).await, Ok(true));
    assert_eq!(of_client.load("s").await, Ok(Some(session.clone())));
    assert_eq!(made.load(Ordering::SeqCst), 1, "all steps share one");

    server.kill();
    server.restart();
    let mut found = own.load("s").await;
    for _ in 0..50 {
        if found.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        found = own.load("s").await;
    }
    assert_eq!(found, Ok(Some(session)));
    wait_until("a second connection was made", || made.load(Ordering::SeqCst) >= 2);
}
