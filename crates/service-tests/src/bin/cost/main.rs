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
use crate::load::Server;

const ROUNDS: usize = 9;

/// What is compared with what, and the least ratio. Without one it is a bound: what the tokens alone
/// leave, before a session, a cookie or a body of JSON costs anything.
const COMPARED: [(Ask, Ask, Option<f64>); 5] = [
    (Ask::Me, Ask::Bare, Some(0.9)),
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
    for ask in [with, without] {
        load::round(server, ask).await;
    }
    let (mut ratios, mut rates, mut costs) = (Vec::new(), [vec![], vec![]], [vec![], vec![]]);
    for _ in 0..ROUNDS {
        let rounds = [load::round(server, with).await, load::round(server, without).await];
        ratios.push(rounds[0].per_second / rounds[1].per_second);
        for (place, round) in rounds.iter().enumerate() {
            rates[place].push(round.per_second);
            costs[place].push(round.server_us);
        }
    }
    let ratio = median(ratios);
    let verdict = match least {
        Some(least) if ratio >= least => format!("at least {least}: ok"),
        Some(least) => format!("at least {least}: MISSED"),
        None => "no goal".to_owned(),
    };
    let ([rate, bare_rate], [cost, bare_cost]) = (rates.map(median), costs.map(median));
    println!(
        "{}: {rate:.0}/s and {bare_rate:.0}/s, {cost:.0} and {bare_cost:.0} us of the server; \
         ratio {ratio:.2}, {verdict}",
        with.name(),
    );
    least.is_none_or(|least| ratio >= least)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
