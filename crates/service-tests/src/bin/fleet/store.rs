//! The server of the store, and its fall.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jwt_pair_store_tests::servers::{PostgresServer, RedisServer, Server};
use tokio::time::sleep;

pub enum Store {
    Redis(RedisServer, /* the last second is lost */ bool),
    Postgres(PostgresServer),
}

impl Store {
    pub fn start(kind: &str) -> Option<Self> {
        match kind {
            "redis" => RedisServer::start().map(|server| Self::Redis(server, false)),
            "redis-everysec" => {
                RedisServer::start_with(&["--appendonly", "yes", "--appendfsync", "everysec"])
                    .map(|server| Self::Redis(server, true))
            }
            "postgres" => PostgresServer::start().map(Self::Postgres),
            _ => None,
        }
    }

    pub fn url(&self) -> String {
        match self {
            Self::Redis(server, _) => server.url(),
            Self::Postgres(server) => server.url(),
        }
    }

    /// `kill -9`, and a start. With `everysec` the log is cut back by a second, as a loss of power
    /// would cut it: what the kernel has not written is gone, though it was acknowledged.
    pub async fn fall(&mut self) {
        match self {
            Self::Redis(server, false) => bounce(server).await,
            Self::Redis(server, true) => {
                let log = log_of(server);
                let size = log.metadata().expect("the log").len();
                sleep(Duration::from_secs(1)).await;
                server.kill();
                println!("cut {} bytes", log.metadata().expect("the log").len() - size);
                let file = std::fs::OpenOptions::new().write(true).open(&log);
                file.and_then(|file| file.set_len(size)).expect("the test's own file");
                sleep(Duration::from_secs(1)).await;
                server.restart();
            }
            Self::Postgres(server) => bounce(server).await,
        }
    }
}

async fn bounce(server: &mut impl Server) {
    server.kill();
    sleep(Duration::from_secs(2)).await;
    server.restart();
}

/// The file that Redis appends to.
fn log_of(server: &RedisServer) -> PathBuf {
    let answer = server.cli(&["CONFIG", "GET", "dir"]);
    let folder = Path::new(answer.lines().nth(1).expect("a directory")).join("appendonlydir");
    let files =
        std::fs::read_dir(folder).expect("the log").map(|entry| entry.expect("a file").path());
    files
        .max_by_key(|path| (path.to_string_lossy().contains(".incr."), path.clone()))
        .expect("a log")
}
