//! What the integration tests share: tokens of any bytes, correctly signed.
#![allow(dead_code, reason = "each folder of tests is a crate of its own and uses a part of this")]

use std::thread;

use core::time::Duration;

use jwt_pair::{Error, JsonFault, Key, KeyRing, PairIssuer, PairPolicy, Predecessor, Segment};
use jwt_pair::{UnixTime, Validation};
use serde_json::{Map, Value};

pub(crate) mod cases;
pub(crate) mod json;
pub(crate) mod markdown;
pub(crate) mod policy_case;
pub(crate) mod random;
pub(crate) mod sources;

/// The current time of the tests.
pub(crate) const NOW: u64 = 1_700_000_000;

pub(crate) const SECRET: [u8; 32] = *b"32 bytes that sign in these test";

pub(crate) const JWT: &str = r#"{"alg":"HS256","typ":"JWT"}"#;
pub(crate) const ACCESS: &str = r#"{"alg":"HS256","typ":"access+jwt"}"#;
pub(crate) const REFRESH: &str = r#"{"alg":"HS256","typ":"refresh+jwt"}"#;

/// Claims that the default policy accepts at [`NOW`].
pub(crate) const GOOD: &str = r#"{"exp":1700000001}"#;
pub(crate) const ACCESS_CLAIMS: &str = r#"{"user_id":123,"user_type":"customer","session_id":"session123","exp":1700000900,"iat":1700000000}"#;
pub(crate) const REFRESH_CLAIMS: &str =
    r#"{"user_id":123,"session_id":"session123","exp":1700604800,"iat":1700000000}"#;

pub(crate) fn key(byte: u8) -> Key {
    Key::new(&[byte; 32]).unwrap()
}

pub(crate) fn keys() -> KeyRing {
    KeyRing::new(Key::new(&SECRET).unwrap())
}

pub(crate) fn at(seconds: u64) -> UnixTime {
    UnixTime::from_secs(seconds)
}

/// The limit of a token's length that is there unless another is set.
pub(crate) const LIMIT: usize = jwt_pair::limits::DEFAULT_MAX_TOKEN_BYTES;

/// A predecessor that signed with these keys, for as long as the pair's lifetimes.
pub(crate) fn predecessor(keys: KeyRing) -> Predecessor {
    let (access, refresh) = (Duration::from_secs(900), Duration::from_secs(604_800));
    Predecessor::new(keys, access, refresh, at(u64::MAX))
}

pub(crate) fn issuer(policy: PairPolicy) -> PairIssuer {
    PairIssuer::new(keys(), policy)
}

/// Base64url that shares no code with the crate.
pub(crate) fn b64(bytes: impl AsRef<[u8]>) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for group in bytes.as_ref().chunks(3) {
        let mut padded = [0; 4];
        padded[1..=group.len()].copy_from_slice(group);
        let bits = u32::from_be_bytes(padded);
        for place in 0..=group.len() {
            let shift = [18, 12, 6, 0][place];
            text.push(char::from(ALPHABET[(bits >> shift & 63) as usize]));
        }
    }
    text
}

/// Adds the signature, whatever it is that is signed.
pub(crate) fn sign_with(key: &Key, signing_input: &str) -> String {
    format!("{signing_input}.{}", b64(key.sign(signing_input.as_bytes())))
}

pub(crate) fn sign(signing_input: &str) -> String {
    sign_with(&Key::new(&SECRET).unwrap(), signing_input)
}

pub(crate) fn token(header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
    sign(&format!("{}.{}", b64(header), b64(payload)))
}

pub(crate) fn jwt(payload: impl AsRef<[u8]>) -> String {
    token(JWT, payload)
}

/// The text of a token's segment.
pub(crate) fn segment(token: &str, index: usize) -> String {
    let bytes = jwt_pair::base64url::decode(token.split('.').nth(index).unwrap()).unwrap();
    String::from_utf8(bytes).unwrap()
}

pub(crate) fn decode(token: &str) -> Result<Map<String, Value>, Error> {
    decode_by(token, &Validation::new())
}

pub(crate) fn decode_by(token: &str, policy: &Validation) -> Result<Map<String, Value>, Error> {
    jwt_pair::decode(token, &keys(), policy, at(NOW))
}

/// The generic `decode` and both kinds of the pair refuse the token for this reason.
#[track_caller]
pub(crate) fn refused_by_all(token: &str, error: &Error) {
    let pair = issuer(PairPolicy::new().predecessor(predecessor(keys())));
    assert_eq!(decode(token).as_ref(), Err(error), "decode");
    assert_eq!(pair.verify_access(token, at(NOW)).as_ref(), Err(error), "verify_access");
    assert_eq!(pair.verify_refresh(token, at(NOW)).as_ref(), Err(error), "verify_refresh");
    assert_eq!(pair.decode(token, at(NOW)).as_ref(), Err(error), "PairIssuer::decode");
}

/// As the payload, and as the header, of a token that is correctly signed.
#[track_caller]
pub(crate) fn refused_json(json: impl AsRef<[u8]>, fault: JsonFault) {
    let json = json.as_ref();
    refused_by_all(&jwt(json), &payload_json(fault));
    refused_by_all(&token(json, GOOD), &header_json(fault));
    assert_eq!(jwt_pair::decode_unverified(&jwt(json), LIMIT).err(), Some(payload_json(fault)));
}

pub(crate) const fn header_json(fault: JsonFault) -> Error {
    Error::Json { segment: Segment::Header, fault }
}

pub(crate) const fn payload_json(fault: JsonFault) -> Error {
    Error::Json { segment: Segment::Payload, fault }
}

const fn typ_must_be(expected: &'static str) -> Error {
    Error::HeaderParameter { parameter: "typ", expected }
}

/// The `typ` is another than the default policy expects.
pub(crate) const NOT_A_PLAIN_JWT: Error =
    typ_must_be("JWT or absent, unless Validation::typ names another");

/// The `typ` is another than the policy names.
pub(crate) const NOT_THE_TYP: Error = typ_must_be("the one that Validation::typ names");

/// The `typ` names neither kind of the pair; an access token is expected, or a refresh token.
pub(crate) const NO_ACCESS_TYP: Error =
    typ_must_be("access+jwt, or PairPolicy::predecessor must be set");
pub(crate) const NO_REFRESH_TYP: Error =
    typ_must_be("refresh+jwt, or PairPolicy::predecessor must be set");

/// Runs `work` for each of the numbers on all cores.
pub(crate) fn on_all_cores(numbers: core::ops::Range<u32>, work: impl Fn(u32) + Sync) {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for first in 0..threads {
            let (numbers, work) = (numbers.clone(), &work);
            scope.spawn(move || numbers.skip(first).step_by(threads).for_each(work));
        }
    });
}
