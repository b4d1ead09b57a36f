//! "The Header Parameter names within the JOSE Header MUST be unique" (RFC 7515 §4), "The Claim
//! Names within a JWT Claims Set MUST be unique" (RFC 7519 §4): here at every depth.

use super::common;

use common::{GOOD, NOW, at, decode, issuer, jwt, refused_by_all, refused_json, token};
use jwt_pair::{Error, JsonFault, PairPolicy, PrivateClaims};
use serde_core::ser::{Serialize, SerializeMap as _, Serializer};

#[track_caller]
fn duplicate(json: &str) {
    refused_json(json, JsonFault::DuplicateName);
}

#[test]
fn plain() {
    duplicate(r#"{"alg":"HS256","alg":"HS256"}"#);
    duplicate(r#"{"alg":"HS256","alg":"none"}"#);
    duplicate(r#"{"exp":1,"exp":1700000001}"#);
    duplicate(r#"{"exp":1700000001,"exp":1700000001}"#);
    duplicate(r#"{"exp":1700000001,"a":1,"a":1}"#);
    duplicate(r#"{"exp":1700000001,"":1,"":1}"#);
    duplicate(r#"{"kid":"1","kid":"2","alg":"HS256"}"#);
    duplicate(r#"{"user_id":1,"user_id":2}"#);
    duplicate(r#"{"user_type":"customer","session_id":"s","user_type":"admin"}"#);
    duplicate(r#"{"a":1,"a":null}"#);
    duplicate(r#"{"a":{},"a":[]}"#);
}

#[test]
fn escaped() {
    duplicate(r#"{"exp":1,"\u0065xp":1700000001}"#);
    duplicate(r#"{"\u0065xp":1700000001,"exp":1}"#);
    duplicate(r#"{"alg":"HS256","\u0061\u006c\u0067":"none"}"#);
    duplicate(r#"{"a\/b":1,"a/b":2}"#);
    duplicate(r#"{"é":1,"\u00E9":2}"#);
    duplicate(r#"{"😀":1,"\ud83d\uDE00":2}"#);
    duplicate(r#"{"x":{"\u0061":1,"\u0061":1}}"#);
}

#[test]
fn nested() {
    duplicate(r#"{"x":{"a":1,"a":2}}"#);
    duplicate(r#"{"x":{"y":{"z":{"a":1,"b":2,"a":3}}}}"#);
    duplicate(r#"{"x":{"a":1},"y":{"a":1,"\u0061":2}}"#);
}

#[test]
fn in_objects_of_arrays() {
    duplicate(r#"{"x":[{"a":1,"a":2}]}"#);
    duplicate(r#"{"x":[{"a":1},{"a":2},{"a":1,"a":1}]}"#);
    duplicate(r#"{"x":[[[{"":1,"":2}]]]}"#);
}

#[test]
fn the_same_name_in_different_objects_is_no_duplicate() {
    for json in [
        r#"{"exp":1700000001,"alg":"HS256","a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]}"#,
        r#"{"exp":1700000001,"alg":"HS256","A":1,"a":2,"a ":3,"":4,"á":5,"a\u0301":6,"\u0000":7}"#,
        r#"{"exp":1700000001,"alg":"HS256","x":{"exp":1,"alg":"none"},"EXP":2,"Alg":"none"}"#,
    ] {
        assert!(decode(&jwt(json)).is_ok(), "{json}");
        assert!(decode(&token(json, GOOD)).is_ok(), "{json}");
    }
}

/// Whichever two of many members are the same, however the reader keeps the names.
#[test]
fn any_two_of_40_members() {
    let object = |twin: Option<(usize, usize)>| {
        let name = |at| match twin {
            Some((first, second)) if at == second => first,
            _ => at,
        };
        let members: Vec<String> = (0..40).map(|at| format!(r#""n{}":0"#, name(at))).collect();
        format!(r#"{{"exp":1700000001,"alg":"HS256",{}}}"#, members.join(","))
    };
    assert!(decode(&jwt(object(None))).is_ok());
    for second in 0..40 {
        for first in 0..second {
            duplicate(&object(Some((first, second))));
            duplicate(&format!(r#"{{"x":{}}}"#, object(Some((first, second)))));
        }
    }
}

/// The reader keeps a few names in one place, and all of them in another once there are more. An
/// object of any size before the two equal names changes nothing.
#[test]
fn after_an_object_of_any_size() {
    for size in 0..30 {
        let members: Vec<String> = (0..size).map(|at| format!(r#""n{at}":0"#)).collect();
        let object = format!("{{{}}}", members.join(","));
        for before in ["", r#""b":0,"#, r#""b":0,"c":0,"d":0,"#] {
            let unique =
                format!(r#"{{"exp":1700000001,"alg":"HS256",{before}"x":{object},"a":1}}"#);
            assert!(decode(&jwt(&unique)).is_ok(), "{unique}");
            assert!(decode(&token(&unique, GOOD)).is_ok(), "{unique}");
            duplicate(&unique.replace(r#""a":1"#, r#""a":1,"a":2"#));
            duplicate(&unique.replace(r#""a":1"#, r#""a":1,"x":2"#));
            duplicate(&format!(r#"{{"y":{unique},"y":0}}"#));
        }
    }
}

#[test]
fn a_fault_that_comes_first_is_the_one_that_is_named() {
    duplicate(r#"{"a":1,"a":2,}"#);
    duplicate(r#"{"a":1,"a":2,"b":{"b":1,"b":1}"#);
    refused_json(r#"{"a":1,,"a":2}"#, JsonFault::Syntax);
    refused_json("{\"a\":1,\"a\":2,\"b\":\"\u{0}\"}".as_bytes(), JsonFault::DuplicateName);
    refused_json(b"{\"a\":1,\"a\":2,\"b\":\"\xff\"}", JsonFault::NotUtf8);
}

/// Serializes as one name twice, which no map could.
struct Twice(&'static str);

impl Serialize for Twice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(self.0, &1)?;
        map.serialize_entry(self.0, &2)?;
        map.end()
    }
}

#[test]
fn nothing_is_signed_that_nobody_would_read() {
    for name in ["a", "exp", ""] {
        let encoded = jwt_pair::encode(&Twice(name), &common::keys());
        assert_eq!(encoded, Err(Error::ClaimsNotAnObject));
        assert_eq!(PrivateClaims::new(&Twice(name)), Err(Error::ClaimsNotAnObject));
    }
}

#[test]
fn a_duplicate_is_no_way_around_the_pairs_rules() {
    let json =
        r#"{"user_id":1,"session_id":"s","exp":1700000001,"iat":1700000000,"exp":9999999999}"#;
    let error = common::payload_json(JsonFault::DuplicateName);
    refused_by_all(&jwt(json), &error);
    let pair = issuer(PairPolicy::new());
    assert_eq!(pair.decode(&token(common::REFRESH, json), at(NOW)), Err(error));
}
