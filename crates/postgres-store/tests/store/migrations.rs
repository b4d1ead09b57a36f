//! The schema, from the first one on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jwt_pair::UnixTime;
use jwt_pair_postgres::{PostgresStore, PostgresStoreError};
use jwt_pair_sessions::{Decision, EndReason, Ended, Session, SessionStore as _};
use jwt_pair_store_tests::servers::PostgresServer;
use jwt_pair_store_tests::{row, server_or_skip};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::{NOW, at, options, step, store};

/// As it was before there were versions.
const FIRST_SCHEMA: &str = include_str!("../fixtures/first_schema.sql");

#[tokio::test(flavor = "multi_thread")]
async fn the_first_schema_comes_forward_with_its_rows_under_load() {
    let server = server_or_skip!(PostgresServer);
    assert_eq!(server.psql("SET client_min_messages = error"), "");
    let made = server.psql(FIRST_SCHEMA);
    assert!(!made.contains("ERROR"), "{made}");
    let fill = "INSERT INTO jwt_pair_sessions
        SELECT 1800000000, 1 + n % 3, 1800000000 + n % 3, 1800009000, 1800009999, n % 10 = 0,
               ('s' || n)::bytea, 'i1', ('label ' || n)::bytea
        FROM generate_series(1, 1000) AS n";
    assert_eq!(server.psql(fill), "");
    let migrated = Arc::new(AtomicBool::new(false));
    let mut load = JoinSet::new();
    for task in 0..4_usize {
        let (store, migrated) = (store(server.port(), &options()), Arc::clone(&migrated));
        load.spawn(async move {
            let mut number = 1 + task;
            while number <= 1000 {
                let had = migrated.load(Ordering::SeqCst);
                let row = row_of(number);
                let expected = match number % 10 {
                    0 => Decision::Ended(EndReason::Logout),
                    _ => Decision::Rotate,
                };
                match store.refresh(&step(&row, at(1_000))).await {
                    Ok(verdict) => {
                        assert_eq!(verdict.decision, expected, "{number}");
                        number += 4;
                    }
                    Err(PostgresStoreError::Server { code }) if !had => assert_eq!(code, "42703"),
                    Err(error) => panic!("the schema is new: {error:?}"),
                }
            }
        });
    }
    let migrating: Vec<_> = (0..4).map(|_| store(server.port(), &options())).collect();
    let all = migrating.iter().map(PostgresStore::migrate);
    let mut all: Vec<_> = all.map(Box::pin).collect();
    for one in &mut all {
        // Behind steps that hold the table it gives up rather than hold up all others.
        loop {
            match one.as_mut().await {
                Err(PostgresStoreError::Server { code }) => {
                    assert_eq!(code, "55P03");
                    *one = Box::pin(migrating[0].migrate());
                }
                done => break assert_eq!(done, Ok(())),
            }
        }
    }
    migrated.store(true, Ordering::SeqCst);
    load.join_all().await;

    let store = &migrating[0];
    for number in [7, 8, 9, 10] {
        let mut expected = row_of(number);
        if number % 10 == 0 {
            let at = expected.rotated_at;
            expected.ended = Some(Ended { why: EndReason::Logout, at });
        } else {
            expected.previous_rotated_at = expected.rotated_at;
            (expected.rotated_at, expected.generation) = (at(1_000), expected.generation + 1);
            expected.expires_at = at(2_000);
        }
        assert_eq!(store.load(&expected.session_id).await, Ok(Some(expected)), "{number}");
    }
    assert_eq!(server.psql("SELECT version FROM jwt_pair_sessions_schema"), "3");
    assert_eq!(store.insert(&row("new", &1.into(), NOW), NOW).await, Ok(true));
}

fn row_of(number: usize) -> Session {
    let mut row = Session::new(format!("s{number}"), 1.into(), NOW, at(9_999));
    row.generation = 1 + number as u64 % 3;
    row.rotated_at = at(number as u64 % 3);
    row.expires_at = at(9_000);
    row.label = format!("label {number}");
    row
}

#[tokio::test(flavor = "multi_thread")]
async fn they_run_twice_and_at_once() {
    let server = server_or_skip!(PostgresServer);
    let stores: Vec<_> =
        (0..8).map(|_| Arc::new(store(server.port(), &options().max_connections(2)))).collect();
    for _ in 0..5 {
        let _ = server.psql("DROP TABLE jwt_pair_sessions, jwt_pair_sessions_schema");
        let together = Arc::new(Barrier::new(stores.len()));
        let mut tasks = JoinSet::new();
        for store in &stores {
            let (store, together) = (Arc::clone(store), Arc::clone(&together));
            tasks.spawn(async move {
                // With a connection at hand, all are as fast.
                let no_table = store.load("s").await;
                assert_eq!(no_table, Err(PostgresStoreError::Server { code: "42P01".into() }));
                together.wait().await;
                store.migrate().await.expect("it is running");
                store.migrate().await.expect("it is running");
            });
        }
        tasks.join_all().await;
        assert_eq!(server.psql("SELECT version FROM jwt_pair_sessions_schema"), "3");
    }
    assert_eq!(stores[0].insert(&row("s", &1.into(), NOW), NOW).await, Ok(true));
    assert_eq!(server.psql("UPDATE jwt_pair_sessions_schema SET version = 4"), "");
    let too_new = PostgresStoreError::SchemaTooNew { version: 4 };
    assert_eq!(stores[0].migrate().await, Err(too_new));
}

/// A service whose role has the rows and no more calls `migrate` too.
#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_may_not_create_finds_the_schema_there() {
    let server = server_or_skip!(PostgresServer);
    let role = "CREATE ROLE service LOGIN PASSWORD 'service';
        CREATE SCHEMA auth; GRANT USAGE ON SCHEMA auth TO service";
    assert_eq!(server.psql(role), "");
    let options = options().schema("auth").table("sessions");
    let owner = store(server.port(), &options);
    let url = format!("postgres://service:service@127.0.0.1:{}/postgres", server.port());
    let service = PostgresStore::connect(&url, &options).expect("a good address");
    let not_allowed = PostgresStoreError::Server { code: "42501".into() };
    assert_eq!(service.migrate().await, Err(not_allowed));
    owner.migrate().await.expect("it is running");
    let grant = "GRANT SELECT, INSERT, UPDATE, DELETE ON auth.sessions TO service;
        GRANT SELECT ON auth.sessions_schema TO service";
    assert_eq!(server.psql(grant), "");
    assert_eq!(service.migrate().await, Ok(()));
    let row = row("s", &1.into(), NOW);
    assert_eq!(service.insert(&row, NOW).await, Ok(true));
    assert_eq!(service.purge(UnixTime::from_secs(0)).await, Ok(0));
    assert_eq!(owner.load("s").await, Ok(Some(row)));
}
