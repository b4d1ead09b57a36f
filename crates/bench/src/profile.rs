//! Where the instructions of one operation go: counted by valgrind, by the file that they come from.
//!
//! ```sh
//! CARGO_PROFILE_RELEASE_DEBUG=line-tables-only cargo run --release -p bench \
//!     --no-default-features --features jwt-pair --bin profile
//! ```
//!
//! With `-- --write`, the table goes into docs/PERFORMANCE.md.
//!
//! Counts are the same on each run, however busy the machine is; they are not time. Valgrind knows
//! no SHA instructions, so `sha2` computes in software there: its count stands apart.

mod document;
mod markdown;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;
use std::process::Command;

use jwt_pair::{Error, Identity, Key, KeyRing, PairIssuer, PairPolicy, UnixTime, Validation};
use jwt_pair::{decode, decode_untyped, jws};
use serde::Deserialize;

#[path = "payloads.rs"]
mod payloads;

const COUNT: usize = 10;
const OPERATIONS: [&str; COUNT] = [
    "issue_pair",
    "verify_access",
    "verify_older",
    "decode_typed",
    "decode_parsed_header",
    "reject_forged",
    "reject_expired",
    "reject_noise",
    "members_500",
    "payload_64k",
];
const TIMES: u32 = 100;

#[derive(Deserialize)]
struct Data {
    exp: u64,
    data: String,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "read, and dropped")]
struct Claims {
    user_id: i64,
    user_type: String,
    session_id: String,
    exp: u64,
    iat: u64,
}

fn main() {
    match std::env::args().nth(1).as_deref() {
        None => profile(false),
        Some("--write") => profile(true),
        Some(operation) => run(operation).expect("keys of 32 bytes, and a clock"),
    }
}

/// What valgrind looks at: it collects in `measured` alone.
fn run(operation: &str) -> Result<(), Error> {
    let keys = KeyRing::new(Key::new(&[7; 32])?);
    let issuer = PairIssuer::new(keys.clone(), PairPolicy::new());
    let (identity, now) = (Identity::new(123, "customer", "session123"), UnixTime::now()?);
    let access = issuer.issue(&identity, now)?.access.token;
    let (input, signature) = access.rsplit_once('.').expect("a token has dots");
    let other = if signature.starts_with('A') { "B" } else { "A" };
    let forged = format!("{input}.{other}{}", &signature[1..]);
    let expired = issuer.issue(&identity, UnixTime::from_secs(now.as_secs() - 1000))?.access.token;
    let policy = Validation::new().max_token_bytes(128 * 1024);
    let tomorrow = now.as_secs() + 24 * 60 * 60;
    let sign = |payload: &str| jws::sign(payload.as_bytes(), "JWT", &keys);
    let typed = sign(&payloads::access_payload(now.as_secs(), tomorrow))?;
    // A ring without ids ignores the `kid`, but the header is not one that it knows.
    let with_kid = KeyRing::with_kid("key-1", Key::new(&[7; 32])?);
    let parsed_header = jws::sign(
        &payloads::access_payload(now.as_secs(), tomorrow).into_bytes(),
        "JWT",
        &with_kid,
    )?;
    let many = sign(&payloads::members_payload(tomorrow, 500))?;
    let long = sign(&payloads::data_payload(tomorrow, 64 * 1024))?;
    let noise = payloads::noise(4096);
    let older = {
        let mut ring = KeyRing::with_kid("key-0", Key::new(&[8; 32])?);
        for kid in 1..10 {
            ring = ring.also_verify_kid(&format!("key-{kid}"), Key::new(&[kid; 32])?)?;
        }
        PairIssuer::new(ring, PairPolicy::new())
    };
    let of_older =
        PairIssuer::new(KeyRing::with_kid("key-9", Key::new(&[9; 32])?), PairPolicy::new());
    let of_older = of_older.issue(&identity, now)?.access.token;
    match operation {
        "issue_pair" => measured(|| issuer.issue(&identity, UnixTime::now()?)),
        "verify_access" => measured(|| issuer.verify_access(&access, UnixTime::now()?)),
        "decode_typed" => {
            measured(|| decode::<Claims>(&typed, &keys, &policy, UnixTime::now()?));
        }
        "decode_parsed_header" => {
            measured(|| decode::<Claims>(&parsed_header, &keys, &policy, UnixTime::now()?));
        }
        "reject_forged" => measured(|| issuer.verify_access(&forged, UnixTime::now()?)),
        "reject_expired" => measured(|| issuer.verify_access(&expired, UnixTime::now()?)),
        "verify_older" => measured(|| older.verify_access(&of_older, UnixTime::now()?)),
        "reject_noise" => measured(|| issuer.verify_access(&noise, UnixTime::now()?)),
        "members_500" => measured(|| decode_untyped(&many, &keys, &policy, UnixTime::now()?)),
        "payload_64k" => {
            let decode = || decode::<Data>(&long, &keys, &policy, UnixTime::now()?);
            let Data { exp, data } = decode()?;
            assert_eq!((exp, data.len() > 65_000), (tomorrow, true));
            measured(decode);
        }
        other => panic!("no operation {other}, there are {OPERATIONS:?}"),
    }
    Ok(())
}

#[inline(never)]
fn measured<T>(operation: impl Fn() -> T) {
    for _ in 0..TIMES {
        black_box(operation());
    }
}

/// Runs this program under valgrind for each operation, and adds up what it counts.
fn profile(is_written: bool) {
    let columns = OPERATIONS.map(count);
    let names: BTreeSet<&String> = columns.iter().flat_map(BTreeMap::keys).collect();
    let row = |name: &str| columns.each_ref().map(|counts| counts.get(name).copied().unwrap_or(0));
    let mut rows: Vec<_> = names.into_iter().map(|name| (name.as_str(), row(name))).collect();
    rows.sort_by_key(|(_, counts)| Reverse(counts.iter().sum::<u64>()));
    let (mac, rows): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(name, _)| *name == MAC);
    let is_small = |counts: &[u64; COUNT]| counts.iter().all(|count| *count < 30);
    let (small, rows): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(_, c)| is_small(c));
    let sum = |rows: &[(&str, [u64; COUNT])]| {
        std::array::from_fn(|at| rows.iter().map(|(_, counts)| counts[at]).sum())
    };
    let (rest, total) =
        (("the rest", sum(&small)), ("all but the MAC", sum(&[&rows[..], &small].concat())));

    let mut table =
        vec![["instructions"].iter().chain(&OPERATIONS).map(|s| s.to_string()).collect()];
    for (name, counts) in rows.into_iter().chain([rest, total]).chain(mac) {
        let counts = counts.map(|count| markdown::thousands(count as f64));
        table.push([name.to_owned()].into_iter().chain(counts).collect());
    }
    let table = markdown::table(&table);
    println!("{table}");
    if is_written {
        document::write_parts(&[("profile", format!("\n{table}"))]).expect("docs/PERFORMANCE.md");
    }
}

/// Instructions for one run of the operation, by where the code is.
fn count(operation: &str) -> BTreeMap<String, u64> {
    let program = std::env::current_exe().expect("cargo says where it is");
    let file = program.with_extension(operation);
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--quiet", "--toggle-collect=profile::measured*"]);
    valgrind.arg(format!("--callgrind-out-file={}", file.display()));
    output(valgrind.arg(&program).arg(operation));
    let mut annotate = Command::new("callgrind_annotate");
    annotate.args(["--threshold=100", "--auto=no", "--show-percs=no"]).arg(&file);
    let text = output(&mut annotate);

    let mut counts = BTreeMap::new();
    for line in text.lines().skip_while(|line| !line.contains("file:function")) {
        let Some((count, place)) = line.trim().split_once(' ') else { continue };
        let Ok(count) = count.replace(',', "").parse::<u64>() else { continue };
        *counts.entry(part(place.trim())).or_insert(0) += count;
    }
    assert!(!counts.is_empty(), "valgrind counted nothing in {operation}");
    counts.values_mut().for_each(|count| *count /= u64::from(TIMES));
    counts
}

const MAC: &str = "the MAC, in software";
const JSON: &str = "`serde_json`, `serde_core`";

/// Crates by the names of their folders, and what they are there for.
const CRATES: [(&str, &str); 13] = [
    ("sha2", MAC),
    ("hmac", MAC),
    ("digest", MAC),
    ("block-buffer", MAC),
    ("hybrid-array", MAC),
    ("ctutils", MAC),
    ("cmov", MAC),
    ("serde_json", JSON),
    ("serde_core", JSON),
    ("serde", JSON),
    ("memchr", JSON),
    ("itoa", JSON),
    ("base64", "`base64`"),
];

/// A part of the whole, by the file of the code. What is of `core` counts for the crate whose
/// function it was compiled into.
fn part(place: &str) -> String {
    let (file, function) = place.split_once(".rs:").unwrap_or(("", place));
    let function = function.trim_start_matches(['<', '&']);
    let is_core = file.contains("/library/");
    for (name, part) in CRATES {
        let path = format!("{}::", name.replace('-', "_"));
        if file.contains(&format!("/{name}-")) || (is_core && function.starts_with(&path)) {
            return part.to_owned();
        }
    }
    let root = env!("CARGO_MANIFEST_DIR").trim_end_matches("/crates/bench");
    if let Some(name) = file.strip_prefix(root).and_then(|path| path.strip_prefix("/src/")) {
        return format!("`src/{name}.rs`");
    }
    let part = if file.contains("bench/src/") || function.contains("profile::") {
        "this program"
    } else if file.contains("/registry/") {
        "other crates"
    } else if function.contains("jwt_pair::") {
        "`core`, compiled into jwt-pair"
    } else if function.contains("malloc") || function.contains("free") {
        "memory"
    } else {
        "`libc` and `std`: copy, compare, search, clock"
    };
    part.to_owned()
}

fn output(command: &mut Command) -> String {
    let name = command.get_program().display().to_string();
    let output = command.output().unwrap_or_else(|error| panic!("{name}: {error}"));
    let reason = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name} failed: {reason}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
