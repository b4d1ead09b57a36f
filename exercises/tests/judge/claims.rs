use jwt_pair_exercises::claims::{Refusal, decode, header_is_good, object};
use jwt_pair_exercises::jws::sign;
use serde_json::{Map, Number, Value, json};

use crate::vectors::{bytes, cases, hex, number, own_cases, text};

#[test]
fn an_object_is_strict_json_with_each_name_once() {
    assert_eq!(
        object(br#"{"a":1,"b":{"a":2}}"#),
        json!({"a": 1, "b": {"a": 2}}).as_object().cloned()
    );
    for case in own_cases("claims.json", "objects") {
        let json = match case.get("hex") {
            Some(_) => hex(text(&case, "hex")),
            None => text(&case, "json").into(),
        };
        assert_eq!(object(&json).is_some(), case["accepted"] == true, "{case}");
    }
}

#[test]
fn very_many_levels_do_not_overflow_the_stack() {
    let nested = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(object(nested.as_bytes()), None);
}

#[test]
fn the_header_obeys_the_rules() {
    for case in own_cases("claims.json", "headers") {
        let header = case["header"].as_object().unwrap();
        assert_eq!(header_is_good(header), case["accepted"] == true, "{case}");
    }
}

/// At second 1000, without a leeway.
#[test]
fn the_claims_obey_the_rules() {
    let key = [7; 32];
    for case in own_cases("claims.json", "claims_sets") {
        let token = sign(r#"{"alg":"HS256"}"#, case["claims"].to_string().as_bytes(), &key);
        let verdict = named(&decode(&token, &key, 1_000, 0));
        assert_eq!(verdict, text(&case, "expect"), "{case}");
    }
}

/// Everything together: all exercises but the last.
#[test]
fn every_case_of_the_vectors() {
    let mut wrong = Vec::new();
    let cases = cases("jwt.json");
    for case in &cases {
        let token = match case.get("token_hex") {
            Some(hexadecimal) => String::from_utf8(hex(hexadecimal.as_str().unwrap())),
            None => Ok(text(case, "token").to_owned()),
        };
        // A token that is not UTF-8 cannot be handed to `decode`.
        let Ok(token) = token else { continue };
        let key = bytes(text(case, "secret_b64url"));
        let got = decode(&token, &key, number(case, "now"), number(case, "leeway"));
        let has_these = |claims: &Map<_, _>| same(&Value::Object(claims.clone()), &case["claims"]);
        if named(&got) != text(case, "expect") || !got.as_ref().map_or(true, has_these) {
            wrong.push(format!("{}: {}\n    got {got:?}", case["id"], case["why"]));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} are wrong:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}

fn named(verdict: &Result<Map<String, Value>, Refusal>) -> &'static str {
    match verdict {
        Ok(_) => "valid",
        Err(Refusal::Expired) => "expired",
        Err(Refusal::NotYetValid) => "not_yet_valid",
        Err(Refusal::Invalid) => "invalid",
    }
}

/// Whether two values mean the same: 1.7e9 is 1700000000.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            let integer = |number: &Number| number.as_i64();
            one == other
                || (integer(one).is_none() || integer(other).is_none())
                    && one.as_f64() == other.as_f64()
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .all(|(name, one)| other.get(name).is_some_and(|other| same(one, other)))
        }
        _ => one == other,
    }
}
