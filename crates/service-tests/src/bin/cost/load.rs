//! One round of load on one route.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use jwt_pair_service_tests::http::{Connection, OF_PAGE, request};
use tokio::task::JoinSet;

use crate::asks::Ask;

const CONNECTIONS: usize = 16;
/// Short, so that what slows the machine down meets both neighbours.
const ROUND: Duration = Duration::from_millis(300);
/// The unit of `/proc/PID/stat` (proc_pid_stat(5)).
const TICKS_PER_SECOND: f64 = 100.0;

/// The server under load.
#[derive(Clone, Copy, Debug)]
pub struct Server {
    pub address: SocketAddr,
    pub process: u32,
}

/// What a round showed.
#[derive(Clone, Copy, Debug)]
pub struct Round {
    pub answers: f64,
    pub per_second: f64,
    /// Processor time of the server, its kernel's share included.
    pub server_seconds: f64,
}

pub async fn round(server: Server, ask: Ask) -> Round {
    let before = ticks(server.process);
    let mut clients = JoinSet::new();
    for _ in 0..CONNECTIONS {
        clients.spawn(client(server.address, ask));
    }
    let each = clients.join_all().await;
    Round {
        answers: each.iter().map(|(answers, _)| answers).sum(),
        per_second: each.iter().map(|(answers, seconds)| answers / seconds).sum(),
        server_seconds: (ticks(server.process) - before) / TICKS_PER_SECOND,
    }
}

/// The answers that one connection got, and in how many seconds. What does not change is written
/// once, so that the load costs little beside what it measures.
async fn client(address: SocketAddr, ask: Ask) -> (f64, f64) {
    let mut connection = Connection::open(address).await.expect("the server");
    let login = request("POST", ask.login_path(), &OF_PAGE, "{}");
    let login = connection.send(&login).await.expect("an answer");
    let session_id = login.member("session_id").expect("a session").to_owned();
    let bearer = format!("Bearer {}", login.member("access_token").expect("a token"));
    let body = format!("{{\"session_id\":\"{session_id}\"}}");
    let [with, site] = OF_PAGE;
    let with_cookie =
        |cookie: &str| request("POST", ask.path(), &[with, site, ("Cookie", cookie)], &body);
    let mut text = match ask.is_bearer() {
        true => request("GET", ask.path(), &[("Authorization", &bearer)], ""),
        false => with_cookie(&login.cookie.expect("a cookie")),
    };
    let (begun, mut answers) = (Instant::now(), 0.0);
    while begun.elapsed() < ROUND {
        let answer = connection.send(&text).await.expect("an answer");
        assert_eq!(answer.status, ask.status(), "{ask:?}: {}", answer.body);
        assert_eq!(answer.cookie.is_some(), ask == Ask::Rotate, "{ask:?}");
        if let Some(cookie) = answer.cookie {
            text = with_cookie(&cookie);
        }
        answers += 1.0;
    }
    (answers, begun.elapsed().as_secs_f64())
}

/// Processor time of a process: `utime` and `stime`.
fn ticks(process: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("Linux");
    // The name of the program, in brackets, may hold a space.
    let (_, fields) = stat.rsplit_once(") ").expect("a name");
    let times = fields.split(' ').skip(11).take(2);
    times.map(|time| time.parse::<f64>().expect("a number")).sum()
}
