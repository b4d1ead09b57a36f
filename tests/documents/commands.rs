//! Each command that a document shows is run by a step of CI, or is marked as long, with the place of
//! its last result, or is a sample of what a reader types with values of their own.

use super::common;
use super::documents::{documents, is_left_out};

use common::sources::{read, root};

enum Run {
    /// By this step of `.ci/run`, which has this text.
    Ci(&'static str, &'static str),
    /// By hand. The last result stands under these words, in this document.
    Long(&'static str, &'static str),
    /// It needs values of the reader's own, or it installs a tool.
    Sample,
}

use Run::{Ci, Long, Sample};

const COMMANDS: &[(&str, Run)] = &[
    ("cargo run --example token_pair", Ci("examples", "cargo run --quiet --example token_pair")),
    ("cargo test", Ci("test", "cargo test # the README's command")),
    ("cargo run --release -p bench", Long("docs/PERFORMANCE.md", "## Goals, and what is reached")),
    ("cargo run --release -p bench -- --quick", Sample),
    ("cargo run --release -p bench -- --only threads", Sample),
    ("cargo run --release -p bench -- --draw", Ci("crates", "cargo test --no-fail-fast -p bench")),
    (
        "cargo run --release -p bench --bin footprint -- --write",
        Long("docs/PERFORMANCE.md", "<!-- footprint, written by a program -->"),
    ),
    ("cargo test -p bench", Ci("crates", "cargo test --no-fail-fast -p bench")),
    (
        "CARGO_PROFILE_RELEASE_DEBUG=line-tables-only cargo run --release -p bench \
         --no-default-features --features jwt-pair --bin profile -- --write",
        Long("docs/PERFORMANCE.md", "<!-- profile, written by a program -->"),
    ),
    (
        "cargo run --release -p bench --no-default-features --features sessions --bin sessions",
        Long("docs/SCALE.md", "## Measured"),
    ),
    ("cargo run --release -p store-cost -- 1000000", Long("docs/SCALE.md", "## Measured")),
    (
        "cargo run --release -p jwt-pair-sqlite --example rates",
        Long("docs/SCALE.md", "SQLite's rates are in"),
    ),
    ("cargo run --release -p timing", Long("docs/TESTING.md", "Last result")),
    (
        "cargo test --profile $profile -p key-wipe",
        Ci("crates", "cargo test --release -p key-wipe\n"),
    ),
    (
        "cargo test --profile $profile -p key-wipe --no-default-features",
        Ci("crates", "cargo test --release -p key-wipe --no-default-features"),
    ),
    (
        "cargo test -p bench --test allocations --test stack",
        Ci("crates", "cargo test --no-fail-fast -p bench"),
    ),
    (
        "cargo test --release -p bench --test allocations --test stack --test instructions",
        Ci("crates", "cargo test --release -p bench --test allocations --test instructions"),
    ),
    (
        "cargo test --manifest-path exercises/Cargo.toml base64url",
        Ci("exercises", "exercises/check"),
    ),
    (
        "cargo test --manifest-path exercises/Cargo.toml --features solution",
        Ci("exercises", "exercises/check"),
    ),
    ("cargo test --manifest-path fuzz/Cargo.toml", Ci("fuzz_replay", "cd fuzz && cargo test")),
    ("cargo install cargo-fuzz --locked", Sample),
    ("fuzz/run --seconds 60 jws", Ci("fuzz", "fuzz/run --seconds 15 --jobs 2")),
    ("fuzz/run --seconds 1200 --jobs 2", Long("fuzz/README.md", "The table at the end")),
    (
        "cargo +nightly fuzz run --features fuzzing --sanitizer none TARGET \
         fuzz/artifacts/TARGET/crash-…",
        Sample,
    ),
    (
        "cargo +nightly fuzz tmin --features fuzzing --sanitizer none TARGET \
         fuzz/artifacts/TARGET/crash-…",
        Sample,
    ),
    (
        "cargo run -p jwt-pair-sessions --example sessions",
        Ci("crates", "cargo run --quiet -p jwt-pair-sessions --example sessions"),
    ),
    (
        "cargo test -p jwt-pair-sessions",
        Ci("crates", "cargo test --no-fail-fast --workspace --exclude bench"),
    ),
    (".ci/run", Long("docs/AUDIT.md", "all steps passed")),
    ("CI=true .ci/run", Sample),
    (".ci/run test features", Ci("features", "cargo test --no-fail-fast --no-default-features")),
    ("cargo test --test documents", Ci("test", "cargo test # the README's command")),
];

/// Other pages with commands, beside those of the root and of `docs`.
const PAGES: [&str; 3] = ["fuzz/README.md", "exercises/README.md", "crates/sessions/README.md"];

/// The commands of all blocks of shell, without comments, white space and a change of folder.
fn commands(document: &str) -> Vec<String> {
    let mut found = Vec::new();
    let blocks = document.split("```sh\n").skip(1);
    for block in blocks.filter_map(|rest| rest.split("```").next()) {
        for line in block.replace("\\\n", " ").lines() {
            let line = line.split(" # ").next().unwrap();
            let words: Vec<&str> = line.split_whitespace().collect();
            let line = words.join(" ");
            let line = line.strip_prefix("cd crates && ").unwrap_or(&line);
            let is_frame =
                line.is_empty() || ["#", "cd ", "for ", "done"].iter().any(|w| line.starts_with(w));
            if !is_frame {
                found.push(line.to_owned());
            }
        }
    }
    found
}

/// The text of a step of `.ci/run`.
fn step<'s>(script: &'s str, name: &str) -> &'s str {
    let start = script.split_once(&format!("\nstep_{name}() {{\n"));
    let (_, rest) = start.unwrap_or_else(|| panic!("no step {name}"));
    rest.split("\n}\n").next().unwrap()
}

#[test]
fn each_command_of_a_document_is_run_or_marked_as_long() {
    let pages = PAGES.iter().map(|page| (*page).to_owned()).filter(|page| !is_left_out(page));
    let pages = pages.filter(|page| root().join(page).exists());
    let mut shown = Vec::new();
    for page in documents().into_iter().chain(pages) {
        for command in commands(&read(&page)) {
            let is_known = COMMANDS.iter().any(|(known, _)| *known == command);
            assert!(is_known, "{page}: who runs {command:?}?");
            shown.push(command);
        }
    }
    assert!(shown.len() > 15, "only {} commands were seen", shown.len());
    if is_left_out(".ci") {
        return;
    }
    let script = read(".ci/run");
    for (command, run) in COMMANDS {
        assert!(shown.iter().any(|shown| shown == command), "no document shows {command:?}");
        match run {
            Ci(name, text) => assert!(
                format!("{}\n", step(&script, name)).contains(text),
                "step {name} does not have {text:?}"
            ),
            Long(page, words) => {
                assert!(read(page).contains(words), "{page} has no last result under {words:?}");
            }
            Sample => {}
        }
    }
}

#[test]
fn the_search_for_commands_sees_each_line() {
    let page = "```sh\ncd crates && a --b \\\n    c    # why\n# no\nfor x in y; do\n    d $x\ndone\n```\n```text\ne\n```\n";
    assert_eq!(commands(page), ["a --b c", "d $x"]);
}
