//! The store and its server: what a step costs, what goes wrong, and who else is there.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod ending;
mod faults;
mod migrations;
mod operations;
mod refresh;
mod rows;

use std::time::Duration;

use jwt_pair::UnixTime;
use jwt_pair_postgres::{PostgresOptions, PostgresStore};
use jwt_pair_sessions::{Refresh, Session, ShownToken};
use jwt_pair_store_tests::servers::PostgresServer;

const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);
const WINDOW: Duration = Duration::from_secs(300);

fn at(seconds: u64) -> UnixTime {
    UnixTime::from_secs(NOW.as_secs() + seconds)
}

/// Patient, so that a busy machine fails no test.
fn options() -> PostgresOptions {
    PostgresOptions::new().timeout(Duration::from_secs(30))
}

fn store(port: u16, options: &PostgresOptions) -> PostgresStore {
    PostgresStore::connect(&PostgresServer::url_at(port), options).expect("a good address")
}

/// A store with one connection, whose table is there.
async fn migrated(port: u16) -> PostgresStore {
    let store = store(port, &options().max_connections(1));
    store.migrate().await.expect("it is running");
    store
}

/// A step with the current token of a row.
fn step(row: &Session, now: UnixTime) -> Refresh<'_> {
    let (generation, iat) = (row.generation, row.rotated_at);
    let token = ShownToken { user_id: &row.user_id, generation, iat };
    let expires_at = UnixTime::from_secs(now.as_secs() + 1_000);
    Refresh { session_id: &row.session_id, token, now, window: WINDOW, expires_at, label: None }
}
