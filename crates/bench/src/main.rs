//! jwt-pair against its peers, and against the bare HMAC of the same bytes.
//!
//! The contestants are processes of their own, as some cannot be linked together, and all do the
//! same work: same claims, same secret, the clock read, the expiry checked, the claims handed out as
//! owned values. What each gives is checked before it is timed.

#[cfg(test)]
mod agreement;
mod cases;
mod chart;
mod contestants;
mod document;
mod goals;
mod lock;
mod markdown;
mod measure;
mod payloads;
mod provide;
mod record;
mod report;
mod series;
mod stats;
mod token;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use clap::Parser;

use crate::contestants::Role;
use crate::measure::{Effort, Running};
use crate::record::{Named, Record, Run, Titled};
use crate::series::AllSeries;

const FULL: Effort = Effort { rounds: 201, batch: Duration::from_millis(2) };
const QUICK: Effort = Effort { rounds: 31, batch: Duration::from_micros(500) };

/// Measures jwt-pair against its peers and prints one table.
///
/// A full run takes some minutes and writes docs/bench.json, docs/bench.svg and the tables in
/// docs/PERFORMANCE.md as well. The first run also builds the Rust contestants, and installs the
/// others under the target directory with pip and npm; those that cannot be had are skipped. The
/// figures want a machine that does nothing else.
#[derive(Parser)]
struct Arguments {
    /// 31 rounds of half a millisecond in place of 201 of two; writes no file unless told where.
    #[arg(long)]
    quick: bool,
    /// Only this case, or this group of cases; writes no file unless told where.
    #[arg(long, value_name = "CASE")]
    only: Option<String>,
    /// Where the results go as JSON.
    #[arg(long, value_name = "PATH")]
    json: Option<PathBuf>,
    /// Where the chart goes.
    #[arg(long, value_name = "PATH")]
    svg: Option<PathBuf>,
    /// Measures nothing: writes the chart and the tables anew from docs/bench.json.
    #[arg(long, conflicts_with_all = ["quick", "only", "json", "svg"])]
    draw: bool,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let docs = document::docs();
    let text = if arguments.draw {
        let path = docs.join("bench.json");
        std::fs::read_to_string(&path).with_context(|| format!("{}", path.display()))?
    } else {
        measure(&arguments)?.to_json()?
    };
    // As the file says it, to the last digit.
    let record = Record::from_json(&text)?;
    println!(
        "{}\n\n{}\n{}",
        report::summary(&record),
        report::times(&record),
        report::goals(&record)
    );

    let is_full = !arguments.quick && arguments.only.is_none();
    let default = |name: &str| is_full.then(|| docs.join(name));
    if let Some(path) = arguments.json.or_else(|| default("bench.json")) {
        write(&path, &text)?;
    }
    if let Some(path) = arguments.svg.or_else(|| default("bench.svg")) {
        write(&path, &chart::svg(&record))?;
    }
    if is_full {
        document::write_parts(&parts(&record))?;
    }
    Ok(())
}

/// What docs/PERFORMANCE.md shows of a run.
fn parts(record: &Record) -> [(&'static str, String); 2] {
    let times = format!("\n{}\n\n{}", report::summary(record), report::times(record));
    [("goals", format!("\n{}", report::goals(record))), ("times", times)]
}

fn measure(arguments: &Arguments) -> Result<Record> {
    let mut cases = cases::all();
    if let Some(only) = &arguments.only {
        let names: Vec<&str> = cases.iter().map(|case| case.name).collect();
        let names = names.join(", ");
        cases.retain(|case| case.name == only || case.group == only);
        ensure!(!cases.is_empty(), "no case {only}; there are rings, threads, {names}");
    }
    let effort = if arguments.quick { QUICK } else { FULL };
    let mut running = start()?;
    warn_of_others();
    let mut all = AllSeries::default();
    let groups: Vec<_> = cases.chunk_by(|a, b| a.group == b.group).collect();
    for (at, group) in groups.iter().enumerate() {
        eprintln!("measuring {}, {} of {}", group[0].group, at + 1, groups.len());
        all.0.extend(measure::group(group, &mut running, effort)?);
    }
    let named = |Running { contestant, .. }: &Running| {
        let version = contestant.version()?;
        Ok(Named { name: contestant.name.into(), version, role: contestant.role })
    };
    let titled = |case: &cases::Case| Titled { name: case.name.into(), title: case.title.into() };
    Ok(Record {
        run: Run {
            machine: machine(),
            rustc: rustc()?,
            rounds: effort.rounds,
            batch_microseconds: u64::try_from(effort.batch.as_micros())?,
        },
        contestants: running.iter().map(named).collect::<Result<_>>()?,
        cases: cases.iter().map(titled).collect(),
        goals: goals::judge(&all, cases.iter().map(|case| case.name)),
        times: all.times(),
    })
}

/// Those that can be started; the table makes no sense without the first two.
fn start() -> Result<Vec<Running>> {
    let binary = std::env::current_exe()?;
    let target = binary.ancestors().nth(2).context("cargo put this into a target directory")?;
    let mut running = Vec::new();
    for contestant in &contestants::ALL {
        eprintln!("building {}", contestant.name);
        match contestant.start(target) {
            Ok(process) => running.push(Running { contestant, process }),
            Err(error) if matches!(contestant.role, Role::Peer | Role::Foreign) => {
                println!("skipped {}: {error:#}", contestant.name);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(running)
}

/// Others that compute at the same time make every figure doubtful, that of two threads first.
fn warn_of_others() {
    let busy = || -> Option<(u64, u64)> {
        let text = std::fs::read_to_string("/proc/stat").ok()?;
        let ticks = text.lines().next()?.split_whitespace().skip(1).take(8);
        let ticks: Vec<u64> = ticks.map(str::parse).collect::<Result<_, _>>().ok()?;
        let idle = ticks.get(3)? + ticks.get(4)?;
        Some((ticks.iter().sum::<u64>() - idle, ticks.iter().sum()))
    };
    let before = busy();
    std::thread::sleep(Duration::from_secs(1));
    let (Some(before), Some(after)) = (before, busy()) else { return };
    let percent = (after.0 - before.0) * 100 / (after.1 - before.1).max(1);
    if percent > 10 {
        eprintln!("others use {percent} % of this machine: expect a wide spread");
    }
}

fn machine() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{}, {cores} cores", model.map_or(std::env::consts::ARCH, |(_, model)| model))
}

/// As `rustc 1.90.0`, without the hash and the date.
fn rustc() -> Result<String> {
    let output = Command::new("rustc").arg("--version").output().context("rustc is not there")?;
    let text = String::from_utf8(output.stdout)?;
    Ok(text.split(" (").next().unwrap_or_default().to_owned())
}

fn write(path: &Path, text: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
