//! The store on PostgreSQL does what every store must do.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::time::Duration;

use jwt_pair::UnixTime;
use jwt_pair_postgres::{PostgresOptions, PostgresStore};
use jwt_pair_store_tests::{run_all, server_or_skip, servers::PostgresServer};

#[tokio::test(flavor = "multi_thread")]
async fn the_postgres_store_conforms() {
    let server = server_or_skip!(PostgresServer);
    no_waits_for_the_disk(&server);
    let now = UnixTime::now().expect("a clock after 1970");
    run_all(|| connect(&server, PostgresOptions::new()), now).await;
}

/// The losers of races are told so by an error, and the step is repeated. The rows and users of the
/// first run are still there in the second.
#[tokio::test(flavor = "multi_thread")]
async fn it_conforms_at_any_time_and_default_isolation() {
    let server = server_or_skip!(PostgresServer);
    no_waits_for_the_disk(&server);
    let change = "ALTER ROLE test SET default_transaction_isolation = 'serializable'";
    assert_eq!(server.psql(change), "");
    for seconds in [100, 1 << 31] {
        run_all(|| connect(&server, PostgresOptions::new()), UnixTime::from_secs(seconds)).await;
    }
}

/// A schema and a table whose names need quotes, and statements that are not prepared.
#[tokio::test(flavor = "multi_thread")]
async fn it_conforms_under_other_names_and_unprepared() {
    let server = server_or_skip!(PostgresServer);
    no_waits_for_the_disk(&server);
    assert_eq!(server.psql("CREATE SCHEMA \"My \"\"Schema's\""), "");
    let options = PostgresOptions::new()
        .schema("My \"Schema's")
        .table("a jwt_pair_sessions; COLUMNS \u{1} -- \"x\"")
        .prepared_statements(false);
    let now = UnixTime::now().expect("a clock after 1970");
    run_all(|| connect(&server, options.clone()), now).await;
    assert_eq!(server.psql("SELECT to_regclass('jwt_pair_sessions') IS NULL"), "t");
}

/// Not what is tested here.
fn no_waits_for_the_disk(server: &PostgresServer) {
    assert_eq!(server.psql("ALTER ROLE test SET synchronous_commit = off"), "");
}

async fn connect(server: &PostgresServer, options: PostgresOptions) -> PostgresStore {
    let options = options.timeout(Duration::from_secs(20));
    let store = PostgresStore::connect(&server.url(), &options).expect("a good address");
    store.migrate().await.expect("it is running");
    store
}
