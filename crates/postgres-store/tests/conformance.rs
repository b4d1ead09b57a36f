//! The store on PostgreSQL does what every store must do.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use jwt_pair::UnixTime;
use jwt_pair_postgres::{PostgresOptions, PostgresStore};
use jwt_pair_store_tests::{run_all, server_or_skip, servers::PostgresServer};

#[tokio::test(flavor = "multi_thread")]
async fn the_postgres_store_conforms() {
    let server = server_or_skip!(PostgresServer);
    let now = UnixTime::now().expect("a clock after 1970");
    run_all(|| connect(&server), now).await;
    // Rows and users of the first run are still there.
    run_all(|| connect(&server), now).await;
}

/// The statements bring the level of isolation that they need.
#[tokio::test(flavor = "multi_thread")]
async fn it_conforms_at_any_time_and_default_isolation() {
    let server = server_or_skip!(PostgresServer);
    let change = "ALTER ROLE test SET default_transaction_isolation = 'serializable'";
    assert_eq!(server.psql(change), "");
    for seconds in [100, 1 << 31] {
        run_all(|| connect(&server), UnixTime::from_secs(seconds)).await;
    }
}

async fn connect(server: &PostgresServer) -> PostgresStore {
    let options = PostgresOptions::new().timeout(std::time::Duration::from_secs(20));
    let store = PostgresStore::connect(&server.url(), &options).expect("a good address");
    store.migrate().await.expect("it is running");
    store
}
