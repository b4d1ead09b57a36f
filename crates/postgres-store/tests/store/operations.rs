//! Servers that change their part, poolers, and pools of the application's.

use std::io::{ErrorKind, Read};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU16, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use jwt_pair_postgres::deadpool_postgres::{Manager, Pool};
use jwt_pair_postgres::{PostgresOptions, PostgresStore, PostgresStoreError};
use jwt_pair_sessions::{Decision, End, EndReason, EndUser, List, SessionStore as _};
use jwt_pair_store_tests::servers::{PgBouncer, PostgresServer, Server as _, skip};
use jwt_pair_store_tests::{refresh, row, server_or_skip};
use tokio::task::JoinSet;
use tokio_postgres::NoTls;

use super::{NOW, at, migrated, options, step, store};

/// A port whose new connections lead to another server from some moment on. The old ones stay.
struct Name {
    port: u16,
    leads_to: Arc<AtomicU16>,
}

impl Name {
    fn of(server: &PostgresServer) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let leads_to = Arc::new(AtomicU16::new(server.port()));
        let now = Arc::clone(&leads_to);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let server = (Ipv4Addr::LOCALHOST, now.load(Ordering::SeqCst));
                let Ok(server) = TcpStream::connect(server) else { continue };
                let copies = (client.try_clone(), server.try_clone());
                let (Ok(from_client), Ok(to_server)) = copies else { continue };
                for (mut from, mut to) in [(from_client, to_server), (server, client)] {
                    thread::spawn(move || {
                        let _ = std::io::copy(&mut from, &mut to);
                        let _ = to.shutdown(Shutdown::Both);
                    });
                }
            }
        });
        Self { port, leads_to }
    }
}

/// The demoted server takes no writes any more and keeps its connections, the standby is promoted,
/// and the name moves: under load, the same store goes on by itself and loses nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_promotion_behind_a_name() {
    let old = server_or_skip!(PostgresServer);
    migrated(old.port()).await;
    let standby = old.standby();
    // What is acknowledged is on the standby.
    let awaited = "ALTER SYSTEM SET synchronous_standby_names = '*'";
    assert_eq!(old.psql(awaited), "");
    assert_eq!(old.psql("SELECT pg_reload_conf()"), "t");
    let name = Name::of(&old);
    let store = Arc::new(store(name.port, &options().max_connections(4)));
    let generations = Arc::new(Mutex::new(vec![1; 8]));
    let refused = Arc::new(AtomicUsize::new(0));
    let mut tasks = JoinSet::new();
    for task in 0..8 {
        let mut current = row(&format!("s{task}"), &1.into(), NOW);
        (current.expires_at, current.deadline) = (at(900_000), at(900_000));
        assert_eq!(store.insert(&current, NOW).await, Ok(true));
        let (store, generations) = (Arc::clone(&store), Arc::clone(&generations));
        let refused = Arc::clone(&refused);
        tasks.spawn(async move {
            loop {
                let mut next = step(&current, NOW);
                next.window = Duration::ZERO;
                next.expires_at = at(900_000);
                match store.refresh(&next).await {
                    Ok(verdict) => {
                        assert_eq!(verdict.decision, Decision::Rotate, "nothing was lost");
                        current = verdict.row.expect("it rotated");
                        generations.lock().expect("no panic")[task] = current.generation;
                    }
                    Err(error) => {
                        let read_only = PostgresStoreError::Server { code: "25006".into() };
                        assert_eq!(error, read_only);
                        refused.fetch_add(1, Ordering::SeqCst);
                        tokio::time::sleep(Duration::from_millis(20)).await;
                    }
                }
            }
        });
    }
    let progress = async |what: &str| {
        let before = generations.lock().expect("no panic").clone();
        let start = Instant::now();
        let goes_on = || {
            let now = generations.lock().expect("no panic");
            now.iter().zip(&before).all(|(now, before)| *now >= before + 5)
        };
        while !goes_on() {
            assert!(start.elapsed() < Duration::from_secs(60), "no progress {what}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        start.elapsed()
    };
    progress("before").await;
    let fence = "ALTER SYSTEM SET default_transaction_read_only = on";
    assert_eq!(old.psql(fence), "");
    assert_eq!(old.psql("SELECT pg_reload_conf()"), "t");
    while refused.load(Ordering::SeqCst) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    standby.promote();
    // Else the copied settings would make it wait for a standby of its own, and refuse to write.
    for reset in ["default_transaction_read_only", "synchronous_standby_names"] {
        let reset = format!("SET default_transaction_read_only = off; ALTER SYSTEM RESET {reset}");
        let _ = standby.psql(&reset);
    }
    assert_eq!(standby.psql("SELECT pg_reload_conf()"), "t");
    name.leads_to.store(standby.port(), Ordering::SeqCst);
    let took = progress("after the promotion").await;
    eprintln!("five rotations of each of 8 sessions {took:?} after the name moved");
    tasks.abort_all();
    while tasks.join_next().await.is_some_and(|ended| ended.expect_err("aborted").is_cancelled()) {}
}

/// A standby, and a primary that was fenced, may lack ends. Neither answers whether a session stands,
/// and the next step asks the server that the name leads to by then.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_that_does_not_write_has_is_not_believed() {
    let primary = server_or_skip!(PostgresServer);
    let writer = migrated(primary.port()).await;
    let session = row("s", &1.into(), NOW);
    assert_eq!(writer.insert(&session, NOW).await, Ok(true));
    let standby = primary.standby();
    let user_id = &session.user_id;
    let list = List { user_id, after: None, limit: NonZeroUsize::MIN, now: NOW };
    let read_only = PostgresStoreError::Server { code: "25006".into() };
    let name = Name::of(&standby);
    let checks = store(name.port, &options().max_connections(1));
    for session_id in ["s", "absent"] {
        assert_eq!(checks.load(session_id).await, Err(read_only.clone()), "{session_id}");
    }
    assert_eq!(checks.list(&list).await.map(|page| page.sessions), Err(read_only.clone()));
    name.leads_to.store(primary.port(), Ordering::SeqCst);
    assert_eq!(checks.load("s").await, Ok(Some(session.clone())), "the connection is new");
    assert_eq!(checks.list(&list).await.map(|page| page.sessions), Ok(vec![session.clone()]));

    let fence = "ALTER SYSTEM SET default_transaction_read_only = on";
    assert_eq!(primary.psql(fence), "");
    assert_eq!(primary.psql("SELECT pg_reload_conf()"), "t");
    // The server reads its settings when it does.
    while checks.load("s").await == Ok(Some(session.clone())) {}
    assert_eq!(checks.load("s").await, Err(read_only.clone()));
    let nobody = List { user_id: &2.into(), ..list };
    assert_eq!(checks.list(&nobody).await.map(|page| page.sessions), Err(read_only));
}

/// A connection whose plans are stale is replaced, and so are its neighbours.
#[tokio::test(flavor = "multi_thread")]
async fn connections_that_cannot_serve_are_replaced() {
    let server = server_or_skip!(PostgresServer);
    migrated(server.port()).await;
    let store = Arc::new(store(server.port(), &options().max_connections(4)));
    let session = row("s", &1.into(), NOW);
    assert_eq!(store.insert(&session, NOW).await, Ok(true));
    let warm = async || {
        let mut tasks = JoinSet::new();
        for _ in 0..4 {
            let (store, session) = (Arc::clone(&store), session.clone());
            tasks.spawn(async move { store.refresh(&step(&session, NOW)).await });
        }
        tasks.join_all().await
    };
    // A lock keeps all connections busy at once, so that there are four.
    let (mut client, connection) =
        tokio_postgres::connect(&server.url(), NoTls).await.expect("it is running");
    tokio::spawn(connection);
    let lock = client.transaction().await.expect("it is running");
    lock.batch_execute("LOCK TABLE jwt_pair_sessions").await.expect("it is running");
    let (warmed, unlocked) = tokio::join!(warm(), async {
        let waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
        while server.psql(waits) != "4" {}
        lock.commit().await
    });
    unlocked.expect("it is running");
    assert!(warmed.iter().all(Result::is_ok), "{warmed:?}");

    let change = "ALTER TABLE jwt_pair_sessions ALTER generation TYPE numeric;
        ALTER TABLE jwt_pair_sessions ALTER generation TYPE bigint;
        ALTER TABLE jwt_pair_sessions ALTER ended TYPE varchar(20)";
    assert_eq!(server.psql(change), "");
    let stale = PostgresStoreError::Server { code: "0A000".into() };
    assert_eq!(store.refresh(&step(&session, NOW)).await, Err(stale));
    for _ in 0..8 {
        let verdict = store.refresh(&step(&session, NOW)).await;
        assert_eq!(verdict.map(|it| it.decision), Ok(Decision::Keep), "all are new");
    }

    let terminate = "SELECT count(pg_terminate_backend(pid, 10000)) > 0 FROM pg_stat_activity
        WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'";
    assert_eq!(server.psql(terminate), "t");
    let start = Instant::now();
    while let Err(error) = store.refresh(&step(&session, NOW)).await {
        assert!(start.elapsed() < Duration::from_secs(30), "{error:?}");
    }
}

/// Each step through a pooler that gives every transaction another connection, beside an application
/// whose settings stay as they were.
#[tokio::test(flavor = "multi_thread")]
async fn through_pgbouncer_in_transaction_mode() {
    let server = server_or_skip!(PostgresServer);
    let Some(pooler) = PgBouncer::before(&server) else { return skip(PgBouncer::PROGRAM) };
    assert_eq!(server.psql("ALTER ROLE test SET synchronous_commit = off"), "");
    let options = options().prepared_statements(false);
    let store = PostgresStore::connect(&pooler.url(), &options).expect("a good address");
    store.migrate().await.expect("it is running");
    store.migrate().await.expect("it is running");
    let store = Arc::new(store);
    let mut tasks = JoinSet::new();
    for task in 0..16 {
        let store = Arc::clone(&store);
        tasks.spawn(async move {
            let session = row(&format!("s{task}"), &task.into(), NOW);
            assert_eq!(store.insert(&session, NOW).await, Ok(true));
            for (seconds, decision) in
                [(1, Decision::Keep), (300, Decision::Rotate), (301, Decision::Repeat)]
            {
                let verdict = store.refresh(&step(&session, at(seconds))).await;
                assert_eq!(verdict.map(|it| it.decision), Ok(decision));
            }
            let (user_id, why) = (&session.user_id, EndReason::All);
            let end = EndUser { user_id, except: None, why, at: NOW };
            assert_eq!(store.end_user(&end).await, Ok(1));
        });
    }
    tasks.join_all().await;
    refresh::reuse_and_ahead_end_the_session_once(&*store, NOW).await;
    assert_eq!(store.purge(NOW).await, Ok(0));

    let (application, connection) =
        tokio_postgres::connect(&pooler.url(), NoTls).await.expect("it is running");
    tokio::spawn(connection);
    let settings = "SELECT string_agg(name || '=' || setting, ' ' ORDER BY name) FROM pg_settings
        WHERE source = 'session' AND name <> 'application_name' AND name <> 'client_encoding'";
    for _ in 0..4 {
        let rows = application.simple_query("SHOW statement_timeout").await.expect("running");
        let value = rows.iter().find_map(|row| match row {
            tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(String::from),
            _ => None,
        });
        assert_eq!(value.as_deref(), Some("0"));
        let rows = application.simple_query(settings).await.expect("it is running");
        let value = rows.iter().find_map(|row| match row {
            tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(String::from),
            _ => None,
        });
        assert!(!value.clone().unwrap_or_default().contains("isolation"), "{value:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_pool_of_the_application() {
    let server = server_or_skip!(PostgresServer);
    migrated(server.port()).await;
    let config = server.url().parse().expect("a good address");
    let pool = Pool::builder(Manager::new(config, NoTls)).max_size(2).build().expect("a pool");
    let store = PostgresStore::with_pool(pool.clone(), &options()).expect("good names");
    let session = row("s", &1.into(), NOW);
    assert_eq!(store.insert(&session, NOW).await, Ok(true));
    let verdict = store.refresh(&step(&session, at(300))).await.expect("it is running");
    assert_eq!(verdict.decision, Decision::Rotate);
    let client = pool.get().await.expect("it is running");
    assert_eq!(client.query("SELECT 1", &[]).await.expect("it is running").len(), 1);
    drop(client);
    pool.close();
    let closed = PostgresStoreError::Disconnected { cause: "the pool is closed".into() };
    assert_eq!(store.load("s").await, Err(closed));
}

/// A statement that was given up is given up by the server too: it does not wait for its lock, and
/// changes nothing later.
#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_is_late_is_cancelled() {
    let server = server_or_skip!(PostgresServer);
    let patient = migrated(server.port()).await;
    assert_eq!(patient.insert(&row("s", &1.into(), NOW), NOW).await, Ok(true));
    let (mut client, connection) =
        tokio_postgres::connect(&server.url(), NoTls).await.expect("it is running");
    tokio::spawn(connection);
    let lock = client.transaction().await.expect("it is running");
    lock.batch_execute("LOCK TABLE jwt_pair_sessions").await.expect("it is running");
    // Whether it is late while it connects or while it waits: in the end nobody waits.
    let store = store(server.port(), &PostgresOptions::new().timeout(Duration::from_secs(2)));
    let end = End { session_id: "s", user_id: None, why: EndReason::Logout, at: NOW };
    let late = PostgresStoreError::TimedOut { after: Duration::from_secs(2) };
    assert_eq!(store.end(&end).await, Err(late));
    let waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
    let start = Instant::now();
    while server.psql(waits) != "0" {
        assert!(start.elapsed() < Duration::from_secs(60), "it waits still");
    }
    lock.commit().await.expect("it is running");
    let row = patient.load("s").await.expect("it is running").expect("it is there");
    assert_eq!(row.ended, None);
}

/// A caller that waits no longer takes its connection along: the next caller does not wait behind
/// its statement.
#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_is_dropped_is_cancelled() {
    let server = server_or_skip!(PostgresServer);
    let store = migrated(server.port()).await;
    let session = row("s", &1.into(), NOW);
    assert_eq!(store.insert(&session, NOW).await, Ok(true));
    let (mut client, connection) =
        tokio_postgres::connect(&server.url(), NoTls).await.expect("it is running");
    tokio::spawn(connection);
    let lock = client.transaction().await.expect("it is running");
    let row = "SELECT FROM jwt_pair_sessions FOR UPDATE";
    assert_eq!(lock.query(row, &[]).await.expect("it is running").len(), 1);
    let waits = || {
        let waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
        server.psql(waits) == "1"
    };
    let rotation = step(&session, at(300));
    tokio::select! {
        answer = store.refresh(&rotation) => panic!("it waits for the lock: {answer:?}"),
        () = async { while !waits() { tokio::task::yield_now().await } } => {}
    }
    // The store has one connection.
    assert_eq!(store.load("s").await, Ok(Some(session)));
    let start = Instant::now();
    while waits() {
        assert!(start.elapsed() < Duration::from_secs(60), "it waits still");
    }
    lock.rollback().await.expect("it is running");
}

/// PostgreSQL counts a step that is cancelled while it waits for a standby as taken. Whoever tries
/// again is answered, though no standby has the change.
#[tokio::test(flavor = "multi_thread")]
async fn a_retry_does_not_wait_for_a_standby_again() {
    let server = server_or_skip!(PostgresServer);
    let patient = migrated(server.port()).await;
    assert_eq!(patient.insert(&row("s", &1.into(), NOW), NOW).await, Ok(true));
    let standby = server.standby();
    assert_eq!(server.psql("ALTER SYSTEM SET synchronous_standby_names = '*'"), "");
    assert_eq!(server.psql("SELECT pg_reload_conf()"), "t");
    let synchronous = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'";
    while server.psql(synchronous) != "1" {}
    standby.pause();
    let timeout = Duration::from_secs(2);
    let store = store(server.port(), &PostgresOptions::new().timeout(timeout));
    let end = End { session_id: "s", user_id: None, why: EndReason::Logout, at: NOW };
    let late = PostgresStoreError::TimedOut { after: timeout };
    assert_eq!(store.end(&end).await, Err(late.clone()));
    let again = loop {
        match store.end(&end).await {
            Err(error) => assert_eq!(error, late),
            Ok(ended) => break ended,
        }
    };
    assert!(!again, "it was ended before");
    standby.resume();
}

/// After a restart all callers need a connection, and a few at a time are made.
#[tokio::test(flavor = "multi_thread")]
async fn few_connections_are_made_at_once() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.set_nonblocking(true).expect("it is this process's");
    let port = listener.local_addr().expect("it is bound").port();
    let options = PostgresOptions::new().timeout(Duration::from_secs(60)).max_connections(32);
    let store = Arc::new(store(port, &options));
    let mut tasks = JoinSet::new();
    for _ in 0..32 {
        let store = Arc::clone(&store);
        tasks.spawn(async move { store.load("s").await });
    }
    let mut held: Vec<TcpStream> = Vec::new();
    let mut seen = 0;
    while seen < 32 {
        match listener.accept() {
            Ok((connection, _)) => {
                seen += 1;
                held.push(connection);
                assert!(held.len() <= 4, "{} at once", held.len());
            }
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::WouldBlock);
                tokio::time::sleep(Duration::from_millis(20)).await;
                // All that may come has come: one of them fails, and the next one is made.
                if held.len() == 4 || seen >= 28 {
                    let mut oldest = held.remove(0);
                    oldest.set_nonblocking(false).expect("it is this process's");
                    let _ = oldest.read(&mut [0; 64]);
                    drop(oldest);
                }
            }
        }
    }
    drop(held);
    for answer in tasks.join_all().await {
        assert!(matches!(answer, Err(PostgresStoreError::Disconnected { .. })), "{answer:?}");
    }
}
