//! One round of load on one route.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use jwt_pair_service_tests::http::{Connection, OF_PAGE, request};
use tokio::task::JoinSet;

use crate::asks::Ask;

const CONNECTIONS: usize = 16;
const ROUND: Duration = Duration::from_millis(1_500);
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
    pub per_second: f64,
    /// Processor time of the server for one answer, its kernel's share included.
    pub server_us: f64,
}

pub async fn round(server: Server, ask: Ask) -> Round {
    let (ticks, begun) = (ticks(server.process), Instant::now());
    let mut clients = JoinSet::new();
    for _ in 0..CONNECTIONS {
        clients.spawn(client(server.address, ask));
    }
    let answers = f64::from(clients.join_all().await.iter().sum::<u32>());
    let took = begun.elapsed().as_secs_f64();
    let spent = self::ticks(server.process) - ticks;
    Round { per_second: answers / took, server_us: spent / TICKS_PER_SECOND / answers * 1e6 }
}

/// The answers that one connection got. What does not change is written once, so that the load costs
/// little beside what it measures.
async fn client(address: SocketAddr, ask: Ask) -> u32 {
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
    let (begun, mut answers) = (Instant::now(), 0);
    while begun.elapsed() < ROUND {
        let answer = connection.send(&text).await.expect("an answer");
        assert_eq!(answer.status, ask.status(), "{ask:?}: {}", answer.body);
        assert_eq!(answer.cookie.is_some(), ask == Ask::Rotate, "{ask:?}");
        if let Some(cookie) = answer.cookie {
            text = with_cookie(&cookie);
        }
        answers += 1;
    }
    answers
}

/// Processor time of a process: `utime` and `stime`.
fn ticks(process: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("Linux");
    // The name of the program, in brackets, may hold a space.
    let (_, fields) = stat.rsplit_once(") ").expect("a name");
    let times = fields.split(' ').skip(11).take(2);
    times.map(|time| time.parse::<f64>().expect("a number")).sum()
}
