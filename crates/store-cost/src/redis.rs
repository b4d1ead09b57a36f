//! The store on Redis.

use std::time::Duration;

use jwt_pair_redis::{RedisOptions, RedisStore};
use jwt_pair_store_tests::servers::RedisServer;
use redis::aio::ConnectionManager;

use crate::bytes::{Bytes, fill, rotate};
use crate::rate::{Rate, TASKS, compare};

/// A script of the same shape: one key, one hash read, written and kept for longer, and the row as the
/// answer.
const BARE: &str = "
    local row = redis.call('HMGET', KEYS[1], 'user', 'label', 'started', 'generation', 'previous',
      'rotated', 'expires', 'deadline', 'ended')
    redis.call('HSET', KEYS[1], 'generation', ARGV[3], 'previous', row[6], 'rotated', ARGV[4],
      'expires', ARGV[5])
    redis.call('EXPIRE', KEYS[1], 604800)
    return {1, row}";

pub(crate) async fn rate(server: &RedisServer) -> Rate {
    let client = redis::Client::open(server.url()).expect("a good address");
    let mut connection = ConnectionManager::new(client).await.expect("it is running");
    let digest: String = redis::cmd("SCRIPT")
        .arg("LOAD")
        .arg(BARE)
        .query_async(&mut connection)
        .await
        .expect("it is running");
    for at in 0..TASKS {
        let fields = [
            ("user", "i1"),
            ("label", ""),
            ("started", "1800000000"),
            ("generation", "1"),
            ("previous", "1800000000"),
            ("rotated", "1800000000"),
            ("expires", "1800604800"),
            ("deadline", "1807776000"),
            ("ended", ""),
        ];
        let mut fill = redis::cmd("HSET");
        fill.arg(format!("bare:{at}")).arg(&fields);
        fill.query_async::<u32>(&mut connection).await.expect("it is running");
    }
    compare(crate::sessions(connect(server).await), move |at| {
        let (mut connection, digest) = (connection.clone(), digest.clone());
        async move {
            let mut command = redis::cmd("EVALSHA");
            command.arg(digest).arg(1).arg(format!("bare:{at}"));
            command.arg("i1").arg(1).arg(2).arg(1_800_000_000_u64).arg(1_800_604_800_u64);
            connection.send_packed_command(&command).await.expect("it is running");
        }
    })
    .await
}

pub(crate) async fn bytes(server: &RedisServer, count: usize) -> Bytes {
    let store: &'static RedisStore = Box::leak(Box::new(connect(server).await));
    let before = used_memory(server);
    fill(store, count).await;
    let per_session = (used_memory(server) - before) / count as f64;
    rotate(store).await;
    Bytes { per_session, after: (used_memory(server) - before) / count as f64 }
}

fn used_memory(server: &RedisServer) -> f64 {
    let info = server.cli(&["INFO", "memory"]);
    let line = info.lines().find_map(|line| line.strip_prefix("used_memory:"));
    line.expect("it is in the answer").trim().parse().expect("a number")
}

async fn connect(server: &RedisServer) -> RedisStore {
    let options = RedisOptions::new().timeout(Duration::from_secs(20));
    RedisStore::connect(&server.url(), options).await.expect("it is running")
}
