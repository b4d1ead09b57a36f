//! jwt-pair against its peers, and against the bare HMAC of the same bytes.
//!
//! The contestants are processes of their own, as some cannot be linked together, and all do the
//! same work: same claims, same secret, the clock read, the expiry checked, the claims handed out as
//! owned values. What each gives is checked before it is timed.

mod cases;
mod chart;
mod contestants;
mod goals;
mod measure;
mod report;
mod stats;
mod token;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use clap::Parser;

use crate::contestants::Role;
use crate::measure::{Effort, Running};
use crate::report::Results;

const FULL: Effort = Effort { rounds: 201, batch: Duration::from_millis(2) };
const QUICK: Effort = Effort { rounds: 31, batch: Duration::from_micros(500) };

/// Measures jwt-pair against its peers and prints one table.
///
/// A full run writes docs/bench.json and docs/bench.svg of the repository as well.
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
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let mut cases = cases::all();
    if let Some(only) = &arguments.only {
        let names: Vec<&str> = cases.iter().map(|case| case.name).collect();
        let names = names.join(", ");
        cases.retain(|case| case.name == only || case.group == only);
        ensure!(!cases.is_empty(), "no case {only}; there are rings, threads, {names}");
    }

    let mut running = start()?;
    let mut results = Results {
        machine: machine(),
        effort: if arguments.quick { QUICK } else { FULL },
        contestants: Vec::new(),
        cases: Vec::new(),
        series: Vec::new(),
    };
    for runner in &running {
        results.contestants.push((runner.contestant.name, runner.contestant.version()?));
    }
    for group in cases.chunk_by(|a, b| a.group == b.group) {
        eprintln!("measuring {}", group[0].group);
        results.series.extend(measure::group(group, &mut running, results.effort)?);
        group.iter().for_each(|case| results.add_case(case));
    }

    let verdicts = goals::judge(&results);
    println!("{}\n\n{}\n{}", results.summary(), results.table(), results.goals_table(&verdicts));
    let is_full = !arguments.quick && arguments.only.is_none();
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let default = |name: &str| is_full.then(|| docs.join(name));
    if let Some(path) = arguments.json.or_else(|| default("bench.json")) {
        write(&path, &results.json(&verdicts)?)?;
    }
    if let Some(path) = arguments.svg.or_else(|| default("bench.svg")) {
        write(&path, &chart::svg(&results))?;
    }
    Ok(())
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

fn machine() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{}, {cores} cores", model.map_or(std::env::consts::ARCH, |(_, model)| model))
}

fn write(path: &Path, text: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
