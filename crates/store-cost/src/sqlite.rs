//! The store in an SQLite file.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use jwt_pair_sessions::SessionStore as _;
use jwt_pair_sqlite::{SqliteOptions, SqliteStore};
use jwt_pair_store_tests::row;
use rusqlite::{Connection, params};

use crate::rate::TASKS;
use crate::{NOW, What, bytes, one_user, rate};

const LOAD: &str = "SELECT * FROM sessions WHERE session_id = ?1";
const ROTATE: &str = "UPDATE sessions SET generation = generation + 1, rotated_at = ?2, \
    previous_rotated_at = ?3, expires_at = ?4, label = ?5 WHERE session_id = ?1";
const PLAIN: &str = "UPDATE sessions SET generation = generation + 1, \
    previous_rotated_at = rotated_at, rotated_at = ?2, expires_at = ?3 \
    WHERE session_id = ?1 RETURNING *";

pub(crate) async fn measure(what: What) {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let path = folder.path().join("sessions.db");
    let store = || SqliteStore::open(&path, &SqliteOptions::new()).expect("a new file");
    match what {
        What::Rates => {
            for tasks in [1, TASKS] {
                rates(store(), &path, tasks).await;
            }
        }
        What::Bytes(count) => {
            let size = || {
                let other = Connection::open(&path).expect("it is there");
                let log = "PRAGMA wal_checkpoint(TRUNCATE)";
                other.query_row(log, [], |_| Ok(())).expect("nobody writes");
                std::fs::metadata(&path).expect("it is there").len() as f64
            };
            bytes::report("SQLite", Arc::new(store()), count, size).await;
        }
        What::OneUser(count) => one_user::report("SQLite", Arc::new(store()), count).await,
    }
}

/// One connection that all tasks share, as a service would have it that writes each step at once.
async fn rates(store: SqliteStore, path: &Path, tasks: usize) {
    for at in 0..tasks {
        for name in ["same", "plain"] {
            let row = row(&format!("{name} {at} of {tasks}"), &1.into(), NOW);
            assert_eq!(store.insert(&row, NOW).await, Ok(true));
        }
    }
    let connection = Connection::open(path).expect("it is there");
    connection.execute_batch("PRAGMA synchronous = FULL").expect("as the store's");
    let connection = Arc::new(Mutex::new(connection));
    let other = Arc::clone(&connection);
    let now = NOW.as_secs().cast_signed();
    let same = move |at: usize| {
        let connection = Arc::clone(&connection);
        async move {
            let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
            let (id, then) = (format!("same {at} of {tasks}"), now + 604_800);
            connection.execute_batch("BEGIN IMMEDIATE").expect("nobody else writes");
            let mut load = connection.prepare_cached(LOAD).expect("as the store's");
            let generation: i64 = load.query_row([&id], |row| row.get(4)).expect("it is there");
            assert!(generation > 0);
            let mut rotate = connection.prepare_cached(ROTATE).expect("as the store's");
            rotate.execute(params![id, now, now, then, "Firefox"]).expect("it is there");
            connection.execute_batch("COMMIT").expect("nobody else writes");
        }
    };
    let plain = move |at: usize| {
        let connection = Arc::clone(&other);
        async move {
            let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
            let id = format!("plain {at} of {tasks}");
            let mut update = connection.prepare_cached(PLAIN).expect("a good statement");
            let generation: i64 =
                update.query_row((id, now, now + 604_800), |row| row.get(4)).expect("it is there");
            assert!(generation > 1);
        }
    };
    rate::report("SQLite", tasks, crate::sessions(store), same, plain).await;
}
