//! The order of the checks: length, segments, key, MAC, header, payload, claims, dates.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use core::time::Duration;

use common::{NOW, UNEXPECTED_TYP, at, b64, header_json, issuer, key, payload_json, sign_with};
use jwt_pair::{
    Base64Fault, Error, JsonFault, KeyRing, PairPolicy, Segment, TokenKind, Validation,
};
use serde_json::{Map, Value};

/// A token by its parts, each of which may be wrong.
#[derive(Clone)]
struct Parts {
    header: String,
    payload: String,
    signature: Signature,
    tail: String,
}

#[derive(Clone)]
enum Signature {
    Right,
    OfAnotherKey,
    Text(String),
}

impl Parts {
    fn token(&self) -> String {
        let signing_input = format!("{}.{}", self.header, self.payload);
        let token = match &self.signature {
            Signature::Right => sign_with(&key(1), &signing_input),
            Signature::OfAnotherKey => sign_with(&key(9), &signing_input),
            Signature::Text(text) => format!("{signing_input}.{text}"),
        };
        token + &self.tail
    }

    fn decode(&self) -> Result<Map<String, Value>, Error> {
        let policy = Validation::new()
            .typ("at+jwt")
            .issuer("a")
            .subject("a")
            .jwt_id("a")
            .audience("a")
            .max_age(Duration::from_secs(60));
        let keys = KeyRing::with_kid("1", key(1));
        jwt_pair::decode(&self.token(), &keys, &policy, at(NOW))
    }
}

const BAD_TYPE: &str =
    r#"{"iss":1,"sub":"b","jti":"b","aud":"b","exp":1,"nbf":9999999999,"iat":1}"#;

/// All faults at once; each step then mends the one that was named, and the next comes to light.
#[test]
fn generic_decode_step_by_step() {
    let another = |claims: &str| b64(claims);
    let mut parts = Parts {
        header: "=".repeat(2_049),
        payload: "=".into(),
        signature: Signature::Text("=".into()),
        tail: format!(".{}", "=".repeat(8_192)),
    };
    let named = |parts: &Parts| parts.decode().unwrap_err();

    assert_eq!(named(&parts), Error::TokenTooLong { bytes: 10_246, limit: 8_192 });
    parts.tail = ".=".into();
    assert_eq!(named(&parts), Error::NotThreeSegments);
    parts.tail.clear();
    assert_eq!(named(&parts), Error::HeaderTooLong { characters: 2_049 });
    parts.header = "=".into();
    let base64 = |segment, fault| Error::Base64 { segment, fault };
    assert_eq!(named(&parts), base64(Segment::Header, Base64Fault::OutsideAlphabet));
    parts.header = b64(r#"{"alg":"none","alg":"none"}"#);
    assert_eq!(named(&parts), header_json(JsonFault::DuplicateName));
    parts.header = b64(r#"{"alg":"none","crit":[],"b64":false,"kid":"2","typ":1,"cty":1}"#);
    assert_eq!(named(&parts), Error::InvalidSignature);
    parts.signature = Signature::Text("=".repeat(43));
    assert_eq!(named(&parts), base64(Segment::Signature, Base64Fault::OutsideAlphabet));
    parts.signature = Signature::OfAnotherKey;
    assert_eq!(named(&parts), Error::UnknownKeyId);

    let header = |rest: &str| b64(format!(r#"{{"kid":"1"{rest}}}"#));
    parts.header = header(r#","alg":"none","crit":[],"b64":false,"typ":1,"cty":1"#);
    assert_eq!(named(&parts), Error::InvalidSignature);
    parts.signature = Signature::Right;
    for (rest, parameter, expected) in [
        (r#","alg":"none","crit":[],"b64":false,"typ":1,"cty":1"#, "alg", "HS256"),
        (
            r#","alg":"HS256","crit":[],"b64":false,"typ":1,"cty":1"#,
            "crit",
            "absent, as no extension is supported",
        ),
        (r#","alg":"HS256","b64":false,"typ":1,"cty":1"#, "b64", "anything but false"),
        (r#","alg":"HS256","typ":1,"cty":1"#, "typ", "a string"),
        (r#","alg":"HS256","typ":"JWT","cty":1"#, "cty", "a string"),
        (
            r#","alg":"HS256","typ":"JWT","cty":"JWT""#,
            "cty",
            "other than JWT, as nested tokens are not supported",
        ),
    ] {
        parts.header = header(rest);
        assert_eq!(named(&parts), Error::HeaderParameter { parameter, expected });
    }
    parts.header = header(r#","alg":"HS256","typ":"JWT""#);
    assert_eq!(named(&parts), base64(Segment::Payload, Base64Fault::OutsideAlphabet));
    parts.payload = another(r#"{"exp":1,"exp":1}"#);
    assert_eq!(named(&parts), UNEXPECTED_TYP);
    parts.header = header(r#","alg":"HS256","typ":"at+jwt""#);
    assert_eq!(named(&parts), payload_json(JsonFault::DuplicateName));

    let (missing, mismatch) =
        (|claim| Error::MissingClaim { claim }, |claim| Error::ClaimMismatch { claim });
    let dates = r#""nbf":9999999999,"exp":1,"iat":1"#;
    for (claims, error) in [
        (BAD_TYPE.to_owned(), Error::ClaimType { claim: "iss", expected: "a string" }),
        (format!(r#"{{"sub":"b","jti":"b","aud":"b",{dates}}}"#), missing("iss")),
        (format!(r#"{{"iss":"b","sub":"b","jti":"b","aud":"b",{dates}}}"#), mismatch("iss")),
        (format!(r#"{{"iss":"a","jti":"b","aud":"b",{dates}}}"#), missing("sub")),
        (format!(r#"{{"iss":"a","sub":"b","jti":"b","aud":"b",{dates}}}"#), mismatch("sub")),
        (format!(r#"{{"iss":"a","sub":"a","aud":"b",{dates}}}"#), missing("jti")),
        (format!(r#"{{"iss":"a","sub":"a","jti":"b","aud":"b",{dates}}}"#), mismatch("jti")),
        (format!(r#"{{"iss":"a","sub":"a","jti":"a",{dates}}}"#), missing("aud")),
        (format!(r#"{{"iss":"a","sub":"a","jti":"a","aud":"b",{dates}}}"#), mismatch("aud")),
    ] {
        parts.payload = b64(claims);
        assert_eq!(named(&parts), error);
    }

    let (now, max_age) = (at(NOW), Duration::from_secs(60));
    for (dates, error) in [
        (r#""nbf":9999999999"#, missing("exp")),
        (r#""nbf":9999999999,"exp":1"#, missing("iat")),
        (r#""nbf":9999999999,"exp":1,"iat":1"#, Error::Expired { exp: at(1).into(), now }),
        (
            r#""nbf":9999999999,"exp":1700000001,"iat":1"#,
            Error::NotYetValid { nbf: at(9_999_999_999).into(), now },
        ),
        (r#""exp":1700000001,"iat":1"#, Error::TooOld { iat: at(1).into(), max_age, now }),
        (
            r#""exp":1700000001,"iat":1700000001"#,
            Error::IssuedInFuture { iat: at(NOW + 1).into(), now },
        ),
    ] {
        parts.payload =
            b64(format!(r#"{{"iss":"a","sub":"a","jti":"a","aud":["b","a"],{dates}}}"#));
        assert_eq!(named(&parts), error);
    }
    parts.payload =
        b64(r#"{"iss":"a","sub":"a","jti":"a","aud":"a","exp":1700000001,"iat":1700000000}"#);
    assert!(parts.decode().is_ok());
}

#[test]
fn forged_and_expired_is_an_invalid_signature() {
    let pair = issuer(PairPolicy::new());
    let issued = pair.issue(&jwt_pair::Identity::new(1, "customer", "s"), at(0)).unwrap();
    for token in [&issued.access.token, &issued.refresh.token] {
        let forged = sign_with(&key(9), token.rsplit_once('.').unwrap().0);
        assert_eq!(pair.decode(&forged, at(NOW)), Err(Error::InvalidSignature));
        assert_eq!(pair.verify_access(&forged, at(NOW)), Err(Error::InvalidSignature));
        assert_eq!(pair.verify_refresh(&forged, at(NOW)), Err(Error::InvalidSignature));
    }
}

#[test]
fn nothing_of_a_header_is_reported_before_the_mac_but_what_makes_it_unreadable() {
    let pair = issuer(PairPolicy::new());
    for header in
        ["{}", r#"{"alg":"none"}"#, r#"{"alg":"HS256","typ":"x"}"#, r#"{"typ":1,"crit":1}"#]
    {
        let forged = sign_with(&key(9), &format!("{}.{}", b64(header), b64("{}")));
        common::refused_by_all(&forged, &Error::InvalidSignature);
        assert_eq!(pair.decode(&forged, at(NOW)), Err(Error::InvalidSignature));
    }
}

/// Of a pair: the kind before the claims, every claim before the dates.
#[test]
fn pair_step_by_step() {
    let pair = issuer(PairPolicy::new().issuer("a").audience("a"));
    let test = |typ: &str, claims: &str, error: Error| {
        let token = common::token(format!(r#"{{"alg":"HS256","typ":"{typ}"}}"#), claims);
        assert_eq!(pair.verify_access(&token, at(NOW)), Err(error), "{claims}");
    };
    let wrong_kind = Error::WrongKind { expected: TokenKind::Access, found: TokenKind::Refresh };
    let missing = |claim| Error::MissingClaim { claim };
    let mismatch = |claim| Error::ClaimMismatch { claim };
    test("JWT", "no JSON", UNEXPECTED_TYP);
    test("refresh+jwt", "no JSON", wrong_kind.clone());
    test("access+jwt", "no JSON", payload_json(JsonFault::Syntax));
    let number = "a number below 2^63";
    test("access+jwt", r#"{"exp":"1"}"#, Error::ClaimType { claim: "exp", expected: number });
    test("access+jwt", r#"{"exp":1,"iat":1}"#, missing("user_id"));
    test("access+jwt", r#"{"exp":1,"iat":1,"user_id":1}"#, missing("session_id"));
    test("access+jwt", r#"{"user_id":1,"session_id":"s"}"#, missing("exp"));
    test("access+jwt", r#"{"user_id":1,"session_id":"s","exp":1}"#, missing("iat"));
    test("access+jwt", r#"{"user_id":1,"session_id":"s","exp":1,"iat":1}"#, wrong_kind);
    let whole = r#""user_id":1,"user_type":"t","session_id":"s","exp":1,"iat":1"#;
    test("access+jwt", &format!("{{{whole}}}"), missing("iss"));
    test("access+jwt", &format!(r#"{{{whole},"iss":"b"}}"#), mismatch("iss"));
    test("access+jwt", &format!(r#"{{{whole},"iss":"a"}}"#), missing("aud"));
    test("access+jwt", &format!(r#"{{{whole},"iss":"a","aud":[]}}"#), mismatch("aud"));
    let expired = Error::Expired { exp: at(1).into(), now: at(NOW) };
    test("access+jwt", &format!(r#"{{{whole},"iss":"a","aud":"a","nbf":9999999999}}"#), expired);
}

#[test]
fn an_expired_token_with_another_fault_is_not_expired() {
    use common::{decode, decode_by, jwt};
    for (claims, error) in [
        (
            r#"{"exp":1,"nbf":"x"}"#,
            Error::ClaimType { claim: "nbf", expected: "a number below 2^63" },
        ),
        (r#"{"exp":1,"sub":null}"#, Error::ClaimType { claim: "sub", expected: "a string" }),
        (r#"{"exp":1,"aud":"x"}"#, Error::UnexpectedAudience),
        (r#"{"exp":1,"a":1,"a":1}"#, payload_json(JsonFault::DuplicateName)),
    ] {
        assert_eq!(decode(&jwt(claims)), Err(error.clone()));
        assert_eq!(error.public_message(), "Invalid token");
    }
    let policy = Validation::new().audience("a").issuer("i");
    let error = decode_by(&jwt(r#"{"exp":1,"iss":"i","aud":"b"}"#), &policy);
    assert_eq!(error, Err(Error::ClaimMismatch { claim: "aud" }));
    let error = decode_by(&jwt(r#"{"exp":1,"aud":"a"}"#), &policy);
    assert_eq!(error, Err(Error::MissingClaim { claim: "iss" }));
}
