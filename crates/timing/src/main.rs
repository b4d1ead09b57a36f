//! Whether the time of the MAC check tells where a wrong MAC differs from the right one.
//!
//! Dudect's test: two classes of tokens, whose MACs differ in their first byte or in their last, in
//! random order; Welch's t between the times of the two, over all samples and over 100 crops of
//! the slow ones, of which the largest counts. Measured and computed by `dudect-bencher`, each check
//! in a process of its own.

mod checks;
mod forgeries;
mod verdict;

use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use dudect_bencher::ctbench::{BenchMetadata, BenchName, BenchOpts, run_benches_console};

use crate::checks::{CHECKS, Check};
use crate::verdict::Summary;

/// Measures whether the time of the MAC check tells where a wrong MAC differs.
///
/// A MAC that differs in its first byte against one that differs in its last. The crate's two ways to
/// check a MAC must show |t| < 4.5, the same data through a comparison that stops at the first
/// difference |t| > 10, so that the measurement is known to see. Exits with 1 if one is not so.
#[derive(Parser)]
struct Arguments {
    /// How many MACs each check is timed with.
    #[arg(long, value_name = "COUNT", default_value_t = 4_000_000,
          value_parser = clap::value_parser!(u32).range(1_000_000..=100_000_000))]
    samples: u32,
    /// Times this check alone and prints what dudect-bencher says; the program starts itself so.
    #[arg(long, value_name = "CHECK", hide = true)]
    only: Option<String>,
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    ensure!(!cfg!(debug_assertions), "only optimized code is worth timing: cargo run --release");
    checks::SAMPLES.get_or_init(|| arguments.samples);
    if let Some(only) = &arguments.only {
        let check = CHECKS.iter().find(|check| check.name == only).context("no such check")?;
        let bench =
            BenchMetadata { name: BenchName(check.name), seed: None, benchfn: check.benchfn };
        run_benches_console(BenchOpts::default(), vec![bench])?;
        return Ok(ExitCode::SUCCESS);
    }

    let mut all_met = true;
    println!("{:<58} {:>9} {:>12}  verdict", "check", "t", "goal");
    for check in &CHECKS {
        let summary = run(check, arguments.samples)?;
        let is_met = check.goal.is_met_by(summary.t);
        all_met &= is_met;
        let verdict = if is_met { "met" } else { "NOT met" };
        let goal = check.goal.to_string();
        println!("{:<58} {:>+9.2} {goal:>12}  {verdict}", check.what, summary.t);
    }
    Ok(if all_met { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn run(check: &Check, samples: u32) -> Result<Summary> {
    let child = Command::new(std::env::current_exe()?)
        .args(["--only", check.name, "--samples", &samples.to_string()])
        .stderr(Stdio::inherit())
        .output()?;
    ensure!(child.status.success(), "{}: {}", check.name, child.status);
    let printed = String::from_utf8(child.stdout)?;
    eprint!("{}", printed.trim_start());
    verdict::summary(&printed).with_context(|| format!("no t in: {printed}"))
}
