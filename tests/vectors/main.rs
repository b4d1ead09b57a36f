//! Runs every case of `tests/vectors` and of the folder that `JWT_PAIR_VECTORS` names.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]
#![allow(clippy::print_stdout, reason = "says what ran, and each mismatch")]

#[path = "../common/mod.rs"]
mod common;

extern crate alloc;

use alloc::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use common::cases::{MAX_TOKEN_BYTES, bytes_of_hex, mismatch, run_folder, secret};
use common::json::same_json;
use jwt_pair::{Error, Key, KeyRing, jws};
use serde_json::Value;

/// How many cases the files have, so that none is lost unnoticed.
const JWT_CASES: usize = 623;
const EDGE_CASES: usize = 428;
const JWS_CASES: usize = 46;
const HMAC_CASES: usize = 261;

#[test]
fn every_jwt_case_of_this_folder() {
    assert_eq!(run_folder(&vectors()), Ok(JWT_CASES));
}

/// Cases from elsewhere: `JWT_PAIR_VECTORS=folder cargo test --test vectors`.
#[test]
fn every_jwt_case_of_the_folder_in_the_environment() {
    let Some(folder) = env::var_os(FOLDER) else { return };
    let ran = run_folder(Path::new(&folder)).unwrap();
    assert!(ran > 0, "{} has no cases", folder.display());
}

const FOLDER: &str = "JWT_PAIR_VECTORS";

/// Runs the test above in a process of its own, with the variable set to a folder of that one file.
fn run_with(name: &str, cases: &[&Value]) -> (bool, String) {
    let folder = env::temp_dir().join(format!("jwt-pair-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("cases.json"), serde_json::to_string(cases).unwrap()).unwrap();
    let ran = Command::new(env::current_exe().unwrap())
        .args(["every_jwt_case_of_the_folder_in_the_environment", "--nocapture"])
        .env(FOLDER, &folder)
        .output()
        .unwrap();
    fs::remove_dir_all(&folder).unwrap();
    (ran.status.success(), String::from_utf8(ran.stdout).unwrap())
}

#[test]
fn the_folder_in_the_environment_is_run_and_a_wrong_case_of_it_fails() {
    let cases = read_cases("jwt.json", JWT_CASES - EDGE_CASES);
    let (passed, said) = run_with("right", &[&cases[0], &cases[1]]);
    assert!(passed && said.contains(": 2 cases ran"), "{said}");

    let mut wrong = cases[1].clone();
    wrong["expect"] = if wrong["expect"] == "expired" { "invalid" } else { "expired" }.into();
    let (passed, said) = run_with("wrong", &[&cases[0], &wrong]);
    assert!(!passed && said.contains(": expected "), "{said}");
    let (passed, _) = run_with("empty", &[]);
    assert!(!passed);
}

#[test]
fn a_folder_that_is_missing_or_empty_is_an_error() {
    let folder = env::temp_dir().join(format!("jwt-pair-vectors-{}", std::process::id()));
    let error = run_folder(&folder).unwrap_err();
    assert!(error.starts_with(&format!("{}: ", folder.display())), "{error}");

    fs::create_dir(&folder).unwrap();
    let empty = run_folder(&folder).unwrap_err();
    fs::write(folder.join("a.json"), "[]").unwrap();
    let no_cases = run_folder(&folder).unwrap_err();
    fs::write(folder.join("a.json"), r#"[{"id":"a","token":"","expect":"valid"}]"#).unwrap();
    let half_a_case = run_folder(&folder).unwrap_err();
    fs::remove_dir_all(&folder).unwrap();

    assert_eq!(empty, format!("{}: no file *.json has cases", folder.display()));
    assert_eq!(no_cases, empty);
    assert_eq!(half_a_case, "a.json: case \"a\" has no text secret_b64url");
}

#[test]
fn a_wrong_expectation_is_a_mismatch() {
    for mut case in jwt_cases() {
        let wrong = if case["expect"] == "valid" { "invalid" } else { "valid" };
        case["expect"] = wrong.into();
        let mismatch = mismatch(&case).unwrap();
        assert!(mismatch.is_some(), "{}", case["id"]);
    }
}

fn jwt_cases() -> Vec<Value> {
    let mut cases = read_cases("jwt.json", JWT_CASES - EDGE_CASES);
    cases.extend(read_cases("jwt_edges.json", EDGE_CASES));
    cases
}

#[test]
fn each_case_names_a_rule_and_each_rule_has_a_case() {
    let text = fs::read_to_string(vectors().join("rules.json")).unwrap();
    let rules: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&rules["format"], &rules["version"]), (&"jwt-vectors".into(), &"1.0".into()));
    let rules = rules["rules"].as_object().unwrap();
    let cases = jwt_cases();
    for (rule, said) in rules {
        assert!(said["rfc"].as_str().unwrap().starts_with("RFC "), "{rule}");
        assert!(["must", "should", "open"].contains(&said["force"].as_str().unwrap()), "{rule}");
        assert!(said["sentence"].as_str().unwrap().len() > 20, "{rule}");
        assert!(cases.iter().any(|case| case["rule"] == **rule), "no case of {rule}");
    }
    let mut ids = BTreeSet::new();
    for case in &cases {
        let rule = case["rule"].as_str().unwrap();
        assert!(rules.contains_key(rule), "{}: there is no rule {rule}", case["id"]);
        assert!(ids.insert(case["id"].as_str().unwrap()), "{} is there twice", case["id"]);
        assert!(!case["why"].as_str().unwrap().is_empty(), "{}", case["id"]);
        let class = case["class"].as_str().unwrap();
        let fits = match case["expect"].as_str().unwrap() {
            "valid" => ["refused", "date"].contains(&class),
            "invalid" => ["forgery", "malformed"].contains(&class),
            _ => class == "date",
        };
        assert!(fits, "{}: {class}", case["id"]);
    }
}

/// A date and an expected value are decided on both sides of their edge.
#[test]
fn each_rule_at_an_edge_has_cases_on_both_sides() {
    let cases = jwt_cases();
    for rule in [
        "aud-identifies", "base64url-alphabet", "compact-segments",
        "exp", "exp-fraction", "exp-leeway", "iss", "mac", "mac-length",
        "names-exact", "nbf", "nbf-leeway", "sub", "typ-explicit", "utf8",
    ] {
        let of_rule = || cases.iter().filter(move |case| case["rule"] == rule);
        assert!(of_rule().any(|case| case["expect"] != "valid"), "{rule} refuses nothing");
        let accepts = of_rule().any(|case| case["expect"] == "valid");
        assert!(accepts, "{rule} accepts nothing");
    }
}

#[test]
fn every_jws_case() {
    let cases = read_cases("jws.json", JWS_CASES);
    let mut mismatches = 0;
    for case in &cases {
        let got = verify_jws(case);
        let expected = match case["expect"].as_str().unwrap() {
            "valid" => Some(bytes_of_hex(case, "payload_hex")),
            _ => None,
        };
        if got.as_ref().ok() != expected.as_ref() {
            println!("{}: expected {expected:?}, got {got:?}", case["id"]);
            mismatches += 1;
        }
    }
    println!("jws.json: {} cases ran", cases.len());
    assert_eq!(mismatches, 0);
}

fn verify_jws(case: &Value) -> Result<Vec<u8>, Error> {
    let keys = KeyRing::new(Key::new(&secret(case).unwrap())?);
    let token = case["jws"].as_str().unwrap();
    jws::verify(token, &keys, MAX_TOKEN_BYTES).map(|jws| jws.payload)
}

#[test]
fn every_hmac_case() {
    let cases = read_cases("hmac.json", HMAC_CASES);
    let (ours, skipped): (Vec<_>, Vec<_>) =
        cases.into_iter().partition(|case| case["alg"] == "HS256");
    let short_keys = ours.iter().filter(|case| run_hmac(case)).count();
    println!("hmac.json: {} HS256 cases ran, {short_keys} of short keys", ours.len());
    println!("hmac.json: {} HS384 and HS512 cases skipped", skipped.len());
    assert_eq!((ours.len(), short_keys, skipped.len()), (87, 3, 174));
}

/// Whether the case's key is too short.
fn run_hmac(case: &Value) -> bool {
    let [secret, message, tag] = ["key", "msg", "tag"].map(|member| bytes_of_hex(case, member));
    if secret.len() < 32 {
        let refused = Key::new(&secret).unwrap_err();
        assert_eq!(refused, Error::KeyTooShort { bytes: secret.len() }, "{case}");
        return true;
    }
    let key = Key::new(&secret).unwrap();
    let is_valid = case["valid"].as_bool().unwrap();
    let verdict = if is_valid { Ok(()) } else { Err(Error::InvalidSignature) };
    assert_eq!(key.verify(&message, &tag), verdict, "{case}");
    assert_eq!(key.sign(&message).as_slice() == tag, is_valid, "{case}");
    false
}

fn read_cases(file: &str, count: usize) -> Vec<Value> {
    let text = fs::read_to_string(vectors().join(file)).unwrap();
    let cases: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(cases.len(), count, "{file}");
    cases
}

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors")
}

#[test]
fn numbers_are_the_same_by_their_value() {
    #[track_caller]
    fn test(one: &str, other: &str, same: bool) {
        let [one, other] = [one, other].map(|text| serde_json::from_str(text).unwrap());
        assert_eq!(same_json(&one, &other), same);
    }
    test("[1.7e9]", "[1700000000.0]", true);
    test("1700000000", "1700000000.0", true);
    test("9007199254740993", "9007199254740992", false);
    test("9007199254740993", "9007199254740992.0", false);
    test("18446744073709551615", "18446744073709551614", false);
    test("0.5", "0.25", false);
    test(r#"{"a":1,"b":2}"#, r#"{"b":2.0,"a":1}"#, true);
    test(r#"{"a":1,"b":2}"#, r#"{"a":1}"#, false);
    test("[1]", "[1,2]", false);
    test("1", "\"1\"", false);
}
