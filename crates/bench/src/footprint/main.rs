//! What each crate costs a program that does nothing but issue a token and verify it: how long it
//! takes to compile, how many packages it builds, and what it adds to the stripped binary.
//!
//! ```sh
//! cargo run --release -p bench --bin footprint
//! ```

#[path = "../document.rs"]
mod document;
#[path = "../lock.rs"]
mod lock;
#[path = "../markdown.rs"]
mod markdown;
mod program;
mod source_lines;
#[path = "../stats.rs"]
mod stats;

use anyhow::{Context as _, Result};
use clap::Parser;

use crate::program::{EMPTY, Profile, Project};
use crate::stats::Spread;

/// Measures what it takes to depend on jwt-pair and on each of its Rust peers.
///
/// Each gets a package of its own under the target directory, with the versions of crates/Cargo.lock,
/// and is built from clean, again and again, in turns. The times want a machine that does nothing
/// else; sizes and counts are exact.
#[derive(Parser)]
struct Arguments {
    /// How often each package is built.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    repetitions: u32,
    /// Only the crates of this name, and the empty program.
    #[arg(long, value_name = "CRATE")]
    only: Option<String>,
    /// Puts the table into docs/PERFORMANCE.md.
    #[arg(long, conflicts_with = "only")]
    write: bool,
}

struct Measured {
    project: Project,
    packages: usize,
    bytes: u64,
    release: Vec<f64>,
    dev: Vec<f64>,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let binary = std::env::current_exe()?;
    let target = binary.ancestors().nth(2).context("cargo put this into a target directory")?;
    let mut measured = Vec::new();
    for program in &program::ALL {
        let is_wanted = |only| program.package == only || program.package == EMPTY;
        if arguments.only.as_deref().is_none_or(is_wanted) {
            let project = Project::make(program, &target.join("footprint"))?;
            let packages = project.packages()?;
            measured.push(Measured {
                project,
                packages,
                bytes: 0,
                release: Vec::new(),
                dev: Vec::new(),
            });
        }
    }
    for repetition in 1..=arguments.repetitions {
        for one in &mut measured {
            let name = one.project.program.name;
            eprintln!("building {name}, {repetition} of {}", arguments.repetitions);
            one.release.push(one.project.build(Profile::Release)?);
            one.bytes = one.project.checked_bytes()?;
            one.dev.push(one.project.build(Profile::Dev)?);
        }
    }
    let text = format!("{}\n{}", table(&measured)?, source_lines::sentence()?);
    println!("{text}");
    if arguments.write {
        document::write_parts(&[("footprint", format!("\n{text}"))])?;
    }
    Ok(())
}

fn table(measured: &[Measured]) -> Result<String> {
    let heading = ["crate", "packages", "release build", "dev build", "adds to the binary"];
    let mut rows = vec![heading.map(str::to_owned).to_vec()];
    let empty = measured.iter().find(|one| one.project.program.package == EMPTY);
    let empty = empty.map_or(0, |one| one.bytes);
    for Measured { project, packages, bytes, release, dev } in measured {
        let program = project.program;
        let size = match program.package {
            EMPTY => format!("{} KiB in all", kibibytes(*bytes)),
            _ => format!("{} KiB", kibibytes(bytes.saturating_sub(empty))),
        };
        let name = match program.package {
            EMPTY => program.name.to_owned(),
            package => {
                let version = lock::locked_version(package)?;
                program.name.replacen(package, &format!("{package} {version}"), 1)
            }
        };
        rows.push(vec![name, packages.to_string(), seconds(release), seconds(dev), size]);
    }
    Ok(markdown::table(&rows))
}

fn kibibytes(bytes: u64) -> String {
    markdown::thousands(bytes as f64 / 1024.0)
}

fn seconds(times: &[f64]) -> String {
    let time = Spread::of(times.iter().copied());
    let spread = format!(" ± {:.0} %", time.percent() / 2.0);
    format!("{:.1} s{}", time.median, if times.len() > 1 { &spread } else { "" })
}
