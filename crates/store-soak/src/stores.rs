//! Three instances of each store, and what hurts them.

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use jwt_pair::UnixTime;
use jwt_pair_postgres::{PostgresOptions, PostgresStore};
use jwt_pair_redis::{RedisOptions, RedisStore};
use jwt_pair_sessions::MemoryStore;
use jwt_pair_store_tests::servers::{
    PostgresServer, Program, Proxy, RedisServer, Server, free_port,
};
use jwt_pair_store_tests::soak::{Faults, Lossy, Soak, run, run_with_faults};

use crate::child::open;
use crate::remote::RemoteStore;

/// A lost answer is noticed so soon that the burst goes on within its window.
pub(crate) const TIMEOUT: Duration = Duration::from_millis(1_500);

/// One step in so many is not answered, and one is not taken.
const ONE_IN: u64 = 500;

pub(crate) async fn redis(
    settings: &'static [&'static str],
    now: UnixTime,
    config: Soak,
) -> String {
    let server = RedisServer::start_with(settings).expect("redis-server is installed");
    let wires = [(); 3].map(|()| Proxy::to(server.port()));
    let mut stores = Vec::new();
    for wire in &wires {
        let options = RedisOptions::new().timeout(TIMEOUT);
        let store = RedisStore::connect(&RedisServer::url_at(wire.port()), options).await;
        stores.push(Lossy::new(store.expect("it is running"), ONE_IN));
    }
    let faults = Faults { server, wires: wires.into() };
    run_with_faults(three(stores), faults, now, config).await
}

pub(crate) async fn postgres(commit: &'static str, now: UnixTime, config: Soak) -> String {
    let server = PostgresServer::start().expect("postgresql is installed");
    assert_eq!(server.psql(&format!("ALTER SYSTEM SET synchronous_commit = {commit}")), "");
    assert_eq!(server.psql("SELECT pg_reload_conf()"), "t");
    let wires = [(); 3].map(|()| Proxy::to(server.port()));
    let mut stores = Vec::new();
    for wire in &wires {
        let options = PostgresOptions::new().timeout(TIMEOUT);
        let url = PostgresServer::url_at(wire.port());
        let store = PostgresStore::connect(&url, &options).expect("a good address");
        store.migrate().await.expect("it is running");
        stores.push(Lossy::new(store, ONE_IN));
    }
    let faults = Faults { server, wires: wires.into() };
    run_with_faults(three(stores), faults, now, config).await
}

pub(crate) async fn sqlite(now: UnixTime, config: Soak) -> String {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let file = folder.path().join("sessions.db");
    drop(open(&file));
    let program = std::env::current_exe().expect("this program");
    let (mut processes, mut stores) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        let port = free_port();
        let mut command = Command::new(&program);
        command.arg("sqlite-process").arg(&file).arg(port.to_string());
        processes.push(Program::start(command, port));
        stores.push(Lossy::new(RemoteStore::new(port), ONE_IN));
    }
    let faults = Faults { server: InTurn { processes, next: 0 }, wires: Vec::new() };
    let counts = run_with_faults(three(stores), faults, now, config).await;
    drop(folder);
    counts
}

pub(crate) async fn memory(now: UnixTime, config: Soak) -> String {
    let store = Arc::new(MemoryStore::new());
    let stores = [(); 3].map(|()| Lossy::new(Arc::clone(&store), ONE_IN));
    run(stores, now, config).await
}

fn three<S>(stores: Vec<S>) -> [S; 3] {
    let Ok(stores) = stores.try_into() else { unreachable!("there are three") };
    stores
}

/// Processes of which one is hurt after the other.
struct InTurn {
    processes: Vec<Program>,
    next: usize,
}

impl Server for InTurn {
    fn kill(&mut self) {
        self.next = (self.next + 1) % self.processes.len();
        self.processes[self.next].kill();
    }

    fn restart(&mut self) {
        self.processes[self.next].restart();
    }

    fn pause(&self) {
        self.processes[self.next].pause();
    }

    fn resume(&self) {
        self.processes[self.next].resume();
    }
}
