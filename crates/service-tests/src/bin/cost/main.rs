//! What sessions cost over HTTP: beside the same handlers without them, and in memory.
//!
//! ```sh
//! cargo build --release -p jwt-pair-service
//! cargo run --release -p jwt-pair-service-tests --bin cost
//! ```
//!
//! The server is a second process, on loopback. Rounds alternate, and the ratio is the median of the
//! ratios of neighbours, so that a machine that slows down slows both.

mod asks;
mod load;
mod memory;
mod server;

use std::process::{ExitCode, Stdio};

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use crate::asks::Ask;
use crate::load::{Round, Server};

const ROUNDS: usize = 45;

/// What is compared with what, and the least ratio. Without one it is a bound: what the tokens alone
/// leave, before a session, a cookie or a body of JSON costs anything.
const COMPARED: [(Ask, Ask, Option<f64>); 6] = [
    (Ask::Me, Ask::Bare, Some(0.9)),
    (Ask::TokenOfMe, Ask::Bare, None),
    (Ask::Rotate, Ask::Empty, Some(0.8)),
    (Ask::TokensOfRotate, Ask::Empty, None),
    (Ask::Keep, Ask::Empty, Some(0.8)),
    (Ask::TokensOfKeep, Ask::Empty, None),
];

#[tokio::main]
async fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some("serve") {
        server::serve().await;
        return ExitCode::SUCCESS;
    }
    let this = std::env::current_exe().expect("this program");
    let mut process = Command::new(this)
        .arg("serve")
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("this program");
    let mut lines = BufReader::new(process.stdout.take().expect("it is piped")).lines();
    let address = lines.next_line().await.expect("a pipe").expect("an address");
    let server = Server {
        address: address.parse().expect("an address"),
        process: process.id().expect("it runs"),
    };
    let mut good = true;
    for (with, without, least) in COMPARED {
        good &= compare(server, with, without, least).await;
    }
    drop(process);
    good &= memory::idle().await;
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn compare(server: Server, with: Ask, without: Ask, least: Option<f64>) -> bool {
    let (mut ratios, mut rounds) = (Vec::new(), [Vec::new(), Vec::new()]);
    for _ in 0..ROUNDS {
        let pair = [load::round(server, with).await, load::round(server, without).await];
        ratios.push(pair[0].per_second / pair[1].per_second);
        rounds.iter_mut().zip(pair).for_each(|(all, round)| all.push(round));
    }
    let ratio = median(ratios);
    let verdict = match least {
        Some(least) if ratio >= least => format!("at least {least}: ok"),
        Some(least) => format!("at least {least}: MISSED"),
        None => "no goal".to_owned(),
    };
    let [rate, bare_rate] =
        rounds.each_ref().map(|all| median(all.iter().map(|round| round.per_second).collect()));
    let [cost, bare_cost] = rounds.map(|all| server_us(&all));
    println!(
        "{}: {rate:.0}/s and {bare_rate:.0}/s, {cost:.0} and {bare_cost:.0} us of the server; \
         ratio {ratio:.2}, {verdict}",
        with.name(),
    );
    least.is_none_or(|least| ratio >= least)
}

/// Processor time for one answer. A single round is too short for the clock that counts it.
fn server_us(rounds: &[Round]) -> f64 {
    let seconds: f64 = rounds.iter().map(|round| round.server_seconds).sum();
    let answers: f64 = rounds.iter().map(|round| round.answers).sum();
    seconds / answers * 1e6
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
