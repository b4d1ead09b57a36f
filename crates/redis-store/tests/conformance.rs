//! The store on Redis does what every store must do.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::sync::atomic::{AtomicUsize, Ordering};

use jwt_pair::UnixTime;
use jwt_pair_redis::{RedisOptions, RedisStore};
use jwt_pair_store_tests::{Purger, run_all_of, server_or_skip, servers::RedisServer};

#[tokio::test(flavor = "multi_thread")]
async fn the_redis_store_conforms() {
    let server = server_or_skip!(RedisServer);
    let now = UnixTime::now().expect("a clock after 1970");
    run_all_of(Purger::Server, || connect(&server), now).await;
    // Rows and users of the first run are still there.
    run_all_of(Purger::Server, || connect(&server), now).await;
}

/// The server's clock says nothing about the time.
#[tokio::test(flavor = "multi_thread")]
async fn it_conforms_at_any_time() {
    let server = server_or_skip!(RedisServer);
    for seconds in [100, 1 << 31] {
        run_all_of(Purger::Server, || connect(&server), UnixTime::from_secs(seconds)).await;
    }
}

async fn connect(server: &RedisServer) -> RedisStore {
    static PREFIX: AtomicUsize = AtomicUsize::new(0);
    let prefix = format!("test-{}", PREFIX.fetch_add(1, Ordering::Relaxed));
    let options = RedisOptions::new().prefix(&prefix).timeout(std::time::Duration::from_secs(20));
    RedisStore::connect(&server.url(), options).await.expect("it is running")
}
