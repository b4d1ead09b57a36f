//! The work for a token grows with its length and no faster, whatever fills it: counted in
//! instructions, which are the same on each run, however busy the machine is.
//!
//! ```sh
//! cargo test --release -p bench --test instructions
//! ```
//!
//! This program starts itself under valgrind (callgrind) for each size. Without optimization it
//! counts smaller sizes, as valgrind is slow.

use std::hint::black_box;
use std::process::{Command, ExitCode};

use jwt_pair::{
    Error, JsonFault, Key, KeyRing, Segment, UnixTime, Validation, decode, decode_untyped, jws,
};
use serde_json::{Map, Value};

const NOW: UnixTime = UnixTime::from_secs(1_700_000_000);

/// One way to fill a claims set.
struct Case {
    name: &'static str,
    /// The members of a claims set, as many as this.
    members: fn(usize) -> String,
    /// What is done with the token.
    work: fn(&str),
    small: usize,
    large: usize,
    /// How many times as many instructions for each byte the large one may need.
    most: f64,
}

const CASES: [Case; 6] = [
    Case {
        name: "unknown members, skipped",
        members: numbered,
        work: typed,
        small: 500,
        large: 16_000,
        most: 1.5,
    },
    Case {
        name: "unknown members of one object inside",
        members: |count| format!(r#""x":{{{}}}"#, numbered(count)),
        work: typed,
        small: 500,
        large: 16_000,
        most: 1.5,
    },
    Case {
        name: "names in descending order",
        members: |count| joined((0..count).rev().map(|at| format!(r#""m{at:08}":{at}"#))),
        work: typed,
        small: 500,
        large: 16_000,
        most: 1.5,
    },
    Case {
        name: "names, of which the last is there again",
        members: |count| format!(r#"{},"m0":0"#, numbered(count)),
        work: duplicate,
        small: 40,
        large: 16_000,
        most: 1.5,
    },
    Case {
        name: "arrays inside of arrays, again and again",
        members: |count| {
            let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
            format!(r#""x":[{}]"#, joined((0..count).map(|_| deep.clone())))
        },
        work: untyped,
        small: 40,
        large: 2_000,
        most: 1.5,
    },
    Case {
        // 8 KiB of claims, and 10 MiB.
        name: "untyped claims",
        members: numbered,
        work: untyped,
        small: 570,
        large: if cfg!(debug_assertions) { 16_000 } else { 550_000 },
        most: 1.5,
    },
];

fn numbered(count: usize) -> String {
    joined((0..count).map(|at| format!(r#""m{at}":{at}"#)))
}

fn joined(members: impl Iterator<Item = String>) -> String {
    members.collect::<Vec<_>>().join(",")
}

fn keys() -> KeyRing {
    KeyRing::new(Key::new(&[7; 32]).expect("32 bytes"))
}

fn policy() -> Validation {
    Validation::new().allow_missing_exp().max_token_bytes(usize::MAX)
}

/// The caller's type knows none of the claims.
fn typed(token: &str) {
    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Nothing {}
    let (keys, policy) = (keys(), policy());
    assert_eq!(measured(|| decode::<Nothing>(token, &keys, &policy, NOW)), Ok(Nothing {}));
}

fn untyped(token: &str) {
    let (keys, policy) = (keys(), policy());
    let claims = measured(|| decode_untyped(token, &keys, &policy, NOW));
    assert!(!claims.expect("good claims").is_empty());
}

fn duplicate(token: &str) {
    let (keys, policy) = (keys(), policy());
    let refused = measured(|| decode::<Map<String, Value>>(token, &keys, &policy, NOW));
    let fault = JsonFault::DuplicateName;
    assert_eq!(refused, Err(Error::Json { segment: Segment::Payload, fault }));
}

/// Valgrind counts in here alone.
#[inline(never)]
fn measured<T>(operation: impl FnOnce() -> T) -> T {
    black_box(operation())
}

fn claims_set(case: &Case, count: usize) -> String {
    format!("{{{}}}", (case.members)(count))
}

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    if let [word, case, count] = &arguments[..]
        && word == "measure"
    {
        let case = &CASES[case.parse::<usize>().expect("a case")];
        let claims = claims_set(case, count.parse().expect("a count"));
        let token = jws::sign(claims.as_bytes(), "JWT", &keys()).expect("a short header");
        (case.work)(&token);
        return ExitCode::SUCCESS;
    }
    let mut all_hold = true;
    for (at, case) in CASES.iter().enumerate() {
        let [small, large] = [case.small, case.large].map(|count| per_byte(at, case, count));
        let ratio = large / small;
        let holds = ratio <= case.most;
        all_hold &= holds;
        let verdict = if holds { "ok" } else { "FAILED" };
        println!(
            "{}: {small:.1} instructions a byte for {}, {large:.1} for {}: {ratio:.2} × (at most {}) ... {verdict}",
            case.name, case.small, case.large, case.most
        );
    }
    if all_hold { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn per_byte(at: usize, case: &Case, count: usize) -> f64 {
    let program = std::env::current_exe().expect("cargo says where it is");
    let file = program.with_extension(format!("{at}-{count}"));
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--quiet", "--toggle-collect=instructions::measured*"]);
    valgrind.arg(format!("--callgrind-out-file={}", file.display()));
    valgrind.arg(&program).args(["measure", &at.to_string(), &count.to_string()]);
    let output = valgrind.output().expect("valgrind is installed: apt-get install valgrind");
    let reason = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {reason}", case.name);
    let text = std::fs::read_to_string(&file).expect("callgrind has written it");
    let count_of = |line: &str| line.strip_prefix("summary: ")?.trim().parse::<u64>().ok();
    let instructions = text.lines().find_map(count_of).expect("callgrind sums up");
    assert!(instructions > 0, "{}: nothing was counted", case.name);
    instructions as f64 / claims_set(case, count).len() as f64
}
