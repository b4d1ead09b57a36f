//! The order of the checks: length, segments, key, MAC, header, payload, claims, dates.

use super::common;

use core::time::Duration;

use common::{
    NO_ACCESS_TYP, NOT_THE_TYP, NOW, at, b64, header_json, issuer, key, payload_json, sign_with,
};
use jwt_pair::base64url::Base64Fault;
use jwt_pair::{Error, JsonFault, KeyRing, PairPolicy, Segment, TokenKind, Validation};
use serde_json::{Map, Value};

const NO_EXTENSION: &str = "absent, since no extension is supported";
const NO_NESTED_TOKEN: &str = "other than JWT, since nested tokens are not supported";
const STRING_ISS: Error = Error::ClaimType { claim: "iss", expected: "a string" };

/// A token by its parts, each of which may be wrong.
struct Parts {
    header: String,
    payload: String,
    signature: Signature,
    tail: String,
}

enum Signature {
    Right,
    OfAnotherKey,
    Text(String),
}

/// One part in place of a wrong one.
enum Mended {
    Header(String),
    Payload(String),
    Signature(Signature),
    Tail(&'static str),
}

impl Parts {
    fn mend(&mut self, part: Mended) {
        match part {
            Mended::Header(header) => self.header = header,
            Mended::Payload(payload) => self.payload = payload,
            Mended::Signature(signature) => self.signature = signature,
            Mended::Tail(tail) => self.tail = tail.to_owned(),
        }
    }

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

fn missing(claim: &'static str) -> Error {
    Error::MissingClaim { claim }
}

fn mismatch(claim: &'static str) -> Error {
    Error::ClaimMismatch { claim }
}

/// What is wrong up to the MAC, each row with what mends the fault of the row before.
fn faults_before_the_mac() -> Vec<(Mended, Error)> {
    let base64 = |segment, fault| Error::Base64 { segment, fault };
    let foreign = Base64Fault::OutsideAlphabet;
    let all_wrong = r#""alg":"none","crit":[],"b64":false,"typ":1,"cty":1"#;
    vec![
        (Mended::Tail(".="), Error::NotThreeSegments),
        (Mended::Tail(""), Error::HeaderTooLong { characters: 2_049 }),
        (Mended::Header("=".into()), base64(Segment::Header, foreign)),
        (
            Mended::Header(b64(r#"{"alg":"none","alg":"none"}"#)),
            header_json(JsonFault::DuplicateName),
        ),
        (Mended::Header(b64(format!(r#"{{"kid":"2",{all_wrong}}}"#))), Error::InvalidSignature),
        (Mended::Signature(Signature::Text("=".repeat(43))), base64(Segment::Signature, foreign)),
        (Mended::Signature(Signature::OfAnotherKey), Error::UnknownKeyId),
        (Mended::Header(b64(format!(r#"{{"kid":"1",{all_wrong}}}"#))), Error::InvalidSignature),
    ]
}

fn faults_of_the_header() -> Vec<(Mended, Error)> {
    let header = |rest: &str| Mended::Header(b64(format!(r#"{{"kid":"1",{rest}}}"#)));
    let faults = [
        (r#""alg":"none","crit":[],"b64":false,"typ":1,"cty":1"#, "alg", "HS256"),
        (r#""alg":"HS256","crit":[],"b64":false,"typ":1,"cty":1"#, "crit", NO_EXTENSION),
        (r#""alg":"HS256","b64":false,"typ":1,"cty":1"#, "b64", "anything but false"),
        (r#""alg":"HS256","typ":1,"cty":1"#, "typ", "a string"),
        (r#""alg":"HS256","typ":"JWT","cty":1"#, "cty", "a string"),
        (r#""alg":"HS256","typ":"JWT","cty":"JWT""#, "cty", NO_NESTED_TOKEN),
    ];
    let faults = faults.into_iter().map(|(rest, parameter, expected)| {
        (header(rest), Error::HeaderParameter { parameter, expected })
    });
    let payload = Error::Base64 { segment: Segment::Payload, fault: Base64Fault::OutsideAlphabet };
    let last = [
        (header(r#""alg":"HS256","typ":"JWT""#), payload),
        (Mended::Payload(b64(r#"{"exp":1,"exp":1}"#)), NOT_THE_TYP),
        (header(r#""alg":"HS256","typ":"at+jwt""#), payload_json(JsonFault::DuplicateName)),
    ];
    faults.chain(last).collect()
}

/// Every type before any value, every value before any date.
fn faults_of_the_claims() -> Vec<(Mended, Error)> {
    let dates = r#""nbf":9999999999,"exp":1,"iat":1"#;
    let values = [
        (r#""iss":1,"sub":"b","jti":"b","aud":"b","#, STRING_ISS),
        (r#""sub":"b","jti":"b","aud":"b","#, missing("iss")),
        (r#""iss":"b","sub":"b","jti":"b","aud":"b","#, mismatch("iss")),
        (r#""iss":"a","jti":"b","aud":"b","#, missing("sub")),
        (r#""iss":"a","sub":"b","jti":"b","aud":"b","#, mismatch("sub")),
        (r#""iss":"a","sub":"a","aud":"b","#, missing("jti")),
        (r#""iss":"a","sub":"a","jti":"b","aud":"b","#, mismatch("jti")),
        (r#""iss":"a","sub":"a","jti":"a","#, missing("aud")),
        (r#""iss":"a","sub":"a","jti":"a","aud":"b","#, mismatch("aud")),
    ];
    let values = values.into_iter().map(|(values, error)| (format!("{{{values}{dates}}}"), error));
    let (now, max_age) = (at(NOW), Duration::from_secs(60));
    let early = Error::NotYetValid { nbf: at(9_999_999_999).into(), now };
    let dates = [
        (r#""nbf":9999999999"#, missing("exp")),
        (r#""nbf":9999999999,"exp":1"#, missing("iat")),
        (r#""nbf":9999999999,"exp":1,"iat":1"#, Error::Expired { exp: at(1).into(), now }),
        (r#""nbf":9999999999,"exp":1700000001,"iat":1"#, early),
        (r#""exp":1700000001,"iat":1"#, Error::TooOld { iat: at(1).into(), max_age, now }),
        (
            r#""exp":1700000001,"iat":1700000001"#,
            Error::IssuedInFuture { iat: at(NOW + 1).into(), now },
        ),
    ];
    let right = r#""iss":"a","sub":"a","jti":"a","aud":["b","a"]"#;
    let dates = dates.into_iter().map(|(dates, error)| (format!("{{{right},{dates}}}"), error));
    values.chain(dates).map(|(claims, error)| (Mended::Payload(b64(claims)), error)).collect()
}

/// All faults at once. Each row mends the fault that was named, and the next one comes to light.
#[test]
fn of_all_faults_of_a_token_the_first_in_the_order_of_checks_is_named() {
    let mut parts = Parts {
        header: "=".repeat(2_049),
        payload: "=".into(),
        signature: Signature::Text("=".into()),
        tail: format!(".{}", "=".repeat(8_192)),
    };
    assert_eq!(parts.decode(), Err(Error::TokenTooLong { bytes: 10_246, limit: 8_192 }));
    for (part, error) in faults_before_the_mac() {
        parts.mend(part);
        assert_eq!(parts.decode(), Err(error));
    }
    parts.mend(Mended::Signature(Signature::Right));
    for (part, error) in faults_of_the_header().into_iter().chain(faults_of_the_claims()) {
        parts.mend(part);
        assert_eq!(parts.decode(), Err(error));
    }
    let good = r#"{"iss":"a","sub":"a","jti":"a","aud":"a","exp":1700000001,"iat":1700000000}"#;
    parts.mend(Mended::Payload(b64(good)));
    assert_eq!(
        parts.decode().as_ref().ok(),
        serde_json::from_str::<Value>(good).unwrap().as_object()
    );
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

/// Of a pair: a `typ` of another use before the claims, their types before the kind, the kind before
/// their values, every claim before the dates.
#[test]
fn of_all_faults_of_a_token_of_the_pair_the_first_is_named() {
    let pair = issuer(PairPolicy::new().issuer("a").audience("a"));
    let wrong_kind = Error::WrongKind { expected: TokenKind::Access, found: TokenKind::Refresh };
    let number = Error::ClaimType { claim: "exp", expected: "a number below 2^63" };
    let expired = Error::Expired { exp: at(1).into(), now: at(NOW) };
    let whole = r#""user_id":1,"user_type":"t","session_id":"s","exp":1,"iat":1"#;
    for (typ, claims, error) in [
        ("JWT", "?", NO_ACCESS_TYP),
        ("refresh+jwt", "?", payload_json(JsonFault::Syntax)),
        ("refresh+jwt", r#"{"exp":"1"}"#, number.clone()),
        ("refresh+jwt", &format!("{{{whole}}}"), wrong_kind.clone()),
        ("access+jwt", "?", payload_json(JsonFault::Syntax)),
        ("access+jwt", r#"{"exp":"1"}"#, number),
        ("access+jwt", r#"{"exp":1,"iat":1}"#, missing("user_id")),
        ("access+jwt", r#"{"exp":1,"iat":1,"user_id":1}"#, missing("session_id")),
        ("access+jwt", r#"{"user_id":1,"session_id":"s"}"#, missing("exp")),
        ("access+jwt", r#"{"user_id":1,"session_id":"s","exp":1}"#, missing("iat")),
        ("access+jwt", r#"{"user_id":1,"session_id":"s","exp":1,"iat":1}"#, wrong_kind),
        ("access+jwt", &format!("{{{whole}}}"), missing("iss")),
        ("access+jwt", &format!(r#"{{{whole},"iss":"b"}}"#), mismatch("iss")),
        ("access+jwt", &format!(r#"{{{whole},"iss":"a"}}"#), missing("aud")),
        ("access+jwt", &format!(r#"{{{whole},"iss":"a","aud":[]}}"#), mismatch("aud")),
        ("access+jwt", &format!(r#"{{{whole},"iss":"a","aud":"a","nbf":9999999999}}"#), expired),
    ] {
        let token = common::token(format!(r#"{{"alg":"HS256","typ":"{typ}"}}"#), claims);
        assert_eq!(pair.verify_access(&token, at(NOW)), Err(error), "{claims}");
    }
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
