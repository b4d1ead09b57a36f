//! The header of a verified token on request; untyped claims; tokens that nobody has vouched for.

use core::time::Duration;

use super::common;

use common::{GOOD, JWT, NOW, at, b64, jwt, key, keys, sign_with};
use jwt_pair::{Error, KeyRing, UnverifiedJwt, Validation, decode, decode_unverified};
use jwt_pair::{decode_ignoring_dates, decode_untyped, decode_with_header};
use serde_json::{Map, Value};

#[test]
fn the_header_of_a_verified_token_tells_its_key_and_typ() {
    let ring = KeyRing::with_kid("new", key(1)).also_verify_kid("old", key(2)).unwrap();
    let ring = ring.also_verify(key(3));
    let policy = Validation::new().accept_any_typ();
    for (byte, header, kid, typ) in [
        (1, r#"{"alg":"HS256","kid":"new","typ":"JWT"}"#, Some("new"), Some("JWT")),
        (2, r#"{"alg":"HS256","kid":"old","typ":"JWT"}"#, Some("old"), Some("JWT")),
        (3, r#"{"alg":"HS256","typ":"JWT"}"#, None, Some("JWT")),
        (3, r#"{"alg":"HS256"}"#, None, None),
        (
            2,
            r#"{"typ":"Application/X","kid":"ol\u0064","alg":"HS256"}"#,
            Some("old"),
            Some("Application/X"),
        ),
    ] {
        let token = sign_with(&key(byte), &format!("{}.{}", b64(header), b64(GOOD)));
        let (claims, seen) =
            decode_with_header::<Map<String, Value>>(&token, &ring, &policy, at(NOW)).unwrap();
        assert_eq!(Ok(claims), decode(&token, &ring, &policy, at(NOW)));
        assert_eq!((seen.alg(), seen.kid(), seen.typ()), (Some("HS256"), kid, typ), "{header}");
    }
}

#[test]
fn each_call_gives_the_same_verdict_and_the_same_claims() {
    let policy = Validation::new();
    for claims in [
        GOOD,
        r#"{"exp":1700000001,"a":{"b":[1,2.5,null,"é"]},"iss":"x","c":18446744073709551615}"#,
        r#"{"exp":1700000000}"#,
        r#"{"exp":1700000001,"nbf":1700000001}"#,
        r#"{"exp":1700000001,"aud":"x"}"#,
        r#"{"exp":null}"#,
        r#"{"a":1,"a":1}"#,
        "[]",
        "?",
        "{}",
    ] {
        let token = jwt(claims);
        let typed = decode::<Map<String, Value>>(&token, &keys(), &policy, at(NOW));
        assert_eq!(decode_untyped(&token, &keys(), &policy, at(NOW)), typed, "{claims}");
        let with_header = decode_with_header(&token, &keys(), &policy, at(NOW));
        assert_eq!(with_header.map(|(claims, _)| claims), typed, "{claims}");
        let undated = decode_ignoring_dates::<Map<String, Value>>(&token, &keys(), &policy);
        match &typed {
            Err(Error::Expired { .. } | Error::NotYetValid { .. }) => {
                let expected = serde_json::from_str::<Map<String, Value>>(claims).unwrap();
                assert_eq!(undated, Ok(expected), "{claims}");
            }
            _ => assert_eq!(undated, typed, "{claims}"),
        }
    }
    let forged = sign_with(&key(9), &format!("{}.{}", b64(JWT), b64(GOOD)));
    let undated = decode_ignoring_dates::<Map<String, Value>>(&forged, &keys(), &policy);
    assert_eq!(undated, Err(Error::InvalidSignature));
    let unknown = decode_untyped(&forged, &KeyRing::with_kid("1", key(9)), &policy, at(NOW));
    assert_eq!(unknown, Err(Error::UnknownKeyId));
}

#[test]
fn an_unverified_token_shows_its_alg_and_is_as_long_as_the_caller_allows() {
    for (alg, seen) in [
        (r#""none""#, Some("none")),
        (r#""RS256""#, Some("RS256")),
        (r#""HS256""#, Some("HS256")),
        ("1", None),
        ("null", None),
    ] {
        let token = format!("{}.{}.", b64(format!(r#"{{"alg":{alg}}}"#)), b64(GOOD));
        let UnverifiedJwt { header, claims, .. } = decode_unverified(&token, token.len()).unwrap();
        assert_eq!(header.alg(), seen);
        assert_eq!(claims, serde_json::from_str::<Map<String, Value>>(GOOD).unwrap());
        let bytes = token.len();
        for limit in [0, bytes - 1] {
            let refused = decode_unverified(&token, limit).err();
            assert_eq!(refused, Some(Error::TokenTooLong { bytes, limit }));
        }
    }
    let long = jwt(format!(r#"{{"a":"{}"}}"#, "x".repeat(100_000)));
    let shown = decode_unverified(&long, usize::MAX).unwrap();
    assert_eq!(shown.claims.get("a").and_then(Value::as_str).map(str::len), Some(100_000));
}

/// Claims are in types of `serde_json`, which a caller takes from here: of the same version.
#[test]
fn the_json_library_of_the_claims_is_passed_on() {
    let claims = decode_untyped(&jwt(GOOD), &keys(), &Validation::new(), at(NOW)).unwrap();
    assert_eq!(Value::from(claims), jwt_pair::serde_json::json!({"exp": NOW + 1}));
}

/// A table of policies through every way to decode.
#[test]
fn each_call_holds_the_policy_that_is_given() {
    let policy = Validation::new;
    let second = Duration::from_secs(1);
    let full = r#"{"iss":"i","sub":"s","aud":["a"],"exp":1700000001,"nbf":1700000000,"iat":1699999999,"jti":"j"}"#;
    let missing = |claim| Some(Error::MissingClaim { claim });
    let mismatch = |claim| Some(Error::ClaimMismatch { claim });
    let (exp, now) = (at(NOW + 1).into(), at(NOW + 1));
    // Whether the call that ignores dates refuses the token as well.
    for (policy, claims, now, error, without_dates) in [
        (policy().audience("a"), full, at(NOW), None, true),
        (policy().audience("b"), full, at(NOW), mismatch("aud"), true),
        (policy(), full, at(NOW), Some(Error::UnexpectedAudience), true),
        (policy().audience("a").issuer("x"), full, at(NOW), mismatch("iss"), true),
        (policy().audience("a").subject("x"), full, at(NOW), mismatch("sub"), true),
        (policy().audience("a").jwt_id("x"), full, at(NOW), mismatch("jti"), true),
        (policy().issuer("i"), GOOD, at(NOW), missing("iss"), true),
        (policy().issuer("i").accept_missing_issuer_for_now(), GOOD, at(NOW), None, true),
        (policy().audience("a"), GOOD, at(NOW), missing("aud"), true),
        (policy().audience("a").accept_missing_audience_for_now(), GOOD, at(NOW), None, true),
        (policy().max_age(second), GOOD, at(NOW), missing("iat"), true),
        (policy(), "{}", at(NOW), missing("exp"), true),
        (policy().allow_missing_exp(), "{}", at(NOW), None, true),
        (policy().typ("x"), GOOD, at(NOW), Some(common::NOT_THE_TYP), true),
        (
            policy().max_token_bytes(50),
            GOOD,
            at(NOW),
            Some(Error::TokenTooLong { bytes: jwt(GOOD).len(), limit: 50 }),
            true,
        ),
        (policy(), GOOD, now, Some(Error::Expired { exp, now }), false),
        (policy().leeway(second), GOOD, now, None, false),
        (
            policy().audience("a").max_age(second),
            full,
            at(NOW),
            Some(Error::TooOld { iat: at(NOW - 1).into(), max_age: second, now: at(NOW) }),
            false,
        ),
        (
            policy().audience("a"),
            full,
            at(NOW - 1),
            Some(Error::NotYetValid { nbf: at(NOW).into(), now: at(NOW - 1) }),
            false,
        ),
    ] {
        type Claims = Map<String, Value>;
        let token = jwt(claims);
        let case = format!("{policy:?} {claims} {now:?}");
        assert_eq!(decode::<Claims>(&token, &keys(), &policy, now).err(), error, "{case}");
        assert_eq!(decode_untyped(&token, &keys(), &policy, now).err(), error, "{case}");
        let with_header = decode_with_header::<Claims>(&token, &keys(), &policy, now);
        assert_eq!(with_header.err(), error, "{case}");
        let undated = decode_ignoring_dates::<Claims>(&token, &keys(), &policy);
        assert_eq!(undated.err(), error.filter(|_| without_dates), "{case}");
    }
}
