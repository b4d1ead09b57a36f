use jwt_pair_exercises::claims::{Refusal, decode, header_is_good, object};
use serde_json::{Number, Value, json};

use crate::vectors::{bytes, cases, hex, number, text};

#[test]
fn an_object_has_each_name_once_at_every_depth() {
    assert_eq!(
        object(br#"{"a":1,"b":{"a":2}}"#),
        json!({"a": 1, "b": {"a": 2}}).as_object().cloned()
    );
    for refused in [
        r#"{"a":1,"a":1}"#,
        r#"{"a":1,"\u0061":1}"#,
        r#"{"b":{"a":1,"a":2}}"#,
        r#"{"b":[{"a":1,"a":2}]}"#,
    ] {
        assert_eq!(object(refused.as_bytes()), None, "{refused}");
    }
}

#[test]
fn what_is_not_one_object_is_refused() {
    for refused in ["", "[]", "1", r#""a""#, "null", "{}{}", "{} x", r#"{"a":1,}"#, r#"{"a":01}"#] {
        assert_eq!(object(refused.as_bytes()), None, "{refused}");
    }
    assert_eq!(object(b"{\"a\":\"\xe9\"}"), None, "not UTF-8");
    assert_eq!(object(b"\xef\xbb\xbf{}"), None, "a byte order mark");
    assert_eq!(object(br#"{"a":"\ud800"}"#), None, "half of a surrogate pair");
}

#[test]
fn many_levels_are_refused_and_do_not_overflow_the_stack() {
    let nested = |levels: usize| format!("{{\"a\":{}{}}}", "[".repeat(levels), "]".repeat(levels));
    assert!(object(nested(126).as_bytes()).is_some(), "127 levels with the outermost");
    assert_eq!(object(nested(100_000).as_bytes()), None);
}

#[test]
fn the_header_obeys_the_rules() {
    for (header, is_good) in [
        (json!({"alg": "HS256"}), true),
        (json!({"alg": "HS256", "typ": "any", "kid": "../etc", "x": [1]}), true),
        (json!({"alg": "HS256", "b64": true, "cty": "text"}), true),
        (json!({}), false),
        (json!({"alg": "none"}), false),
        (json!({"alg": "hs256"}), false),
        (json!({"alg": ["HS256"]}), false),
        (json!({"alg": "HS256", "crit": []}), false),
        (json!({"alg": "HS256", "crit": null}), false),
        (json!({"alg": "HS256", "b64": false}), false),
        (json!({"alg": "HS256", "cty": "jwt"}), false),
        (json!({"alg": "HS256", "cty": "application/JWT"}), false),
        (json!({"alg": "HS256", "kid": 1}), false),
        (json!({"alg": "HS256", "typ": null}), false),
    ] {
        assert_eq!(header_is_good(header.as_object().unwrap()), is_good, "{header}");
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
        let is_right = match (&got, text(case, "expect")) {
            (Ok(claims), "valid") => same(&Value::Object(claims.clone()), &case["claims"]),
            (Err(Refusal::Expired), "expired") => true,
            (Err(Refusal::NotYetValid), "not_yet_valid") => true,
            (Err(Refusal::Invalid), "invalid") => true,
            _ => false,
        };
        if !is_right {
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
