//! Header and payload are strict JSON objects: how deep, and what is never a number.
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

use super::common;

use common::refused_json as refused;
use common::{GOOD, NOW, at, decode, decode_by, issuer, jwt, keys, payload_json, predecessor, token};
use jwt_pair::JsonFault::{NotAnObject, ReservedName, Syntax};
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
fn depth_126_127_and_128() {
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
        for levels in [126, 127] {
            let json = nested(open, close, levels);
            assert!(decode(&jwt(&json)).is_ok(), "{levels}");
            assert!(decode(&token(&json, GOOD)).is_ok(), "{levels}");
        }
        for levels in [128, 129, 200] {
            refused(nested(open, close, levels), Syntax);
        }
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
