//! The cases of `tests/vectors`, run against the JWT libraries that people use.
//!
//! Each library has an adapter: a process that reads a case a line and answers with a verdict a line.

mod adapter;
mod chart;
mod differ;
mod differences;
mod document;
mod judge;
mod process;
mod record;
mod run;
mod suite;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, bail, ensure};
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};

use crate::adapter::{Adapter, date_and_time};
use crate::judge::Judgement;
use crate::process::LIMIT;
use crate::record::{Absent, Counts, Field, Found, Library};
use crate::run::Runner;
use crate::suite::{Case, Force, Suite};

/// Runs the project's JWT cases against the libraries of the field.
///
/// A full run installs what it needs below `crates/target/conformance`, and writes docs/FIELD.md,
/// docs/field.json and docs/field.svg. A run of a part prints what it found, and writes none of them.
#[derive(Parser)]
struct Arguments {
    /// Only these libraries, by the names that --list shows, with commas between.
    #[arg(long, value_name = "LIBRARY", value_delimiter = ',')]
    only: Vec<String>,
    /// Only this case.
    #[arg(long, value_name = "ID")]
    case: Option<String>,
    /// Lists the libraries and the cases.
    #[arg(long)]
    list: bool,
    /// A folder of more adapters.
    #[arg(long, value_name = "FOLDER")]
    adapters: Vec<PathBuf>,
    /// A folder of more cases.
    #[arg(long, value_name = "FOLDER")]
    cases: Vec<PathBuf>,
    /// Where findings go that their authors are told first: a file outside of the repository.
    #[arg(long, value_name = "FILE")]
    private: Option<PathBuf>,
    /// The rows of a library in docs/field.json must be what this run finds.
    #[arg(long)]
    compare: bool,
    /// Compares this crate with PyJWT, jose and golang-jwt on changed inputs of the fuzz targets.
    #[arg(long, value_name = "MINUTES")]
    differ: Option<u64>,
    /// Where the changes of --differ begin.
    #[arg(long, value_name = "NUMBER", default_value_t = 1, requires = "differ")]
    seed: u64,
    /// Runs nothing: checks that docs/FIELD.md and the chart are what docs/field.json says.
    #[arg(long)]
    check: bool,
    /// Runs nothing: writes docs/FIELD.md and the chart anew from docs/field.json.
    #[arg(long)]
    render: bool,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
    let mut folders = vec![root.join("tests/vectors")];
    folders.extend(arguments.cases.iter().cloned());
    let suite = Suite::read(&folders)?;
    if arguments.check || arguments.render {
        return written(&root, &suite, arguments.render);
    }
    let mut folders = vec![root.join("crates/conformance/adapters")];
    folders.extend(arguments.adapters.iter().cloned());
    let adapters = Adapter::all(&folders)?;
    if arguments.list {
        return list(&suite, &adapters);
    }
    if let Some(minutes) = arguments.differ {
        return differ(&root, &adapters, minutes, &arguments);
    }
    for id in &arguments.only {
        let is_there = adapters.iter().any(|adapter| adapter.id == *id);
        ensure!(is_there, "there is no adapter {id}: --list shows all");
    }
    let is_wanted =
        |adapter: &&Adapter| arguments.only.is_empty() || arguments.only.contains(&adapter.id);
    let adapters: Vec<&Adapter> = adapters.iter().filter(is_wanted).collect();
    let cases: Vec<&Case> = match &arguments.case {
        Some(id) => vec![suite.case(id)?],
        None => suite.cases.iter().collect(),
    };

    if let (Some(_), [case]) = (&arguments.case, cases.as_slice()) {
        explain(&suite, case);
    }
    let run = run_all(&suite, &adapters, &cases)?;
    let is_whole = arguments.only.is_empty() && arguments.case.is_none();
    if is_whole && arguments.cases.is_empty() && arguments.adapters.is_empty() {
        let json = serde_json::to_string_pretty(&run.field)?;
        fs::write(root.join("docs/field.json"), json + "\n")?;
        written(&root, &suite, true)?;
        println!("docs/FIELD.md, docs/field.json and docs/field.svg are written.");
    }
    let failures = summary(&run.field, arguments.case.is_some());
    if arguments.compare {
        compare(&root, &run.field)?;
    }
    let name = match arguments.only.as_slice() {
        [] => "findings.json".into(),
        only => format!("findings-{}.json", only.join("-")),
    };
    let private: BTreeMap<_, _> = run.private.iter().cloned().collect();
    let text = serde_json::to_string_pretty(&private)?;
    keep_private(private.is_empty(), &text, &name, &arguments, &root)?;
    for absent in &run.field.absent {
        println!("not run: {}: {}", absent.name, absent.reason);
    }
    ensure!(is_whole || run.field.absent.is_empty(), "not every library that was named has run");
    ensure!(failures == 0, "this crate fails {failures} cases");
    Ok(())
}

fn differ(root: &Path, adapters: &[Adapter], minutes: u64, arguments: &Arguments) -> Result<()> {
    let out = out()?;
    let bar = ProgressBar::new_spinner();
    bar.set_style(ProgressStyle::with_template("{spinner} {pos} inputs, {elapsed}")?);
    let plan = differ::Plan { root, out: &out, adapters, minutes, seed: arguments.seed };
    let outcome = differ::run(&plan, |inputs| bar.set_position(inputs))?;
    bar.finish_and_clear();
    println!("{} inputs, from {}", outcome.inputs, arguments.seed);
    for (class, count) in &outcome.classes {
        println!("{count:9} {class}");
    }
    for (difference, example) in &outcome.unknown {
        println!("of no class: {difference}\n    {example}");
    }
    let unknown = outcome.unknown.len();
    let text = serde_json::to_string_pretty(&outcome.private)?;
    keep_private(outcome.private.is_empty(), &text, "differences.json", arguments, root)?;
    ensure!(unknown == 0, "{unknown} differences are of no class");
    Ok(())
}

fn out() -> Result<PathBuf> {
    let out = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/conformance");
    fs::create_dir_all(&out)?;
    Ok(out.canonicalize()?)
}

fn explain(suite: &Suite, case: &Case) {
    println!("{}\n{}", case.id, case.why);
    if let Some(rule) = suite.rules.get(&case.rule) {
        println!("{}, {:?}: {}", rule.rfc, rule.force, rule.sentence);
    }
    println!("expected: {}\n", case.expect.name());
}

struct Run {
    field: Field,
    private: Vec<(String, Vec<record::Failure>)>,
}

fn run_all(suite: &Suite, adapters: &[&Adapter], cases: &[&Case]) -> Result<Run> {
    let out = out()?;
    let bar = ProgressBar::new((adapters.len() * cases.len()) as u64);
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {elapsed} {wide_msg}")?;
    bar.set_style(style);
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let mut field = Field {
        date: date_and_time(seconds).get(..10).unwrap_or_default().to_owned(),
        suite: Counts {
            version: suite.version.clone(),
            must: suite.count(Force::Must),
            should: suite.count(Force::Should),
            open: suite.count(Force::Open),
        },
        withheld: false,
        libraries: Vec::new(),
        absent: Vec::new(),
    };
    let mut private = Vec::new();
    for adapter in adapters {
        bar.set_message(adapter.name.clone());
        let before = bar.position();
        match run_one(suite, adapter, cases, &out, &bar) {
            Ok(found) => {
                if !found.private.is_empty() {
                    let label = format!("{} {}", found.public.name, found.public.version);
                    private.push((label, found.private));
                }
                field.libraries.push(found.public);
            }
            Err(error) => {
                let reason = format!("{error:#}");
                field.absent.push(Absent { name: adapter.name.clone(), reason });
            }
        }
        bar.set_position(before + cases.len() as u64);
    }
    bar.finish_and_clear();
    field.withheld = !private.is_empty();
    Ok(Run { field, private })
}

fn run_one(
    suite: &Suite,
    adapter: &Adapter,
    cases: &[&Case],
    out: &Path,
    bar: &ProgressBar,
) -> Result<Found> {
    let version = adapter.provide(out)?;
    let runner = Runner { adapter, out, limit: LIMIT };
    runner.prove(suite)?;
    let judgements = runner.judge_all(cases, None, || bar.inc(1))?;
    let judged: Vec<(&Case, Judgement)> = cases.iter().copied().zip(judgements).collect();
    for (case, judgement) in &judged {
        if let Judgement::Garbled(why) = judgement {
            bail!("its adapter gives no answer to {}: {why}", case.id);
        }
    }
    // A documented setting that changes a failed row is named in it.
    let failed: Vec<&Case> = judged
        .iter()
        .filter(|(case, judgement)| record::failure(suite, case, judgement).is_some())
        .map(|(case, _)| *case)
        .collect();
    let mut right_with = BTreeMap::new();
    for setting in &adapter.settings {
        let again = runner.judge_all(&failed, Some(setting), || {})?;
        for (case, judgement) in failed.iter().zip(again) {
            if matches!(judgement, Judgement::Right(_)) {
                right_with.entry(case.id.clone()).or_insert_with(|| setting.name.clone());
            }
        }
    }
    Ok(Found::new(suite, adapter, version, &judged, &right_with))
}

fn list(suite: &Suite, adapters: &[Adapter]) -> Result<()> {
    let mut out = std::io::stdout().lock();
    for adapter in adapters {
        writeln!(out, "{:24} {} ({})", adapter.id, adapter.name, adapter.language)?;
    }
    for case in &suite.cases {
        let force = format!("{:?}", suite.force(case)).to_uppercase();
        writeln!(out, "{:44} {force:6} {}", case.id, case.why)?;
    }
    Ok(())
}

/// Prints what may be published; how many cases this crate fails.
fn summary(field: &Field, is_one_case: bool) -> usize {
    for library in &field.libraries {
        let Library { name, version, failures, open, .. } = library;
        println!("{name} {version}: {} failures, {} open choices", failures.len(), open.len());
        for failure in failures {
            let (case, class) = (&failure.case, failure.class.title());
            println!("    {case}: {class}, {:?}: {}", failure.force, failure.said);
        }
        if is_one_case {
            for (case, verdict) in open {
                println!("    {case}: {}, and the RFCs leave it open", verdict.name());
            }
        }
    }
    let own = field.libraries.iter().filter(|library| library.is_own());
    own.map(|library| library.failures.len()).sum()
}

fn compare(root: &Path, field: &Field) -> Result<()> {
    let text = fs::read_to_string(root.join("docs/field.json"))?;
    let published: Field = serde_json::from_str(&text)?;
    ensure!(published.suite == field.suite, "docs/field.json is of other cases: run all of it");
    for library in &field.libraries {
        let row = published.libraries.iter().find(|row| row.id == library.id);
        let row = row.with_context(|| format!("docs/field.json has no {}", library.id))?;
        ensure!(row == library, "docs/field.json says otherwise of {}", library.id);
        println!("{}: as docs/field.json says", library.id);
    }
    Ok(())
}

fn written(root: &Path, suite: &Suite, writes: bool) -> Result<()> {
    let text = fs::read_to_string(root.join("docs/field.json"))?;
    let field: Field = serde_json::from_str(&text)?;
    let pages = [
        ("docs/FIELD.md", document::markdown(&field, suite)),
        ("docs/field.svg", chart::svg(&field)),
    ];
    for (path, text) in pages {
        if writes {
            fs::write(root.join(path), text)?;
        } else {
            let is_same = fs::read_to_string(root.join(path))? == text;
            ensure!(is_same, "{path} is not what docs/field.json says: --render writes it");
            println!("{path} is what docs/field.json says");
        }
    }
    Ok(())
}

fn keep_private(
    is_empty: bool,
    text: &str,
    name: &str,
    arguments: &Arguments,
    root: &Path,
) -> Result<()> {
    if is_empty {
        return Ok(());
    }
    let file = match &arguments.private {
        Some(file) => file.clone(),
        None => {
            let home = std::env::home_dir().context("there is no home: name a file (--private)")?;
            home.join(".local/state/jwt-conformance").join(name)
        }
    };
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let folder = folder.canonicalize()?;
    ensure!(!folder.starts_with(root), "{} is in the repository", file.display());
    fs::write(&file, format!("{text}\n"))?;
    println!(
        "There are findings that are not published: {}. crates/conformance/README.md says how to \
         report them.",
        file.display()
    );
    Ok(())
}
