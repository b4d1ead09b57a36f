//! The memory of an idle service.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jwt_pair_service_tests::http::{OF_PAGE, Pool, request};
use jwt_pair_service_tests::service::{PASSWORD, Start, hash_of, seed};
use tempfile::TempDir;
use tokio::task::JoinSet;

const LOGINS: usize = 1_000;
const MOST_KIB: u64 = 40 * 1024;

/// The service itself, with as many sessions in memory, when nobody asks for anything.
pub async fn idle() -> bool {
    let folder = TempDir::new().expect("a temporary directory");
    let data = folder.path().join("data");
    let program = std::env::current_exe().expect("this program").with_file_name("jwt-pair-service");
    let start =
        Start { program, data: data.clone(), sessions: "memory".into(), arguments: Vec::new() };
    let instance = start.at("127.0.0.1:0", &folder.path().join("log"));
    let fresh = instance.resident_kib();
    let pool = Arc::new(Pool::new(instance.address));
    let body = format!("{{\"name\":\"first\",\"password\":\"{PASSWORD}\"}}");
    let answer = pool.send(&request("POST", "/auth/register", &OF_PAGE, &body)).await;
    assert_eq!(answer.expect("an answer").status, 201);
    seed(&data, LOGINS, &hash_of(&data, "first"));
    let begun = Instant::now();
    let mut clients = JoinSet::new();
    for client in 0..4 {
        let pool = Arc::clone(&pool);
        clients.spawn(async move {
            for user in (client..LOGINS).step_by(4) {
                let body = format!("{{\"name\":\"user-{user}\",\"password\":\"{PASSWORD}\"}}");
                let answer = pool.send(&request("POST", "/auth/login", &OF_PAGE, &body)).await;
                assert_eq!(answer.expect("an answer").status, 200);
            }
        });
    }
    clients.join_all().await;
    let took = begun.elapsed().as_secs_f64();
    tokio::time::sleep(Duration::from_secs(5)).await;
    let kib = instance.resident_kib();
    let verdict = if kib < MOST_KIB { "ok" } else { "MISSED" };
    println!(
        "the service: {:.1} MiB when it starts, {:.1} MiB after {LOGINS} logins in {took:.0} s, \
         less than {}: {verdict}",
        fresh as f64 / 1024.0,
        kib as f64 / 1024.0,
        MOST_KIB / 1024,
    );
    kib < MOST_KIB
}
