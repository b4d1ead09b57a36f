//! What is in the server: what a refresh costs, the table, and rows that hands have touched.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::sync::Arc;
use std::time::Duration;

use jwt_pair::{Identity, Key, PairIssuer, PairPolicy, UnixTime, UserId};
use jwt_pair_postgres::{PostgresOptions, PostgresStore, PostgresStoreError};
use jwt_pair_sessions::{
    Advance, Advanced, Refreshed, SessionError, SessionPolicy, SessionStore as _, Sessions,
};
use jwt_pair_store_tests::servers::{PostgresServer, Proxy};
use jwt_pair_store_tests::{row, server_or_skip};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

/// Rotated or replayed: one trip.
#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_is_one_round_trip() {
    let server = server_or_skip!(PostgresServer);
    let proxy = Proxy::to(server.port());
    let sessions = sessions(connect(proxy.port()).await);
    let pair = sessions.start(&Identity::new(1, "customer", "s"), "", NOW).await.expect("start");
    let mut token = pair.refresh.token;
    for round in 0..3 {
        let claims = sessions.issuer().verify_refresh(&token, NOW).expect("it is new");
        for replayed in [false, true] {
            let trips = proxy.round_trips();
            let access = Default::default();
            let refreshed = sessions.refresh(&claims, "customer", &access, NOW).await;
            let refreshed = refreshed.expect("it is running");
            assert_eq!(matches!(refreshed, Refreshed::Replayed(_)), replayed);
            token = refreshed.into_pair().refresh.token;
            // The first of all prepares the statement.
            if (round, replayed) != (0, false) {
                assert_eq!(proxy.round_trips() - trips, 1, "round {round}");
            }
        }
    }
}

/// A thousand rotations of one row leave the table and its indexes as large as they were.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_does_not_grow() {
    let server = server_or_skip!(PostgresServer);
    let store = connect(server.port()).await;
    let user = UserId::Integer(1);
    for at in 0..50 {
        assert_eq!(store.insert(&row(&format!("s{at}"), &user, NOW), NOW).await, Ok(true));
    }
    let before = server.psql("SELECT pg_total_relation_size('jwt_pair_sessions')");
    for from in 1..=1_000 {
        let expires_at = UnixTime::from_secs(NOW.as_secs() + 1_000 + from);
        let step = Advance { session_id: "s7", user_id: &user, from, now: NOW, expires_at };
        assert!(matches!(store.advance(step).await, Ok(Advanced::Yes(_))));
    }
    let after = server.psql("SELECT pg_total_relation_size('jwt_pair_sessions')");
    let (before, after): (u64, u64) =
        (before.parse().expect("bytes"), after.parse().expect("bytes"));
    // Maps of free space and visibility come into being once, with three pages each at most.
    assert!(after <= before + 6 * 8_192, "from {before} to {after}");
}

#[tokio::test(flavor = "multi_thread")]
async fn migrations_run_twice_and_at_once() {
    let server = server_or_skip!(PostgresServer);
    let stores: Vec<_> = (0..8).map(|_| Arc::new(store(server.port()))).collect();
    for _ in 0..10 {
        let _ = server.psql("DROP TABLE jwt_pair_sessions");
        let together = Arc::new(Barrier::new(stores.len()));
        let mut tasks = JoinSet::new();
        for store in &stores {
            let (store, together) = (Arc::clone(store), Arc::clone(&together));
            tasks.spawn(async move {
                // With a connection at hand, all are as fast.
                let no_table = store.load("s", NOW).await;
                assert_eq!(no_table, Err(PostgresStoreError::Refused { code: "42P01".into() }));
                together.wait().await;
                store.migrate().await.expect("it is running");
                store.migrate().await.expect("it is running");
            });
        }
        tasks.join_all().await;
    }
    let file = include_str!("../migrations/0001_sessions.sql");
    let output = server.psql(file);
    assert!(!output.contains("ERROR"), "{output}");
    assert_eq!(store(server.port()).insert(&row("s", &1.into(), NOW), NOW).await, Ok(true));
}

/// Expired rows stay until they are purged, in tables of any number of pages.
#[tokio::test(flavor = "multi_thread")]
async fn purge_counts_what_it_removes() {
    let server = server_or_skip!(PostgresServer);
    let store = connect(server.port()).await;
    assert_eq!(store.purge(NOW).await, Ok(0));
    let fill = "INSERT INTO jwt_pair_sessions
        SELECT 0, 1, 0, 1000 + n % 2, 2000, false, ('s' || n)::bytea, 'i1', repeat('x', 1500)::bytea
        FROM generate_series(1, 12000) AS n";
    assert_eq!(server.psql(fill), "");
    let pages = server.psql("SELECT pg_relation_size('jwt_pair_sessions') / 8192");
    assert!(
        pages.parse::<u32>().expect("pages") > 2_048,
        "{pages} pages: more than two statements"
    );
    assert_eq!(store.purge(UnixTime::from_secs(999)).await, Ok(0));
    assert_eq!(store.purge(UnixTime::from_secs(1_000)).await, Ok(6_000));
    assert_eq!(store.purge(UnixTime::from_secs(1_000)).await, Ok(0));
    assert_eq!(store.purge(UnixTime::from_secs(1_001)).await, Ok(6_000));
}

/// The table refuses what is damaged; a table without its constraints is met with suspicion.
#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_row_lets_nobody_in() {
    let server = server_or_skip!(PostgresServer);
    let sessions = sessions(connect(server.port()).await);
    let store = sessions.store();
    let pair = sessions.start(&Identity::new(1, "customer", "s"), "", NOW).await.expect("start");
    let claims = sessions.issuer().verify_refresh(&pair.refresh.token, NOW).expect("new");
    let good = server.psql("CREATE TABLE good AS SELECT * FROM jwt_pair_sessions");
    assert_eq!(good, "");
    for column in ["started_at", "generation", "rotated_at", "expires_at", "deadline"] {
        for (value, refused) in [("-1", "check constraint"), ("NULL", "not-null constraint")] {
            let damage = server.psql(&format!("UPDATE jwt_pair_sessions SET {column} = {value}"));
            assert!(damage.contains(refused), "{damage}");
        }
        let text = server.psql(&format!("UPDATE jwt_pair_sessions SET {column} = 'one'"));
        assert!(text.contains("invalid input syntax"), "{text}");
        let free = format!(
            "ALTER TABLE jwt_pair_sessions DROP CONSTRAINT jwt_pair_sessions_{column}_check,
             ALTER {column} DROP NOT NULL"
        );
        assert_eq!(server.psql(&free), "");
    }
    let free = "ALTER TABLE jwt_pair_sessions ALTER user_id DROP NOT NULL,
        ALTER label DROP NOT NULL, ALTER revoked DROP NOT NULL";
    assert_eq!(server.psql(free), "");
    let damages = [
        ("generation", "-1"),
        ("generation", "NULL"),
        ("rotated_at", "-1"),
        ("started_at", "-1"),
        ("started_at", "NULL"),
        ("deadline", "-1"),
        ("expires_at", "NULL"),
        ("revoked", "NULL"),
        ("user_id", "NULL"),
        ("user_id", "'1'"),
        ("user_id", "'i01'"),
        ("user_id", "'\\xff'"),
        ("label", "NULL"),
        ("label", "'\\xff'"),
    ];
    for (column, value) in damages {
        let damage = format!(
            "DELETE FROM jwt_pair_sessions; INSERT INTO jwt_pair_sessions SELECT * FROM good;
             UPDATE jwt_pair_sessions SET {column} = {value}"
        );
        assert_eq!(server.psql(&damage), "");
        let damaged = PostgresStoreError::Damaged { column };
        assert_eq!(store.load("s", NOW).await, Err(damaged.clone()), "{column} {value}");
        let refreshed = sessions.refresh(&claims, "customer", &Default::default(), NOW).await;
        assert_eq!(refreshed, Err(SessionError::Unavailable(damaged)), "{column} {value}");
    }
}

/// A generation that a `bigint` has no room for.
#[tokio::test(flavor = "multi_thread")]
async fn the_last_generation_is_an_error() {
    let server = server_or_skip!(PostgresServer);
    let store = connect(server.port()).await;
    let mut session = row("s", &1.into(), NOW);
    session.generation = 1 << 63;
    assert_eq!(store.insert(&session, NOW).await, Err(PostgresStoreError::OutOfRange));
    session.generation -= 1;
    assert_eq!(store.insert(&session, NOW).await, Ok(true));
    let (session_id, user_id, from) = ("s", &session.user_id, session.generation);
    let step = Advance { session_id, user_id, from, now: NOW, expires_at: session.expires_at };
    assert_eq!(store.advance(step).await, Err(PostgresStoreError::OutOfRange));
    assert_eq!(store.load("s", NOW).await, Ok(Some(session)));
}

fn sessions(store: PostgresStore) -> Sessions<PostgresStore> {
    let key = Key::new(&[7; 32]).expect("32 bytes");
    let issuer = PairIssuer::new(key.into(), PairPolicy::new());
    Sessions::new(issuer, store, SessionPolicy::new())
}

async fn connect(port: u16) -> PostgresStore {
    let store = store(port);
    store.migrate().await.expect("it is running");
    store
}

fn store(port: u16) -> PostgresStore {
    let options = PostgresOptions::new().timeout(Duration::from_secs(10)).max_connections(2);
    PostgresStore::connect(&PostgresServer::url_at(port), &options).expect("a good address")
}
