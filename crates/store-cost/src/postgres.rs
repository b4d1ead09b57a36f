//! The store on PostgreSQL.

use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Pool, QueueMode, RecyclingMethod};
use jwt_pair_postgres::{PostgresOptions, PostgresStore};
use jwt_pair_store_tests::servers::PostgresServer;
use tokio_postgres::NoTls;

use crate::bytes::{Bytes, fill, rotate};
use crate::rate::{Rate, compare};

/// A table of the same row, by its primary key, and a statement that counts up and returns the row,
/// through a pool as the store has it.
const TABLE: &str = "CREATE TABLE bare (
        started_at bigint NOT NULL, generation bigint NOT NULL, rotated_at bigint NOT NULL,
        expires_at bigint NOT NULL, deadline bigint NOT NULL, revoked boolean NOT NULL,
        session_id bytea PRIMARY KEY, user_id bytea NOT NULL, label bytea NOT NULL
    ) WITH (fillfactor = 80);
    INSERT INTO bare SELECT 1, 1, 1, 1, 1, false, n::text::bytea, 'i1', ''
    FROM generate_series(0, 99) AS n";
const BARE: &str = "UPDATE bare SET generation = generation + 1, rotated_at = $2, expires_at = $3
    WHERE session_id = $1
    RETURNING session_id, user_id, label, started_at, generation, rotated_at, expires_at, deadline,
              revoked";

pub(crate) async fn rate(server: &PostgresServer) -> Rate {
    assert_eq!(server.psql(TABLE), "");
    let config = server.url().parse().expect("a good address");
    let fast = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = Manager::from_config(config, NoTls, fast);
    let pool = Pool::builder(manager).max_size(16).queue_mode(QueueMode::Lifo).build();
    let pool = pool.expect("it has no timeouts");
    compare(crate::sessions(connect(server).await), move |at| {
        let pool = pool.clone();
        async move {
            let client = pool.get().await.expect("it is running");
            let update = client.prepare_cached(BARE).await.expect("it is running");
            let id = at.to_string();
            client.query(&update, &[&id.as_bytes(), &1_i64, &2_i64]).await.expect("it is running");
        }
    })
    .await
}

pub(crate) async fn bytes(server: &PostgresServer, count: usize) -> Bytes {
    let store: &'static PostgresStore = Box::leak(Box::new(connect(server).await));
    let size = || {
        // Maps of free space come into being with the first vacuum: they count from the start.
        assert_eq!(server.psql("VACUUM jwt_pair_sessions"), "");
        let bytes = server.psql("SELECT pg_total_relation_size('jwt_pair_sessions')");
        bytes.parse::<f64>().expect("a number")
    };
    let before = size();
    fill(store, count).await;
    let per_session = (size() - before) / count as f64;
    rotate(store).await;
    Bytes { per_session, after: (size() - before) / count as f64 }
}

async fn connect(server: &PostgresServer) -> PostgresStore {
    let options = PostgresOptions::new().timeout(Duration::from_secs(20));
    let store = PostgresStore::connect(&server.url(), &options).expect("a good address");
    store.migrate().await.expect("it is running");
    store
}
