//! The start-up check, and the end of everybody.

use std::num::NonZeroU32;
use std::time::Duration;

use jwt_pair_redis::{Finding, RedisOptions, RedisStore, RedisStoreError};
use jwt_pair_sessions::{EndReason, Ended, SessionStore as _};
use jwt_pair_store_tests::servers::RedisServer;
use jwt_pair_store_tests::{row, server_or_skip, servers::skip};

use crate::common::{NOW, connect};

fn options() -> RedisOptions {
    RedisOptions::new().timeout(Duration::from_secs(10))
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_lose_sessions_are_found() {
    let server = server_or_skip!(RedisServer);
    let store = connect(server.port(), options()).await;
    assert_eq!(store.check_server().await, Ok(vec![]));
    let set = |name, value| {
        assert_eq!(server.cli(&["CONFIG", "SET", name, value]).trim(), "OK");
    };
    set("maxmemory-policy", "allkeys-lru");
    set("appendfsync", "everysec");
    let evicts = Finding::Evicts { policy: "allkeys-lru".into() };
    let late = Finding::SyncsLate { setting: "everysec".into() };
    assert_eq!(store.check_server().await, Ok(vec![evicts.clone(), late]));
    // As with some hosted servers: `CONFIG` is not allowed.
    let args = ["ACL", "SETUSER", "limited", "on", ">secret", "~*", "&*", "+@all", "-config"];
    assert_eq!(server.cli(&args).trim(), "OK");
    let url = format!("redis://limited:secret@127.0.0.1:{}/", server.port());
    let limited = RedisStore::connect(&url, options()).await.expect("it is running");
    let hidden = Finding::Hidden { setting: "appendfsync" };
    assert_eq!(limited.check_server().await, Ok(vec![evicts, hidden]));

    // Only a store that waits for replicas asks how many the server insists on.
    let waits = |count| {
        let count = NonZeroU32::new(count).expect("not zero");
        connect(server.port(), options().wait_for_replicas(count, Duration::from_secs(10)))
    };
    set("maxmemory-policy", "noeviction");
    set("appendfsync", "always");
    set("min-replicas-to-write", "1");
    assert_eq!(waits(1).await.check_server().await, Ok(vec![]));
    let wanted = NonZeroU32::new(2).expect("not zero");
    let few = Finding::WritesWithoutReplicas { setting: "1".into(), wanted };
    assert_eq!(waits(2).await.check_server().await, Ok(vec![few]));
    set("min-replicas-to-write", "0");
    assert_eq!(store.check_server().await, Ok(vec![]));

    let Some(server) = RedisServer::start_with(&[]) else { return skip(RedisServer::PROGRAM) };
    let store = connect(server.port(), options()).await;
    assert_eq!(store.check_server().await, Ok(vec![Finding::NotAppendOnly]));
}

/// All sessions under the prefix, whatever they are called, and no other key.
#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_ended() {
    let server = server_or_skip!(RedisServer);
    // The prefix is a pattern that would fit the other one too.
    let store = connect(server.port(), options().prefix("p*")).await;
    let other = connect(server.port(), options().prefix("pq")).await;
    let names: Vec<String> = (0..1_000).map(|at| format!("\0%é:s:{at}")).collect();
    for name in &names {
        let session = row(name, &"u".into(), NOW);
        assert_eq!(store.insert(&session, NOW).await, Ok(true));
    }
    assert_eq!(other.insert(&row("s", &"u".into(), NOW), NOW).await, Ok(true));
    assert_eq!(store.end_everybody(NOW).await, Ok(1_000));
    assert_eq!(store.end_everybody(NOW).await, Ok(0));
    for name in &names {
        let row = store.load(name).await.expect("load").expect("it is there");
        assert_eq!(row.ended, Some(Ended { why: EndReason::All, at: NOW }));
    }
    assert!(other.load("s").await.expect("load").is_some_and(|row| row.ended.is_none()));
    // A damaged row is ended, and is told of.
    assert_eq!(other.insert(&row("t", &"u".into(), NOW), NOW).await, Ok(true));
    let _ = server.cli(&["HSET", "pq:s:s", "generation", "-1"]);
    let damaged = RedisStoreError::Damaged { field: "generation" };
    assert_eq!(other.end_everybody(NOW).await, Err(damaged));
    for key in ["pq:s:s", "pq:s:t"] {
        assert_eq!(server.cli(&["HGET", key, "ended"]).trim(), "all:1800000000");
    }
}
