//! Two instances of the service on one store, under load, with faults.
//!
//! ```sh
//! cargo run --release -p jwt-pair-service-tests --bin fleet -- redis
//! ```
//!
//! The first argument is `redis` (with `appendfsync always`), `redis-everysec` or `postgres`; then
//! the number of users (10,000) and the seconds in which they come (100). It wants `jwt-pair-service`
//! beside itself: `cargo build --release -p jwt-pair-service`.

mod keys;
mod logs;
mod store;

use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use jwt_pair_service_tests::fleet::Fleet;
use jwt_pair_service_tests::service::{Instance, Start, seed};
use jwt_pair_service_tests::users::{Load, WINDOW, run};
use tempfile::TempDir;
use tokio::time::{sleep, sleep_until};

use crate::store::Store;

/// The hash of the password, cheaper than the service would make it: the sessions are tested.
const HASH: &str =
    "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$E/9XOcEJe3mPXG7g015mjI/Ptw7gpcl7bw+7BNqI9bQ";
const ACCESS: Duration = Duration::from_secs(20);

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let kind = arguments.next().unwrap_or_default();
    let mut number = |or: u64| arguments.next().map_or(or, |it| it.parse().expect("a number"));
    let (users, ramp) = (number(10_000), Duration::from_secs(number(100)));
    let Some(mut store) = Store::start(&kind) else {
        eprintln!(
            "usage: fleet redis|redis-everysec|postgres [USERS [SECONDS]]; the server must be installed"
        );
        return ExitCode::FAILURE;
    };
    let folder = TempDir::new().expect("a temporary directory");
    let data = folder.path().join("data");
    std::fs::create_dir(&data).expect("the test's own");
    keys::write(&data, 0);
    let users = usize::try_from(users).expect("a number of users");
    let start = start(&data, &store);
    let logs = [folder.path().join("a.log"), folder.path().join("b.log")];
    let mut instances = logs.each_ref().map(|log| start.at("127.0.0.1:0", log));
    seed(&data, users, HASH);
    let fleet = Arc::new(Fleet::new(instances.iter().map(|it| it.address)));

    let begun = Instant::now();
    let at = |share: f64| (begun + WINDOW + ramp.mul_f64(share)).into();
    let load = tokio::spawn({
        let fleet = Arc::clone(&fleet);
        async move { run(&fleet, Load { users, ramp }).await }
    });
    let says = |what: &str| println!("{:>4} s  {what}", begun.elapsed().as_secs());

    sleep_until(at(0.2)).await;
    let [first, _] = &mut instances;
    says("kill -9 of one instance");
    first.kill();
    sleep(Duration::from_secs(3)).await;
    *first = start.at(&first.address.to_string(), &logs[0]);
    says("it is back");

    sleep_until(at(0.4)).await;
    says("kill -9 of the store's server");
    fleet.store_is_away.store(true, Ordering::SeqCst);
    store.fall().await;
    says("it is back");
    sleep(Duration::from_secs(5)).await;
    fleet.store_is_away.store(false, Ordering::SeqCst);

    sleep_until(at(0.6)).await;
    for (step, what) in [
        (1, "a new key is distributed"),
        (2, "the new key signs"),
        (3, "the old access key is dropped"),
    ] {
        keys::write(&data, step);
        says(what);
        sleep(if step == 2 { ACCESS + Duration::from_secs(5) } else { Duration::from_secs(5) })
            .await;
    }
    load.await.expect("the load");
    says("all users are done");

    let addresses: Vec<SocketAddr> = instances.iter().map(|it| it.address).collect();
    println!("{kind}, {users} users, {} instances:\n{}", addresses.len(), fleet.report());
    let loses = matches!(store, Store::Redis(_, true));
    let mut broken = fleet.broken();
    for what in [
        "honest and out",
        "acknowledged logouts that were undone",
        "thefts that were not noticed",
        "503 otherwise",
    ] {
        // A store that loses what it has acknowledged breaks promises: then the counts are the result.
        if fleet.counted(what) > 0 && !(loses && what != "503 otherwise") {
            broken.push(format!("{} × {what}", fleet.counted(what)));
        }
    }
    for what in [
        "acknowledged logouts",
        "a thief: 401, reason stolen",
        "503 while the store is away",
        "answers lost on the way",
    ] {
        if fleet.counted(what) == 0 {
            broken.push(format!("it shows nothing: 0 × {what}"));
        }
    }
    let slow = fleet.counted("honest and out: slower than the window");
    if slow > 0 {
        broken.push(format!("too slow a machine: {slow} answers took longer than the window"));
    }
    if fleet.keys_seen() != 2 {
        broken.push(format!("{} keys have signed, and not 2", fleet.keys_seen()));
    }
    drop::<[Instance; 2]>(instances);
    broken.extend(logs::search(&logs));
    broken.truncate(20);
    for line in &broken {
        println!("BROKEN: {line}");
    }
    println!("{}", if broken.is_empty() { "all properties hold" } else { "FAILED" });
    if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn start(data: &Path, store: &Store) -> Start {
    let program = std::env::current_exe().expect("this program").with_file_name("jwt-pair-service");
    let window = format!("{}s", WINDOW.as_secs());
    let access = format!("{}s", ACCESS.as_secs());
    let arguments = [
        "--window",
        &window,
        "--access-lifetime",
        &access,
        "--key-poll",
        "1s",
        "--hash-queue",
        "4096",
    ];
    let arguments = arguments.map(str::to_owned).to_vec();
    Start { program, data: data.to_owned(), sessions: store.url(), arguments }
}
