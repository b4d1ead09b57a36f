//! Header and payload are strict JSON objects: how deep, and what is never a number.

use super::common;

use common::refused_json as refused;
use common::{GOOD, NOW, at, decode, decode_by, header_json, issuer, jwt, keys, payload_json};
use common::{predecessor, token};
use jwt_pair::JsonFault::{NotAnObject, ReservedName, Syntax};
use jwt_pair::limits::{MAX_HEADER_NESTING, MAX_NESTING};
use jwt_pair::{Error, PairPolicy, Validation};

#[test]
fn the_mark_of_arbitrary_precision_is_never_a_number() {
    for mark in [
        "$serde_json::private::Number",
        r"\u0024serde_json::private::Number",
        r"$serde_json::private::Numbe\u0072",
        "$serde_json::private::RawValue",
        "$serde_json::private::",
    ] {
        for json in [
            format!(r#"{{"{mark}":"1700000001"}}"#),
            format!(r#"{{"exp":{{"{mark}":"1700000001"}}}}"#),
            format!(r#"{{"exp":1700000001,"x":{{"{mark}":"1"}}}}"#),
            format!(r#"{{"exp":1700000001,"x":[{{"y":{{"{mark}":"1"}}}}]}}"#),
            format!(r#"{{"exp":1700000001,"{mark}":1}}"#),
            format!(r#"{{"exp":1700000001,"x":{{"a":1,"{mark}":1}}}}"#),
            format!(r#"{{"exp":1700000001,"x":{{"{mark}":"1","a":1}}}}"#),
        ] {
            refused(&json, ReservedName);
        }
    }
    assert!(decode(&jwt(r#"{"exp":1700000001,"$serde_json":1,"$serde_json::":2}"#)).is_ok());
}

fn nested(open: &str, close: &str, levels: usize) -> String {
    // The object itself is the first level.
    let inner = levels - 1;
    format!(
        r#"{{"exp":1700000001,"alg":"HS256","x":{}1{}}}"#,
        open.repeat(inner),
        close.repeat(inner)
    )
}

#[test]
fn a_claims_set_has_127_levels_and_a_header_8() {
    assert_eq!((MAX_NESTING, MAX_HEADER_NESTING), (127, 8));
    let other = |open: &str| if open == "[" { (r#"{"a":"#, "}") } else { ("[", "]") };
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
        for levels in 2..=200 {
            let inner = other(open);
            let mixed = format!(
                r#"{{"exp":1700000001,"alg":"HS256","x":{}{}1{}{}}}"#,
                open.repeat(levels / 2),
                inner.0.repeat((levels - 1) / 2),
                inner.1.repeat((levels - 1) / 2),
                close.repeat(levels / 2)
            );
            for json in [nested(open, close, levels), mixed] {
                let payload = if levels > 127 { Err(payload_json(Syntax)) } else { Ok(()) };
                assert_eq!(decode(&jwt(&json)).map(|_| ()), payload, "{levels}");
                let header = if levels > 8 { Err(header_json(Syntax)) } else { Ok(()) };
                assert_eq!(decode(&token(&json, GOOD)).map(|_| ()), header, "{levels}");
            }
        }
        for levels in [128, 129, 200] {
            refused(nested(open, close, levels), Syntax);
        }
    }
}

/// A level ends where its bracket closes: many small values are not deep.
#[test]
fn values_side_by_side_are_not_nested() {
    let beside = |value: &str| {
        format!(r#"{{"exp":1700000001,"alg":"HS256","x":[{}]}}"#, vec![value; 100].join(","))
    };
    for value in ["[]", "{}", "[[]]", r#"{"a":[]}"#, r#""[""#, r#""{""#, r#""\"[""#] {
        assert!(decode(&jwt(beside(value))).is_ok(), "{value}");
        assert!(decode(&token(beside(value), GOOD)).is_ok(), "{value}");
    }
}

#[test]
fn depth_20_000() {
    let policy = Validation::new().max_token_bytes(usize::MAX);
    let pair = PairPolicy::new().predecessor(predecessor(keys()));
    let pair = issuer(pair.max_token_bytes(usize::MAX));
    for json in [
        nested("[", "]", 20_000),
        nested(r#"{"a":"#, "}", 20_000),
        nested("[", "", 20_000),
        "[".repeat(20_000),
        r#"{"a":"#.repeat(20_000),
    ] {
        let fault = if json.starts_with('[') { NotAnObject } else { Syntax };
        let payload = jwt(&json);
        assert_eq!(decode_by(&payload, &policy), Err(payload_json(fault)));
        assert_eq!(pair.verify_access(&payload, at(NOW)), Err(payload_json(fault)));
        let header = token(&json, GOOD);
        let error = Error::HeaderTooLong { characters: header.find('.').unwrap() };
        assert_eq!(decode_by(&header, &policy), Err(error.clone()));
        assert_eq!(pair.decode(&header, at(NOW)), Err(error));
        assert_eq!(
            decode(&payload).err(),
            Some(Error::TokenTooLong { bytes: payload.len(), limit: 8_192 })
        );
    }
}
