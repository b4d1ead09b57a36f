//! The store on PostgreSQL.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Pool, QueueMode, RecyclingMethod};
use jwt_pair_postgres::{PostgresOptions, PostgresStore};
use jwt_pair_sessions::SessionStore as _;
use jwt_pair_store_tests::row;
use jwt_pair_store_tests::servers::PostgresServer;
use tokio_postgres::NoTls;

use crate::rate::TASKS;
use crate::{NOW, What, bytes, one_user, rate};

/// The store's statement. It has the names of the columns from elsewhere.
const SAME: &str = include_str!("../../postgres-store/src/sql/refresh.sql");
const COLUMNS: &str = "session_id, user_id, label, started_at, generation, rotated_at,
    previous_rotated_at, expires_at, deadline, ended, ended_at";

/// Counts up and returns a row of the store's table, by its primary key.
const PLAIN: &str = "UPDATE jwt_pair_sessions SET generation = generation + 1,
    previous_rotated_at = rotated_at, rotated_at = $2, expires_at = $3
    WHERE session_id = $1 RETURNING COLUMNS";

pub(crate) async fn measure(server: &PostgresServer, what: What) {
    let options = PostgresOptions::new().timeout(Duration::from_secs(20));
    let store = PostgresStore::connect(&server.url(), &options).expect("a good address");
    store.migrate().await.expect("it is running");
    match what {
        What::Rates => rates(server, store).await,
        What::Bytes(count) => {
            let size = || {
                // Maps of free space come into being with the first vacuum: they count from the start.
                assert_eq!(server.psql("VACUUM jwt_pair_sessions"), "");
                let bytes = server.psql("SELECT pg_total_relation_size('jwt_pair_sessions')");
                bytes.parse::<f64>().expect("a number")
            };
            bytes::report("PostgreSQL", Arc::new(store), count, size).await;
        }
        What::OneUser(count) => one_user::report("PostgreSQL", Arc::new(store), count).await,
    }
}

/// Through a pool as the store has it.
async fn rates(server: &PostgresServer, store: PostgresStore) {
    let config = server.url().parse().expect("a good address");
    let fast = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = Manager::from_config(config, NoTls, fast);
    let pool = Pool::builder(manager).max_size(16).queue_mode(QueueMode::Lifo).build();
    let pool = pool.expect("it has no timeouts");
    for at in 0..TASKS {
        for name in ["same", "plain"] {
            let row = row(&format!("{name}-{at}"), &1.into(), NOW);
            assert_eq!(store.insert(&row, NOW).await, Ok(true));
        }
    }
    let now = i64::try_from(NOW.as_secs()).expect("before 2^63");
    let generations = Arc::new([(); TASKS].map(|()| AtomicI64::new(1)));
    let other = pool.clone();
    let [refresh, update] = [SAME, PLAIN].map(|sql| Arc::from(sql.replace("COLUMNS", COLUMNS)));
    let (refresh, update): (Arc<str>, Arc<str>) = (refresh, update);
    let same = move |at: usize| {
        let generation = generations[at].fetch_add(1, Ordering::Relaxed);
        let (pool, sql) = (pool.clone(), Arc::clone(&refresh));
        async move {
            let client = pool.get().await.expect("it is running");
            let refresh = client.prepare_cached(&sql).await.expect("it is running");
            let (id, label) = (format!("same-{at}"), None::<&[u8]>);
            let rows = client
                .query(
                    &refresh,
                    &[
                        &id.as_bytes(),
                        &b"i1".as_slice(),
                        &generation,
                        &now,
                        &now,
                        &0_i64,
                        &(now + 604_800),
                        &label,
                    ],
                )
                .await
                .expect("it is running");
            assert!(rows[0].get::<_, bool>("moved"));
        }
    };
    let plain = move |at: usize| {
        let (pool, sql) = (other.clone(), Arc::clone(&update));
        async move {
            let client = pool.get().await.expect("it is running");
            let update = client.prepare_cached(&sql).await.expect("it is running");
            let id = format!("plain-{at}");
            let rows = client.query(&update, &[&id.as_bytes(), &now, &(now + 604_800)]).await;
            assert_eq!(rows.expect("it is running").len(), 1);
        }
    };
    rate::report("PostgreSQL", TASKS, crate::sessions(store), same, plain).await;
}
