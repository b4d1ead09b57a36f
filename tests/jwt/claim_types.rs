//! The JSON types of claims (RFC 7519 §4.1): a claim of another type is malformed, never absent.

use super::common;

use common::{
    ACCESS, NOW, REFRESH, at, decode, decode_by, issuer, jwt, payload_json, refused_by_all, token,
};
use jwt_pair::{Error, JsonFault, PairClaims, PairPolicy, UserId, Validation};

const DATE: &str = "a number below 2^63";
const USER_ID: &str = "a string or an integer from -2^63 to 2^63 - 1";
const NO_STRINGS: [&str; 8] = ["null", "true", "false", "0", "-1.5", "[]", r#"["a"]"#, "{}"];

/// The one claim, whatever is beside it, and also where the policy requires no claim.
#[track_caller]
fn malformed(claim: &'static str, value: &str, expected: &'static str) {
    let error = Error::ClaimType { claim, expected };
    let lenient = Validation::new().allow_missing_exp();
    for beside in ["", r#","user_id":1,"session_id":"s""#, r#","other":1"#] {
        let token = jwt(format!(r#"{{"{claim}":{value}{beside}}}"#));
        refused_by_all(&token, &error);
        assert_eq!(decode_by(&token, &lenient), Err(error.clone()));
    }
}

#[test]
fn dates_are_numbers() {
    for claim in ["exp", "nbf", "iat"] {
        for value in [
            "null",
            "true",
            "false",
            "[]",
            "[1700000001]",
            "{}",
            r#""""#,
            r#""1700000001""#,
            r#""1.7e9""#,
            r#""2030-01-01T00:00:00Z""#,
            r#""never""#,
            r#"{"a":1700000001}"#,
        ] {
            malformed(claim, value, DATE);
        }
    }
}

#[test]
fn dates_are_below_2_pow_63() {
    for claim in ["exp", "nbf", "iat"] {
        for value in [
            "9223372036854775808",
            "9223372036854775808.0",
            "9223372036854775809",
            "18446744073709551615",
            "18446744073709551616",
            "1e19",
            "1e308",
            "9.3e18",
            "100000000000000000000000000000000000000000",
        ] {
            malformed(claim, value, DATE);
        }
        let token = jwt(format!(r#"{{"{claim}":1e400}}"#));
        refused_by_all(&token, &payload_json(JsonFault::Syntax));
        let token = jwt(format!(r#"{{"{claim}":-1e400}}"#));
        refused_by_all(&token, &payload_json(JsonFault::Syntax));
    }
}

#[test]
fn texts_are_strings() {
    for claim in ["iss", "sub", "jti"] {
        for value in NO_STRINGS {
            malformed(claim, value, "a string");
        }
    }
}

#[test]
fn aud_is_a_string_or_an_array_of_strings() {
    for value in [
        "null",
        "true",
        "0",
        "{}",
        r#"{"a":"b"}"#,
        "[1]",
        "[null]",
        r#"["a",1]"#,
        r#"[1,"a"]"#,
        r#"[["a"]]"#,
        r#"["a",["b"]]"#,
        "[{}]",
        "[true]",
    ] {
        malformed("aud", value, "a string or an array of strings");
    }
}

#[test]
fn of_several_malformed_claims_the_first_of_the_rfc_is_named_wherever_it_stands() {
    let members = [
        (r#""iss":1"#, "iss", "a string"),
        (r#""sub":1"#, "sub", "a string"),
        (r#""aud":1"#, "aud", "a string or an array of strings"),
        (r#""exp":null"#, "exp", DATE),
        (r#""nbf":null"#, "nbf", DATE),
        (r#""iat":null"#, "iat", DATE),
        (r#""jti":1"#, "jti", "a string"),
    ];
    for first in 0..members.len() {
        let rest = members.get(first..).unwrap_or_default();
        let (_, claim, expected) = members[first];
        let texts: Vec<&str> = rest.iter().map(|(text, ..)| *text).collect();
        let reversed: Vec<&str> = texts.iter().rev().copied().collect();
        for members in [texts, reversed] {
            let claims = format!("{{{}}}", members.join(","));
            refused_by_all(&jwt(claims), &Error::ClaimType { claim, expected });
        }
    }
}

#[test]
fn registered_names_are_exact() {
    let good = r#"{"exp":1700000001,"Exp":"x","EXP":null,"exp ":[],"nbf\u0000":1,"Aud":1,"":{}}"#;
    assert!(decode(&jwt(good)).is_ok());
    assert!(decode(&jwt(r#"{"exp":1700000001,"x":{"exp":"x","nbf":null,"aud":1}}"#)).is_ok());
    let escaped = Error::ClaimType { claim: "exp", expected: DATE };
    refused_by_all(&jwt(r#"{"e\u0078p":"1700000001"}"#), &escaped);
}

/// In a token of the pair, under the typ of either kind.
#[track_caller]
fn pair_claim(members: &str) -> Result<PairClaims, Error> {
    let claims = format!(r#"{{{members},"exp":1700000001,"iat":1700000000}}"#);
    let header = if members.contains("user_type") { ACCESS } else { REFRESH };
    issuer(PairPolicy::new()).decode(&token(header, claims), at(NOW))
}

#[test]
fn user_id_is_a_string_or_an_i64() {
    for value in [
        "null",
        "true",
        "[]",
        "[1]",
        "{}",
        "1.0",
        "1.5",
        "1e3",
        "-1e0",
        "0.0",
        "-0",
        "9223372036854775808",
        "-9223372036854775809",
        "18446744073709551616",
        "1e400",
    ] {
        let claims = pair_claim(&format!(r#""user_id":{value},"session_id":"s""#));
        let error = match value {
            "1e400" => payload_json(JsonFault::Syntax),
            _ => Error::ClaimType { claim: "user_id", expected: USER_ID },
        };
        assert_eq!(claims, Err(error), "{value}");
    }
    for (value, id) in [
        ("0", UserId::from(0)),
        ("-1", UserId::from(-1)),
        ("9223372036854775807", UserId::from(i64::MAX)),
        ("-9223372036854775808", UserId::from(i64::MIN)),
        (r#""""#, UserId::from("")),
        (r#""1""#, UserId::from("1")),
        (r#""\u0000\ud83d\ude00""#, UserId::from("\0😀")),
    ] {
        let claims = pair_claim(&format!(r#""user_id":{value},"session_id":"s""#));
        let Ok(PairClaims::Refresh(claims)) = claims else { unreachable!("{claims:?}") };
        assert_eq!(claims.user_id, id);
    }
}

#[test]
fn user_type_and_session_id_are_strings() {
    for value in NO_STRINGS {
        let claims = pair_claim(&format!(r#""user_id":1,"user_type":{value},"session_id":"s""#));
        let error = Error::ClaimType { claim: "user_type", expected: "a string" };
        assert_eq!(claims, Err(error), "{value}");
        let claims = pair_claim(&format!(r#""user_id":1,"session_id":{value}"#));
        let error = Error::ClaimType { claim: "session_id", expected: "a string" };
        assert_eq!(claims, Err(error), "{value}");
    }
}

#[test]
fn each_claim_of_the_pair_is_required() {
    let members =
        [("user_id", "1"), ("session_id", r#""s""#), ("exp", "1700000001"), ("iat", "1700000000")];
    for (claim, _) in members {
        for (header, user_type) in [(ACCESS, r#""user_type":"a","#), (REFRESH, "")] {
            let others: Vec<String> = members
                .iter()
                .filter(|(name, _)| *name != claim)
                .map(|(name, value)| format!(r#""{name}":{value}"#))
                .collect();
            let token = token(header, format!("{{{user_type}{}}}", others.join(",")));
            let decoded = issuer(PairPolicy::new()).decode(&token, at(NOW));
            assert_eq!(decoded, Err(Error::MissingClaim { claim }));
        }
    }
}
