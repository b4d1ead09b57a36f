//! The claims that a policy requires, and the values that it expects.

use super::common;

use common::{at, decode_by, jwt, keys};
use jwt_pair::{Error, Validation};
use serde_json::{Map, Value};

/// Whether the claims are accepted: `ok`, or the message of what is wrong.
#[track_caller]
fn test(claims: &str, policy: &Validation, now: u64, verdict: &str) {
    let decoded = jwt_pair::decode::<Map<String, Value>>(&jwt(claims), &keys(), policy, at(now));
    let found = decoded.map_or_else(|error| error.to_string(), |_| "ok".to_owned());
    assert_eq!(found, verdict, "{claims} at {now}");
}

fn lenient() -> Validation {
    Validation::new().allow_missing_exp()
}

#[test]
fn exp_is_required_unless_the_policy_says_otherwise() {
    test("{}", &Validation::new(), 0, "the claim exp is missing");
    test("{}", &Validation::default(), 0, "the claim exp is missing");
    for now in [0, i64::MAX as u64, u64::MAX] {
        test("{}", &lenient(), now, "ok");
    }
}

#[test]
fn audiences() {
    let (mismatch, missing) = ("the claim aud has an unexpected value", "the claim aud is missing");
    let unexpected = "the token has an aud, but no audience is expected";
    let none = lenient();
    let one = lenient().audience("a");
    let two = lenient().audience("a").audience("b");
    let empty = lenient().audience("");
    for (claims, verdicts) in [
        ("{}", ["ok", missing, missing, missing]),
        (r#"{"aud":"a"}"#, [unexpected, "ok", "ok", mismatch]),
        (r#"{"aud":"b"}"#, [unexpected, mismatch, "ok", mismatch]),
        (r#"{"aud":"c"}"#, [unexpected, mismatch, mismatch, mismatch]),
        (r#"{"aud":""}"#, [unexpected, mismatch, mismatch, "ok"]),
        (r#"{"aud":"A"}"#, [unexpected, mismatch, mismatch, mismatch]),
        (r#"{"aud":"a "}"#, [unexpected, mismatch, mismatch, mismatch]),
        (r#"{"aud":"aa"}"#, [unexpected, mismatch, mismatch, mismatch]),
        (r#"{"aud":"\u0061"}"#, [unexpected, "ok", "ok", mismatch]),
        (r#"{"aud":[]}"#, [unexpected, mismatch, mismatch, mismatch]),
        (r#"{"aud":[""]}"#, [unexpected, mismatch, mismatch, "ok"]),
        (r#"{"aud":["a"]}"#, [unexpected, "ok", "ok", mismatch]),
        (r#"{"aud":["c","b"]}"#, [unexpected, mismatch, "ok", mismatch]),
        (r#"{"aud":["c","b","a","a"]}"#, [unexpected, "ok", "ok", mismatch]),
        (r#"{"aud":["c","d"]}"#, [unexpected, mismatch, mismatch, mismatch]),
    ] {
        for (policy, verdict) in [&none, &one, &two, &empty].into_iter().zip(verdicts) {
            test(claims, policy, 0, verdict);
        }
    }
}

#[test]
fn an_expected_claim_must_be_there_and_equal() {
    type Expect = fn(Validation, &str) -> Validation;
    let policies: [(&str, Expect); 3] =
        [("iss", Validation::issuer), ("sub", Validation::subject), ("jti", Validation::jwt_id)];
    for (claim, expect) in policies {
        for expected in ["a", "", "é\0\"", "https://login.example"] {
            let policy = expect(Validation::new().allow_missing_exp(), expected);
            let decode = |value: Value| {
                let claims = Map::from_iter([(claim.to_owned(), value)]);
                decode_by(&jwt(Value::Object(claims).to_string()), &policy)
            };
            assert!(decode(expected.into()).is_ok(), "{claim}");
            assert_eq!(decode_by(&jwt("{}"), &policy), Err(Error::MissingClaim { claim }));
            for other in ["b", "A", "a ", "https://login.example/", "e\u{301}\0\""] {
                assert_eq!(decode(other.into()), Err(Error::ClaimMismatch { claim }), "{other}");
            }
            let array = Error::ClaimType { claim, expected: "a string" };
            assert_eq!(decode(vec![expected].into()), Err(array));
        }
    }
}
