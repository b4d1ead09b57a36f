//! Each command that a document shows is run by a step of CI, or is marked as long, with the place of
//! its last result, or is a sample of what a reader types with values of their own.

use std::fs;

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

const SOAK: Run = Long("docs/TESTING.md", "all four runs at once");

/// Every test of the companions.
const WORKSPACE: &str = "cargo test --no-fail-fast --workspace --exclude bench";

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
    (
        "TMPDIR=/dev/shm cargo run --release -p store-cost -- rates redis postgres sqlite",
        Long("docs/SCALE.md", "## Measured"),
    ),
    (
        "TMPDIR=/dev/shm cargo run --release -p store-cost -- bytes 1000000",
        Long("docs/SCALE.md", "## Measured"),
    ),
    ("cargo run --release -p store-soak -- all 300 7", SOAK),
    ("cargo run --release -p store-soak -- redis-without-aof 300 7", SOAK),
    ("cargo run --release -p store-soak -- postgres-without-sync 300 7", SOAK),
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
    ("cargo test -p jwt-pair-sessions", Ci("crates", WORKSPACE)),
    (
        "cargo run --release -p store-soak -- all 300 7",
        Long("docs/TESTING.md", "all four runs at once"),
    ),
    (
        "cargo run --release -p store-soak -- redis-without-aof 300 7",
        Long("docs/TESTING.md", "redis-without-aof: caught after"),
    ),
    (
        "cargo run --release -p store-soak -- postgres-without-sync 300 7",
        Long("docs/TESTING.md", "postgres-without-sync: caught after"),
    ),
    ("cargo run --release -p store-cost -- rates", Long("docs/SCALE.md", "## Measured")),
    ("cargo run --release -p store-cost -- bytes 1000000", Long("docs/SCALE.md", "## Measured")),
    ("cargo test -p jwt-pair-store-tests --all-features", Ci("crates", WORKSPACE)),
    ("cargo test -p jwt-pair-redis", Ci("crates", WORKSPACE)),
    ("cargo test -p jwt-pair-postgres", Ci("crates", WORKSPACE)),
    ("cargo test --all-features", Ci("crates", WORKSPACE)),
    ("cargo run -p conformance", Long("docs/FIELD.md", "Run on ")),
    ("cargo run -p conformance -- --list", Sample),
    ("cargo run -p conformance -- --only pyjwt,jose", Ci("field", "--only jwt-pair,pyjwt,jose")),
    ("cargo run -p conformance -- --case p/time/exp-is-now", Sample),
    (
        "cargo run -p conformance -- --differ 30",
        Long("crates/conformance/README.md", "Last result"),
    ),
    ("cargo run -p conformance -- --differ 30 --seed 7", Sample),
    ("cargo run -p conformance -- --check", Ci("field", "-p conformance -- --check")),
    (
        "cargo run --manifest-path jwt-pair/crates/Cargo.toml -p conformance -- --adapters \
         adapters --only NAME",
        Sample,
    ),
    // A server of the reader's own, or its rows by hand.
    ("docker run --rm -p 5432:5432 -e POSTGRES_PASSWORD=secret postgres:17", Sample),
    (
        "docker run --rm -p 6379:6379 redis:7 --appendonly yes --appendfsync always \
         --maxmemory-policy noeviction",
        Sample,
    ),
    ("cargo run --example postgres_login -- postgres://postgres:secret@127.0.0.1/postgres", Sample),
    (
        "DATABASE_URL=postgres://user:password@host/database cargo run --release --example \
         postgres_end_everybody",
        Sample,
    ),
    ("psql --command \"UPDATE jwt_pair_sessions SET ended = 'all',", Sample),
    ("ended_at = extract(epoch FROM now()) WHERE ended IS NULL\"", Sample),
    ("cargo run --example redis_login -- redis://127.0.0.1:6379/", Sample),
    ("cargo run --example redis_end_everybody -- redis://127.0.0.1:6379/ [PREFIX]", Sample),
    ("redis-cli HGETALL jwt-pair:s:SESSION", Sample),
    ("redis-cli ZRANGE jwt-pair:u:i123 0 -1", Sample),
    ("cargo run --example sqlite_login -- sessions.db", Sample),
    ("cargo run --example sqlite_end_everybody -- sessions.db", Sample),
    (
        "sqlite3 sessions.db \"UPDATE sessions SET ended_why = 'all', ended_at = unixepoch() \
         WHERE ended_why IS NULL\"",
        Sample,
    ),
    (
        "sqlite3 sessions.db \"SELECT user_id, label, generation, datetime(expires_at, \
         'unixepoch'), ended_why FROM sessions\"",
        Sample,
    ),
    // Its tests start the program, and call each of its commands.
    ("cargo run --manifest-path crates/Cargo.toml -p jwt-pair-service", Ci("crates", WORKSPACE)),
    (
        "cargo run --manifest-path crates/Cargo.toml -p jwt-pair-service -- --demo",
        Ci("browser", "crates/service-tests/browser/run --smoke"),
    ),
    ("jwt-pair-service reset-password ann < new-password", Ci("crates", WORKSPACE)),
    ("jwt-pair-service disable ann", Ci("crates", WORKSPACE)),
    ("jwt-pair-service end-sessions ann", Ci("crates", WORKSPACE)),
    ("jwt-pair-service purge --sessions sqlite", Ci("crates", WORKSPACE)),
    ("jwt-pair-service backup /backups/today", Ci("crates", WORKSPACE)),
    ("jwt-pair-service end-everybody --sessions sqlite", Ci("crates", WORKSPACE)),
    ("systemctl stop jwt-pair-service", Sample),
    (
        "rm -f accounts.db accounts.db-wal accounts.db-shm sessions.db sessions.db-wal \
         sessions.db-shm",
        Ci("crates", WORKSPACE),
    ),
    ("cp /backups/today/* .", Ci("crates", WORKSPACE)),
    ("chown --reference=. *", Ci("crates", WORKSPACE)),
    ("jwt-pair-service end-everybody --data . --sessions sqlite", Ci("crates", WORKSPACE)),
    ("systemctl start jwt-pair-service", Sample),
    (".ci/run", Long("docs/AUDIT.md", "all steps passed")),
    ("CI=true .ci/run", Sample),
    (".ci/run test features", Ci("features", "cargo test --no-fail-fast --no-default-features")),
    ("cargo test --test documents", Ci("test", "cargo test # the README's command")),
];

/// Other pages with commands, beside those of the root and of `docs`.
fn pages() -> Vec<String> {
    let mut pages = vec!["fuzz/README.md".to_owned(), "exercises/README.md".to_owned()];
    for folder in fs::read_dir(root().join("crates")).into_iter().flatten() {
        let name = folder.unwrap().file_name().into_string().unwrap();
        pages.push(format!("crates/{name}/README.md"));
    }
    pages.retain(|page| !is_left_out(page) && root().join(page).exists());
    pages.sort();
    pages
}

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
    let mut shown = Vec::new();
    for page in documents().into_iter().chain(pages()) {
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
