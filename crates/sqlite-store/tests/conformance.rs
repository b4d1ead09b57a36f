//! The store in an SQLite file does what every store must do.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use jwt_pair::UnixTime;
use jwt_pair_sqlite::{SqliteOptions, SqliteStore, Synchronous};
use jwt_pair_store_tests::run_all;

/// A store of its own for each property, and all on one file: what one leaves, the next finds.
#[tokio::test(flavor = "multi_thread")]
async fn the_sqlite_store_conforms() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("sessions.db");
    let now = UnixTime::now().expect("a clock after 1970");
    let options = SqliteOptions::new();
    run_all(|| async { SqliteStore::open(&path, &options).expect("a file") }, now).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_conforms_at_any_time() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("sessions.db");
    let options = SqliteOptions::new().synchronous(Synchronous::Normal);
    for seconds in [100, 1 << 31] {
        let now = UnixTime::from_secs(seconds);
        run_all(|| async { SqliteStore::open(&path, &options).expect("a file") }, now).await;
    }
}
