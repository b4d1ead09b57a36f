use jwt_pair_exercises::rotation::{Row, Shown, decide};
use serde_json::Value;

use crate::vectors::{digits, number, own_cases, text};

/// The library's own rule is judged by these cases too, in `crates/sessions/tests`.
#[test]
fn every_case_of_the_rule() {
    let mut wrong = Vec::new();
    let cases = own_cases("rotation.json", "decisions");
    for case in &cases {
        let row = (!case["row"].is_null()).then(|| row(&case["row"]));
        let token = Shown {
            user_id: number(&case["token"], "user_id"),
            generation: digits(&case["token"], "generation"),
            iat: digits(&case["token"], "iat"),
        };
        let decision = decide(row.as_ref(), &token, digits(case, "now"), digits(case, "window"));
        if format!("{decision:?}") != text(case, "expect") {
            wrong.push(format!("{case}\n    got {decision:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

fn row(row: &Value) -> Row {
    Row {
        user_id: number(row, "user_id"),
        generation: digits(row, "generation"),
        rotated_at: digits(row, "rotated_at"),
        previous_rotated_at: digits(row, "previous_rotated_at"),
        expires_at: digits(row, "expires_at"),
        deadline: digits(row, "deadline"),
        ended: row["ended"] == true,
    }
}
