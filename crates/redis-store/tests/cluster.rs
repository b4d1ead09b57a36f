//! Redis Cluster: three servers, each with a third of the slots.
#![cfg(feature = "cluster")]
#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::time::Duration;

use jwt_pair::UnixTime;
use jwt_pair_redis::{RedisOptions, RedisStore, RedisStoreError, redis::cluster::ClusterClient};
use jwt_pair_store_tests::servers::{RedisServer, free_port, skip};
use jwt_pair_store_tests::{Purger, run_all_of};

#[tokio::test(flavor = "multi_thread")]
async fn the_redis_store_conforms_in_a_cluster() {
    let Some(servers) = start_cluster() else { return skip(RedisServer::PROGRAM) };
    let urls = servers.iter().map(RedisServer::url);
    let client = ClusterClient::new(urls).expect("good addresses");
    let connect = || async {
        let options = RedisOptions::new().timeout(Duration::from_secs(20));
        RedisStore::with_cluster(&client, options).await.expect("it is running")
    };
    run_all_of(Purger::Server, connect, UnixTime::now().expect("a clock after 1970")).await;
    for server in &servers {
        let keys: u32 = server.cli(&["DBSIZE"]).trim().parse().expect("a number");
        assert!(keys > 100, "{keys} keys: they are spread over all servers");
    }
}

/// Ids in braces do not choose a slot: a hundred of them are not on one server.
#[tokio::test(flavor = "multi_thread")]
async fn braces_choose_no_slot() {
    use jwt_pair_sessions::SessionStore as _;
    let Some(servers) = start_cluster() else { return skip(RedisServer::PROGRAM) };
    let client = ClusterClient::new(servers.iter().map(RedisServer::url)).expect("good addresses");
    let store = RedisStore::with_cluster(&client, RedisOptions::new().prefix("p")).await;
    let store = store.expect("it is running");
    let now = UnixTime::from_secs(1_800_000_000);
    for at in 0..100 {
        let row = jwt_pair_store_tests::row(&format!("{{a}}{at}"), &"u".into(), now);
        assert_eq!(store.insert(&row, now).await, Ok(true));
    }
    for server in &servers {
        let keys: u32 = server.cli(&["DBSIZE"]).trim().parse().expect("a number");
        assert!(keys > 10, "{keys} keys of 101");
    }
}

/// The list of a user's sessions is on another server than the row. If that server takes no name, there
/// is no row: `end_user` would never find it.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_cannot_be_listed_does_not_begin() {
    use jwt_pair_sessions::SessionStore as _;
    let Some(servers) = start_cluster() else { return skip(RedisServer::PROGRAM) };
    let client = ClusterClient::new(servers.iter().map(RedisServer::url)).expect("good addresses");
    let store = RedisStore::with_cluster(&client, RedisOptions::new().prefix("p")).await;
    let store = store.expect("it is running");
    // One of them answers, and the others say where it is.
    let ask = |command: &[&str]| {
        let answers = servers.iter().map(|server| server.cli(command).trim().to_owned());
        answers.filter(|answer| !answer.contains("MOVED")).collect::<Vec<_>>()
    };
    assert_eq!(ask(&["SET", "p:u:tu", "not a list"]), ["OK"]);
    let now = UnixTime::from_secs(1_800_000_000);
    let row = jwt_pair_store_tests::row("s", &"u".into(), now);
    let wrong = RedisStoreError::Server { code: "WRONGTYPE".into() };
    assert_eq!(store.insert(&row, now).await, Err(wrong));
    assert_eq!(ask(&["EXISTS", "p:s:s"]), ["0"]);
    assert_eq!(ask(&["DEL", "p:u:tu"]), ["1"]);
    assert_eq!(store.insert(&row, now).await, Ok(true));
    assert_eq!(ask(&["EXISTS", "p:s:s"]), ["1"]);
    assert_eq!(ask(&["ZCARD", "p:u:tu"]), ["1"]);
}

fn start_cluster() -> Option<Vec<RedisServer>> {
    let ports = [(); 3].map(|()| free_port().to_string());
    let start = |bus: &String| {
        RedisServer::start_with(&["--cluster-enabled", "yes", "--cluster-port", bus])
    };
    let servers = ports.iter().map(start).collect::<Option<Vec<_>>>()?;
    let slots = [("0", "5460"), ("5461", "10922"), ("10923", "16383")];
    for ((server, bus), (first, last)) in servers.iter().zip(&ports).zip(slots) {
        assert_eq!(server.cli(&["CLUSTER", "ADDSLOTSRANGE", first, last]).trim(), "OK");
        let port = server.port().to_string();
        let met = servers[0].cli(&["CLUSTER", "MEET", "127.0.0.1", &port, bus]);
        assert_eq!(met.trim(), "OK");
    }
    let knows_all = |server: &RedisServer| {
        let info = server.cli(&["CLUSTER", "INFO"]);
        info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:3")
    };
    while !servers.iter().all(knows_all) {
        std::thread::sleep(Duration::from_millis(50));
    }
    Some(servers)
}
