//! The cases of exercise 6 judge the library's own rule: what a student writes is what services run.
//!
//! Not in the package, since the exercises are not.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use core::time::Duration;

use jwt_pair::serde_json::{self, Value};
use jwt_pair::{UnixTime, UserId};
use jwt_pair_sessions::{Decision, EndReason, Session, ShownToken, decide};

#[test]
fn the_cases_of_the_exercise_hold_for_the_library() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../exercises/cases/rotation.json");
    let cases: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let cases = cases["decisions"].as_array().unwrap();
    assert!(cases.len() >= 40, "{} cases", cases.len());
    for case in cases {
        let row = (!case["row"].is_null()).then(|| row(&case["row"]));
        let user_id = user(&case["token"]);
        let token = ShownToken {
            user_id: &user_id,
            generation: digits(&case["token"]["generation"]),
            iat: time(&case["token"]["iat"]),
        };
        let window = Duration::from_secs(digits(&case["window"]));
        let decision = decide(row.as_ref(), &token, time(&case["now"]), window);
        assert_eq!(name(decision), case["expect"], "{case}");
    }
}

fn row(case: &Value) -> Session {
    let mut row =
        Session::new("s".into(), user(case), UnixTime::from_secs(0), time(&case["deadline"]));
    row.generation = digits(&case["generation"]);
    row.rotated_at = time(&case["rotated_at"]);
    row.previous_rotated_at = time(&case["previous_rotated_at"]);
    row.expires_at = time(&case["expires_at"]);
    if case["ended"] == true {
        row.end(EndReason::Logout, row.rotated_at);
    }
    row
}

fn name(decision: Decision) -> &'static str {
    match decision {
        Decision::Rotate => "Rotate",
        Decision::Keep => "Keep",
        Decision::Repeat => "Repeat",
        Decision::Reuse => "Reuse",
        Decision::Ahead => "Ahead",
        Decision::Ended(_) => "Ended",
        Decision::Revoked => "Revoked",
    }
}

fn user(case: &Value) -> UserId {
    UserId::from(case["user_id"].as_i64().unwrap())
}

fn time(value: &Value) -> UnixTime {
    UnixTime::from_secs(digits(value))
}

fn digits(value: &Value) -> u64 {
    value.as_str().unwrap().parse().unwrap()
}
