//! Real sentinels that promote a replica when the primary dies.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use jwt_pair_redis::{RedisOptions, RedisStore, RedisStoreError};
use jwt_pair_sessions::{Refreshed, SessionError};
use jwt_pair_store_tests::servers::{RedisServer, Server as _, free_port, skip};

use crate::common::{after, refresh, service, start, start_pair, wait_until};

/// A process that is killed when it is dropped.
struct Sentinel(Child);

impl Drop for Sentinel {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start_sentinel(primary: u16, folder: &std::path::Path, port: u16) -> Option<Sentinel> {
    let password = RedisServer::PASSWORD;
    let settings = format!(
        "port {port}\nbind 127.0.0.1\nsentinel monitor sessions 127.0.0.1 {primary} 2\n\
         sentinel auth-pass sessions {password}\nsentinel down-after-milliseconds sessions 2000\n\
         sentinel failover-timeout sessions 10000\n"
    );
    let file = folder.join(format!("sentinel-{port}.conf"));
    std::fs::write(&file, settings).expect("a folder of the test's own");
    let mut command = Command::new("redis-sentinel");
    let quiet = command.arg(&file).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.spawn().ok().map(Sentinel)
}

/// The primary dies. The sentinels promote its replica, and the same store finds it.
#[tokio::test(flavor = "multi_thread")]
async fn sentinels_name_the_new_primary() {
    let Some((mut primary, replica)) = start_pair() else { return skip(RedisServer::PROGRAM) };
    let folder = std::env::temp_dir().join(format!("jwt-pair-sentinels-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder of the test's own");
    let ports = [(); 3].map(|()| free_port());
    let sentinels: Option<Vec<_>> =
        ports.iter().map(|port| start_sentinel(primary.port(), &folder, *port)).collect();
    let Some(sentinels) = sentinels else { return skip("redis-sentinel") };
    let knows_all = |port: &u16| {
        let output = Command::new("redis-cli")
            .args(["-p", &port.to_string(), "INFO", "sentinel"])
            .output()
            .expect("redis-cli is in the same package");
        String::from_utf8_lossy(&output.stdout).contains("slaves=1,sentinels=3")
    };
    tokio::task::block_in_place(|| {
        wait_until("the sentinels know one another", || ports.iter().all(knows_all));
    });

    // Nobody listens at the first one.
    let urls = [free_port(), ports[0], ports[1]].map(|port| format!("redis://127.0.0.1:{port}/"));
    let urls: Vec<&str> = urls.iter().map(String::as_str).collect();
    let options = RedisOptions::new().timeout(Duration::from_secs(10));
    let url = RedisServer::url_at(1);
    let none = RedisStore::with_sentinels(&urls, "strangers", &url, options.clone()).await;
    let unknown =
        RedisStoreError::Disconnected { cause: "the sentinels know no such group".into() };
    assert_eq!(none.expect_err("no such group"), unknown);
    let store = RedisStore::with_sentinels(&urls, "sessions", &url, options).await;
    let service = service(store.expect("they name the primary"));
    let token = start(&service, 7).await.pair.refresh.token;
    tokio::task::block_in_place(|| {
        wait_until("the replica has the session", || replica.cli(&["DBSIZE"]).trim() == "2");
    });

    primary.kill();
    let killed = Instant::now();
    let refreshed = loop {
        match refresh(&service, &token, after(300)).await {
            Ok(refreshed) => break refreshed,
            Err(SessionError::Unavailable(_)) => {}
            Err(error) => panic!("a failover logs nobody out: {error:?}"),
        }
        assert!(killed.elapsed() < Duration::from_secs(120), "it did not recover by itself");
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    eprintln!("the new primary answered after {:?}", killed.elapsed());
    assert!(matches!(refreshed, Refreshed::Rotated(_)), "{refreshed:?}");
    assert!(replica.cli(&["ROLE"]).starts_with("master"));
    drop(sentinels);
    std::fs::remove_dir_all(folder).expect("a folder of the test's own");
}
