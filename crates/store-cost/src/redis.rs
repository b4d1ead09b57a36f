//! The store on Redis.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jwt_pair_redis::{RedisOptions, RedisStore};
use jwt_pair_sessions::SessionStore as _;
use jwt_pair_store_tests::row;
use jwt_pair_store_tests::servers::RedisServer;
use redis::aio::ConnectionManager;

use crate::rate::TASKS;
use crate::{NOW, What, bytes, one_user, rate};

/// The store's script, as it sends it.
const SAME: &str = concat!(
    "#!lua flags=allow-oom\n",
    include_str!("../../redis-store/src/scripts/common.lua"),
    include_str!("../../redis-store/src/scripts/refresh.lua")
);

/// One key, one hash read, written and kept for longer, and the row as the answer.
const PLAIN: &str = "
    local row = redis.call('HMGET', KEYS[1], 'user', 'label', 'started', 'generation', 'previous',
      'rotated', 'expires', 'deadline', 'ended')
    redis.call('HSET', KEYS[1], 'generation', ARGV[3], 'previous', row[6], 'rotated', ARGV[4],
      'expires', ARGV[5])
    redis.call('EXPIRE', KEYS[1], 604800)
    return {1, row}";

pub(crate) async fn measure(server: &RedisServer, what: What) {
    let options = RedisOptions::new().timeout(Duration::from_secs(20));
    let store = RedisStore::connect(&server.url(), options).await.expect("it is running");
    match what {
        What::Rates => rates(server, store).await,
        What::Bytes(count) => {
            bytes::report("Redis", Arc::new(store), count, || used_memory(server)).await;
        }
        What::OneUser(count) => one_user::report("Redis", Arc::new(store), count).await,
    }
}

async fn rates(server: &RedisServer, store: RedisStore) {
    let client = redis::Client::open(server.url()).expect("a good address");
    let connection = ConnectionManager::new(client).await.expect("it is running");
    for at in 0..TASKS {
        for name in ["same", "plain"] {
            let row = row(&format!("{name}-{at}"), &1.into(), NOW);
            assert_eq!(store.insert(&row, NOW).await, Ok(true));
        }
    }
    let (same, plain) = (loaded(&connection, SAME).await, loaded(&connection, PLAIN).await);
    let other = connection.clone();
    let generations = Arc::new([(); TASKS].map(|()| AtomicU64::new(1)));
    let same = move |at: usize| {
        let generation = generations[at].fetch_add(1, Ordering::Relaxed);
        let (mut connection, name) = (connection.clone(), format!("same-{at}"));
        let mut command = redis::cmd("EVALSHA");
        command.arg(&same).arg(2).arg(format!("jwt-pair:s:{name}")).arg("jwt-pair:u:i1");
        command.arg("i1").arg(generation).arg(generation + 1);
        command.arg(NOW.as_secs()).arg(NOW.as_secs());
        // No window.
        command.arg("18446744073709551616").arg(NOW.as_secs());
        command.arg(NOW.as_secs() + 604_800).arg(0).arg(name);
        async move {
            let answer = connection.send_packed_command(&command).await.expect("it is running");
            let redis::Value::Array(answer) = answer else { panic!("{answer:?}") };
            assert_eq!(answer[0], redis::Value::BulkString(b"rotate".into()));
        }
    };
    let plain = move |at: usize| {
        let mut connection = other.clone();
        let mut command = redis::cmd("EVALSHA");
        command.arg(&plain).arg(1).arg(format!("jwt-pair:s:plain-{at}"));
        command.arg("i1").arg(1).arg(2).arg(1_800_000_000_u64).arg(1_800_604_800_u64);
        async move {
            connection.send_packed_command(&command).await.expect("it is running");
        }
    };
    rate::report("Redis", TASKS, crate::sessions(store), same, plain).await;
}

async fn loaded(connection: &ConnectionManager, script: &str) -> String {
    let mut load = redis::cmd("SCRIPT");
    load.arg("LOAD").arg(script);
    load.query_async(&mut connection.clone()).await.expect("it is running")
}

fn used_memory(server: &RedisServer) -> f64 {
    let info = server.cli(&["INFO", "memory"]);
    let line = info.lines().find_map(|line| line.strip_prefix("used_memory:"));
    line.expect("it is in the answer").trim().parse().expect("a number")
}
