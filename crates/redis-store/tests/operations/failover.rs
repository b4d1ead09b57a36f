//! Another server writes from now on, behind the same name.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use jwt_pair_redis::{RedisOptions, RedisStoreError};
use jwt_pair_sessions::{SessionError, SessionStore as _};
use jwt_pair_store_tests::servers::RedisServer;
use jwt_pair_store_tests::{row, servers::skip};
use tokio::task::JoinSet;

use crate::common::{
    NOW, Name, Service, after, connect, refresh, service, start, start_pair, wait_until,
};

/// Under load, the replica is promoted and the name moves. Every client goes on with its token, on
/// the same store, and no chain forks.
#[tokio::test(flavor = "multi_thread")]
async fn a_promotion_behind_the_name() {
    let Some((primary, replica)) = start_pair() else { return skip(RedisServer::PROGRAM) };
    let name = Name::of(primary.port()).await;
    let options = RedisOptions::new().timeout(Duration::from_secs(10));
    let service = Arc::new(service(connect(name.port, options).await));
    let stop = Arc::new(AtomicBool::new(false));
    let progress: Arc<[AtomicUsize; 8]> = Arc::default();
    let mut tasks = JoinSet::new();
    for at in 0..8 {
        let token = start(&service, 7).await.pair.refresh.token;
        let (service, stop, progress) =
            (Arc::clone(&service), Arc::clone(&stop), Arc::clone(&progress));
        tasks.spawn(async move { refresh_on(&service, token, &stop, &progress[at]).await });
    }
    wait_for_progress(&progress, &mut tasks).await;

    // The primary stops writing, waits until the replica has everything, and becomes its replica.
    let port = replica.port().to_string();
    tokio::task::block_in_place(|| {
        assert_eq!(primary.cli(&["FAILOVER", "TO", "127.0.0.1", &port]).trim(), "OK");
        wait_until("the promotion", || replica.cli(&["ROLE"]).starts_with("master"));
    });
    name.move_to(replica.port());
    let moved = Instant::now();
    wait_for_progress(&progress, &mut tasks).await;
    eprintln!("all clients go on after {:?}", moved.elapsed());
    stop.store(true, Ordering::SeqCst);
    let unavailable: usize = tasks.join_all().await.into_iter().sum();
    eprintln!("{unavailable} calls met a server that does not write");
    assert_eq!(primary.cli(&["DBSIZE"]), replica.cli(&["DBSIZE"]), "they are on both");
}

/// How many calls failed: each with `Unavailable`, and each can be tried again.
async fn refresh_on(
    service: &Service,
    mut token: String,
    stop: &AtomicBool,
    progress: &AtomicUsize,
) -> usize {
    let (mut unavailable, mut generation) = (0, 1);
    while !stop.load(Ordering::SeqCst) {
        let now = after(generation * 300);
        match refresh(service, &token, now).await {
            Ok(refreshed) => {
                token = refreshed.refresh().expect("a window has passed").token.clone();
                generation += 1;
                progress.fetch_add(1, Ordering::SeqCst);
            }
            Err(SessionError::Unavailable(_)) => {
                unavailable += 1;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Err(error) => panic!("a failover logs nobody out: {error:?}"),
        }
    }
    unavailable
}

async fn wait_for_progress(progress: &[AtomicUsize; 8], tasks: &mut JoinSet<usize>) {
    let before: Vec<_> = progress.iter().map(|it| it.load(Ordering::SeqCst)).collect();
    let start = Instant::now();
    while progress.iter().zip(&before).any(|(it, before)| it.load(Ordering::SeqCst) < before + 5) {
        if let Some(Err(failed)) = tasks.try_join_next() {
            std::panic::resume_unwind(failed.into_panic());
        }
        assert!(start.elapsed() < Duration::from_secs(60), "it did not recover by itself");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// A server that does not write answers no step, not even those that only read: what it has may be
/// old.
#[tokio::test(flavor = "multi_thread")]
async fn a_replica_answers_no_step() {
    let Some((primary, replica)) = start_pair() else { return skip(RedisServer::PROGRAM) };
    let options = RedisOptions::new().timeout(Duration::from_secs(10));
    let writes = service(connect(primary.port(), options.clone()).await);
    let token = start(&writes, 7).await.pair.refresh.token;
    wait_until("the replica has the session", || replica.cli(&["DBSIZE"]).trim() == "2");
    let reads = service(connect(replica.port(), options).await);
    let read_only = RedisStoreError::Server { code: "READONLY".into() };
    // Within the window, after it, and with a token that was replaced.
    for now in [NOW, after(300), after(900)] {
        let refused = refresh(&reads, &token, now).await;
        assert_eq!(refused, Err(SessionError::Unavailable(read_only.clone())));
    }
    assert_eq!(reads.store().load("nobody").await, Err(read_only.clone()));
    let session = row("s", &"u".into(), NOW);
    assert_eq!(reads.store().insert(&session, NOW).await, Err(read_only.clone()));
    assert_eq!(reads.revoke("s", NOW).await, Err(SessionError::Unavailable(read_only.clone())));
    assert_eq!(reads.revoke_user(&7.into(), NOW).await, Err(SessionError::Unavailable(read_only)));
}

/// A server that is not the one that writes is asked for a new connection a few times a second, not
/// once for each call.
#[tokio::test(flavor = "multi_thread")]
async fn connections_are_not_made_without_bound() {
    let Some((_primary, replica)) = start_pair() else { return skip(RedisServer::PROGRAM) };
    let options = RedisOptions::new().timeout(Duration::from_secs(10));
    let store = connect(replica.port(), options).await;
    let connections = || {
        let info = replica.cli(&["INFO", "stats"]);
        let line = info.lines().find_map(|it| it.strip_prefix("total_connections_received:"));
        line.and_then(|count| count.trim().parse::<u64>().ok()).expect("a number")
    };
    let (before, start) = (connections(), Instant::now());
    for _ in 0..2_000 {
        let refused = store.load("s").await;
        assert_eq!(refused, Err(RedisStoreError::Server { code: "READONLY".into() }));
    }
    let tenths = u64::try_from(start.elapsed().as_millis()).expect("not for long") / 100;
    // `redis-cli` makes one each time too, so that one is the least.
    let made = connections() - before;
    assert!((2..=tenths + 3).contains(&made), "{made} connections in {tenths} tenths of a second");
}
