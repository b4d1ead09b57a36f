//! The servers of the tests: started, paused, killed and started again.
#![cfg(feature = "servers")]

use jwt_pair_store_tests::server_or_skip;
use jwt_pair_store_tests::servers::{PostgresServer, RedisServer, Server as _};

#[test]
fn redis_keeps_its_rows_over_a_kill() {
    let mut redis = server_or_skip!(RedisServer);
    assert_eq!(redis.cli(&["SET", "a", "1"]).trim(), "OK");
    redis.kill();
    assert_eq!(redis.cli(&["GET", "a"]), "", "it is down");
    redis.restart();
    assert_eq!(redis.cli(&["GET", "a"]).trim(), "1");
}

#[test]
fn postgres_keeps_its_rows_over_a_kill() {
    let mut postgres = server_or_skip!(PostgresServer);
    assert_eq!(postgres.psql("CREATE TABLE a AS SELECT 1 AS b"), "");
    postgres.kill();
    assert!(postgres.psql("SELECT b FROM a").contains("refused"), "it is down");
    postgres.restart();
    assert_eq!(postgres.psql("SELECT b FROM a"), "1");
}
