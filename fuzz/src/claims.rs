//! The crate's own JSON reader against two of others: it accepts exactly the objects that are JSON and
//! have no name twice, names the same fault of a text that has several, and reads the same values, to
//! the bit. Each way to read a claims set is tried, and a header is read as strictly.

use jwt_pair::limits::DEFAULT_MAX_TOKEN_BYTES;
use jwt_pair::{
    Error, JsonFault, KeyRing, PairIssuer, PairPolicy, Segment, UnixTime, Validation, decode,
    decode_untyped, decode_unverified,
};
use serde_json::{Map, Value};

use crate::choices::NOW;
use crate::claim_types::{self, REGISTERED};
use crate::json_oracle::{self, CLAIMS_LEVELS, HEADER_LEVELS, assert_same};
use crate::oracle::{self, SECRET};

type Read = Result<Map<String, Value>, JsonFault>;

/// A header of 1,536 bytes has 2,048 characters, and no more are read.
const MAX_HEADER_BYTES: usize = 1536;

pub fn check(data: &[u8]) {
    let expected = json_oracle::read(data, CLAIMS_LEVELS);
    check_same(data, &unverified(data), &expected);
    check_authentic(data, &expected);
    check_pair(data, &expected);
    if let Ok(claims) = &expected {
        check_written(claims);
    }
    check_header(data);
}

#[track_caller]
fn check_same(json: &[u8], ours: &Read, expected: &Read) {
    let named = |fault: &JsonFault| json_oracle::named(json, *fault);
    match (ours, expected) {
        (Ok(ours), Ok(expected)) => assert_same(ours, expected),
        (Err(ours), Err(expected)) => {
            assert_eq!(named(ours), named(expected), "{}", json.escape_ascii());
        }
        _ => panic!("{ours:?}, expected {expected:?}: {}", json.escape_ascii()),
    }
}

fn unverified(json: &[u8]) -> Read {
    let token = format!("{}.{}.", oracle::encode(br#"{"alg":"HS256"}"#), oracle::encode(json));
    match decode_unverified(&token, usize::MAX) {
        Ok(jwt) => Ok(jwt.claims),
        Err(Error::Json { segment: Segment::Payload, fault }) => Err(fault),
        Err(error) => panic!("{error}: {token}"),
    }
}

/// The readers of `decode` and of `decode_untyped`: of the registered claims alone, and of all.
fn check_authentic(json: &[u8], expected: &Read) {
    let token = oracle::token(br#"{"alg":"HS256"}"#, json, SECRET);
    let keys = KeyRing::new(oracle::key(SECRET));
    let policy = Validation::new().max_token_bytes(usize::MAX);
    let now = UnixTime::from_secs(NOW);
    let typed = decode::<Map<String, Value>>(&token, &keys, &policy, now);
    let untyped = decode_untyped(&token, &keys, &policy, now);
    assert_eq!(typed, untyped, "{token}");
    match (untyped, expected) {
        (Ok(ours), expected) => check_same(json, &Ok(ours), expected),
        (Err(Error::Json { segment: Segment::Payload, fault }), expected) => {
            check_same(json, &Err(fault), expected);
        }
        // The claims are refused, so they were read.
        (Err(error), Ok(claims)) => {
            let wrong = claim_types::first_wrong(claims);
            let named = match error {
                Error::ClaimType { claim, .. } => Some(claim),
                _ => None,
            };
            assert_eq!(named, wrong, "{error}: {token}");
        }
        (Err(error), Err(fault)) => panic!("{error}, and not {fault}: {token}"),
    }
}

/// The reader of the pair: the text beside a pair's own claims, as private claims.
fn check_pair(json: &[u8], expected: &Read) {
    const OWN: [&str; 3] = ["user_id", "user_type", "session_id"];
    let issuer =
        PairIssuer::new(oracle::key(SECRET).into(), PairPolicy::new().max_token_bytes(usize::MAX));
    let verify = |payload: &[u8]| {
        let token = oracle::token(br#"{"alg":"HS256","typ":"access+jwt"}"#, payload, SECRET);
        issuer.verify_access(&token, UnixTime::from_secs(NOW))
    };
    match (verify(json), expected) {
        (Err(Error::Json { segment: Segment::Payload, fault }), expected) => {
            check_same(json, &Err(fault), expected);
        }
        (_, expected) => assert!(expected.is_ok(), "{}", json.escape_ascii()),
    }

    let Ok(members) = expected else { return };
    let is_known = |name: &String| OWN.contains(&&**name) || REGISTERED.contains(&&**name);
    let Some(at) = json.iter().position(|byte| *byte == b'{') else { return };
    if members.keys().any(is_known) {
        return;
    }
    let comma = if members.is_empty() { "" } else { "," };
    let claims = format!(
        r#"{{"user_id":1,"user_type":"a","session_id":"s","exp":{},"iat":0{comma}"#,
        NOW + 1
    );
    let payload = [claims.as_bytes(), &json[at + 1..]].concat();
    let claims = verify(&payload).expect("all claims are there");
    assert_same(claims.private.as_map(), members);
}

/// Claims whose types are right are signed, and read again with the same values.
fn check_written(claims: &Map<String, Value>) {
    let keys = KeyRing::new(oracle::key(SECRET));
    match (jwt_pair::encode(claims, &keys), claim_types::first_wrong(claims)) {
        (Ok(token), None) => {
            let again = decode_unverified(&token, usize::MAX).expect("signed just now");
            assert_same(&again.claims, claims);
        }
        (Err(Error::CallerClaimType { claim, .. }), Some(wrong)) => assert_eq!(claim, wrong),
        (signed, wrong) => panic!("{signed:?}, the first wrong type is of {wrong:?}: {claims:?}"),
    }
}

fn check_header(json: &[u8]) {
    let token = format!("{}.{}.", oracle::encode(json), oracle::encode(b"{}"));
    let ours = decode_unverified(&token, DEFAULT_MAX_TOKEN_BYTES.max(token.len()));
    if json.len() > MAX_HEADER_BYTES {
        let characters = token.find('.').expect("two dots");
        assert_eq!(ours.map(drop), Err(Error::HeaderTooLong { characters }));
        return;
    }
    match (ours, json_oracle::read(json, HEADER_LEVELS)) {
        (Ok(ours), Ok(expected)) => {
            let text = |name| expected.get(name).and_then(Value::as_str);
            let header = [ours.header.alg(), ours.header.kid(), ours.header.typ()];
            assert_eq!(header, ["alg", "kid", "typ"].map(text), "{}", json.escape_ascii());
        }
        (Err(Error::Json { segment: Segment::Header, fault }), Err(expected)) => {
            check_same(json, &Err(fault), &Err(expected));
        }
        (ours, expected) => panic!("{ours:?}, {expected:?}: {}", json.escape_ascii()),
    }
}
