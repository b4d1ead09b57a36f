//! `inspect` and `verify` agree with each other and with the library, for every vector and for
//! everything that the fuzzers have kept.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use core::time::Duration;
use std::fs;
use std::path::Path;

use common::{ACCESS, Fake, JWT, NOW, assert_harmless, json, key, root, signed, signed_with};
use jwt_pair::{
    AccessVerifier, Error, Key, KeyRing, PairIssuer, PairPolicy, Predecessor, RefreshVerifier,
    Stage, UnixTime, Validation, base64url,
};
use jwt_pair_cli::Exit;
use serde_json::Value;

/// How a token is read: the arguments, and the library's answer.
type Way = (&'static [&'static str], fn(&str, KeyRing, UnixTime) -> Result<(), Error>);

const WAYS: [Way; 5] = [
    (&["--as", "jwt"], |token, ring, now| {
        jwt_pair::decode_untyped(token, &ring, &Validation::new(), now).map(drop)
    }),
    (&[], |token, ring, now| PairIssuer::new(ring, PairPolicy::new()).decode(token, now).map(drop)),
    (&["--as", "access", "--leeway", "60"], |token, ring, now| {
        let policy = PairPolicy::new().leeway(Duration::from_secs(60));
        AccessVerifier::new(ring, policy).verify(token, now).map(drop)
    }),
    (&["--as", "refresh", "--predecessor", "--issuer", "a"], |token, ring, now| {
        let [access, refresh] = [900, 604_800].map(Duration::from_secs);
        let until = UnixTime::from_secs(u64::MAX);
        let predecessor = Predecessor::new(ring.clone(), access, refresh, until);
        let policy = PairPolicy::new().issuer("a").predecessor(predecessor);
        RefreshVerifier::new(ring, policy).verify(token, now).map(drop)
    }),
    (&["--as", "jwt", "--max-age", "1h", "--allow-missing-exp"], |token, ring, now| {
        let policy = Validation::new().max_age(Duration::from_secs(3_600)).allow_missing_exp();
        jwt_pair::decode_untyped(token, &ring, &policy, now).map(drop)
    }),
];

/// Stages that were seen, so that a stage that no input reaches is noticed.
#[derive(Default)]
struct Seen {
    stages: std::collections::BTreeSet<String>,
    tokens: usize,
}

/// Both commands say what the library says of the token, in each way.
#[track_caller]
fn agree(token: &str, secret: &[u8], now: u64, seen: &mut Seen) {
    agree_in(&WAYS, token, secret, now, seen);
}

/// The same in one way, and in the next one for the next token: there are thousands.
#[track_caller]
fn agree_in_turn(token: &str, seen: &mut Seen) {
    let way = seen.tokens % WAYS.len();
    agree_in(&WAYS[way..=way], token, common::SECRET.as_bytes(), NOW, seen);
}

#[track_caller]
fn agree_in(ways: &[Way], token: &str, secret: &[u8], now: u64, seen: &mut Seen) {
    let Ok(key) = Key::new(secret) else { return };
    for (options, library) in ways {
        let expected = library(token, KeyRing::new(key.clone()), UnixTime::from_secs(now));
        let answers = ["inspect", "verify"].map(|command| {
            let mut world = Fake { stdin: token.as_bytes().to_vec(), ..Fake::default() };
            let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
            world.variables.insert("JWT_SECRET".to_owned(), hex.into());
            let now = now.to_string();
            let usual = [command, "--json", "--secret-format", "hex", "--now", now.as_str()];
            world.ask(usual.iter().chain(*options))
        });
        let [inspect, verify] = &answers;
        assert_eq!(inspect.exit, verify.exit, "{options:?} {token}");
        answers.iter().for_each(|answer| assert_harmless(&answer.out));
        let [inspect, verify] = [json(inspect), json(verify)];
        for member in ["outcome", "error", "stage", "message", "public_message", "hints"] {
            assert_eq!(inspect[member], verify[member], "{options:?} {token}");
        }
        let (exit, stage) = match &expected {
            Ok(()) => (Exit::Valid, None),
            Err(error) => (Exit::of(error), error.stage()),
        };
        assert_eq!(inspect["outcome"], exit.word(), "{options:?} {token}");
        let message = expected.err().map(|error| Value::from(error.to_string()));
        assert_eq!(inspect.get("message"), message.as_ref(), "{options:?} {token}");
        assert_walk(&inspect["checks"], stage);
        seen.stages.insert(format!("{stage:?}"));
    }
    seen.tokens += 1;
}

/// Checks before the stage have passed, it has failed, and those after it were not reached.
#[track_caller]
fn assert_walk(checks: &Value, failed: Option<Stage>) {
    let checks = checks.as_array().unwrap();
    assert!(checks.len() >= 11, "{checks:?}");
    let place = |stage: &Stage| checks.iter().position(|row| row["stage"] == format!("{stage:?}"));
    for stage in Stage::ALL {
        let Some(place) = place(&stage) else { continue };
        let expected = match failed {
            Some(failed) if stage == failed => "failed",
            Some(failed) if stage > failed => "not reached",
            _ => "passed",
        };
        assert_eq!(checks[place]["result"], expected, "{stage:?}, {failed:?}");
    }
    let places: Vec<usize> = Stage::ALL.iter().filter_map(place).collect();
    assert!(places.is_sorted() && places.len() == checks.len());
    assert!(failed.is_none_or(|failed| place(&failed).is_some()), "{failed:?} is not shown");
}

fn vectors(file: &str) -> Vec<Value> {
    let text = fs::read_to_string(root().join("tests/vectors").join(file)).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn every_vector() {
    let mut seen = Seen::default();
    for case in vectors("jwt.json").iter().chain(&vectors("jws.json")) {
        let Some(token) = case["token"].as_str().or(case["jws"].as_str()) else { continue };
        // The command takes these off, so the library never sees them.
        if token.trim() != token || token.to_ascii_lowercase().starts_with("bearer ") {
            continue;
        }
        let secret = base64url::decode(case["secret_b64url"].as_str().unwrap()).unwrap();
        agree(token, &secret, case["now"].as_u64().unwrap_or(NOW), &mut seen);
    }
    assert!(seen.tokens > 200, "only {} vectors", seen.tokens);
}

/// Every kept input as a token, and in another one: as a payload under either of two headers or under
/// another key, or as a header.
#[test]
fn every_input_that_the_fuzzers_have_kept() {
    let mut seen = Seen::default();
    let other = Key::new(&[7; 32]).unwrap();
    for folder in ["corpus", "seeds", "regressions"] {
        for file in files(&root().join("fuzz").join(folder)) {
            let bytes = fs::read(&file).unwrap();
            if let Ok(text) = str::from_utf8(&bytes)
                && text.trim() == text
                && !text.to_ascii_lowercase().starts_with("bearer ")
            {
                agree_in_turn(text, &mut seen);
            }
            // There are 4 kinds of token and 5 ways, so that each meets each.
            match seen.tokens % 4 {
                0 => agree_in_turn(&signed(JWT, &bytes), &mut seen),
                1 => agree_in_turn(&signed(ACCESS, &bytes), &mut seen),
                2 => agree_in_turn(&signed_with(&other, JWT, &bytes), &mut seen),
                _ => agree_in_turn(&signed(&bytes, br#"{"exp":1700000001}"#), &mut seen),
            }
        }
    }
    assert!(seen.tokens > 4_000, "only {} tokens", seen.tokens);
    let others = [Stage::Use].into_iter().chain(OTHERS);
    let others: Vec<Stage> = others.collect();
    let stages = Stage::ALL.into_iter().filter(|stage| !others.contains(stage));
    for stage in stages.map(Some).chain([None]) {
        assert!(seen.stages.contains(&format!("{stage:?}")), "{stage:?} in {:?}", seen.stages);
    }
}

/// No kept input reaches these for sure: they need dates near the clock, or a signed text that is no
/// base64url.
const OTHERS: [Stage; 4] = [Stage::Payload, Stage::Predecessor, Stage::NotBefore, Stage::Age];

/// One input for each of them.
#[test]
fn stages_that_no_kept_input_reaches() {
    let mut seen = Seen::default();
    let claims = br#"{"user_id":1,"session_id":"s","iss":"a","exp":1700000009,"iat":1700000000}"#;
    agree(&signed(JWT, claims), common::SECRET.as_bytes(), NOW, &mut seen);
    let input = format!("{}.a", base64url::encode(JWT));
    let token = format!("{input}.{}", base64url::encode(&key().sign(input.as_bytes())));
    agree(&token, common::SECRET.as_bytes(), NOW, &mut seen);
    let claims = br#"{"exp":1700000009,"nbf":1700000001}"#;
    agree(&signed(JWT, claims), common::SECRET.as_bytes(), NOW, &mut seen);
    agree(&signed(JWT, br#"{"iat":1600000000}"#), common::SECRET.as_bytes(), NOW, &mut seen);
    for stage in OTHERS {
        assert!(seen.stages.contains(&format!("{:?}", Some(stage))), "{stage:?}");
    }
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}
