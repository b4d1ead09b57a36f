//! `jws::verify` accepts a token just when the MAC over the received bytes is right, by another
//! implementation, under a key that the token's `kid` may choose, and the header obeys the rules, by
//! another JSON parser. An accepted token is, encoded again, the same text. Each refusal is the one
//! that the order of the checks names, so it says nothing of what is checked later.

use jwt_pair::jws;
use jwt_pair::{Error, JsonFault, KeyRing, Segment, base64url};
use serde_json::Value;

use crate::json_oracle::{self, HEADER_LEVELS};
use crate::oracle::{self, SECRET, key, mac};

const LIMIT: usize = 4096;
const HEADER_CHARACTERS: usize = 2048;
const SIGNATURE_CHARACTERS: usize = 43;
const OLD_SECRET: &[u8] = b"an older fuzzing secret of 32 bytes or more";
const THIRD_SECRET: &[u8] = b"a fuzzing secret of 32 bytes or more without an id";

/// The keys of a ring with their ids, the one that signs first.
type Keys = &'static [(Option<&'static str>, &'static [u8])];

const RINGS: [Keys; 4] = [
    &[(None, SECRET)],
    &[(Some("1"), SECRET), (Some("2"), OLD_SECRET)],
    &[(Some("1"), SECRET), (None, THIRD_SECRET), (None, OLD_SECRET)],
    &[(None, SECRET), (Some("1"), OLD_SECRET)],
];

pub fn check(data: &[u8]) {
    let Some((choice, data)) = data.split_first() else { return };
    let keys = RINGS[usize::from(choice % 4)];
    let (_, secret) = keys[usize::from(choice / 4) % keys.len()];
    check_signed(data, keys);
    if let Some(token) = oracle::token_from(data, secret) {
        check_token(&token, keys);
    }
}

fn ring(keys: Keys) -> KeyRing {
    let (kid, secret) = keys[0];
    let first = match kid {
        Some(kid) => KeyRing::with_kid(kid, key(secret)),
        None => KeyRing::new(key(secret)),
    };
    keys[1..].iter().fold(first, |ring, (kid, secret)| match kid {
        Some(kid) => ring.also_verify_kid(kid, key(secret)).expect("each id once"),
        None => ring.also_verify(key(secret)),
    })
}

/// Any bytes can be signed, and come back.
fn check_signed(payload: &[u8], keys: Keys) {
    let ring = ring(keys);
    let token = jws::sign(payload, "octet-stream", &ring).unwrap();
    let verified = jws::verify(&token, &ring, token.len()).expect("signed just now");
    assert_eq!(verified.payload, payload);
    assert_eq!(verified.header.typ(), Some("octet-stream"));
    assert_eq!(verified.header.kid(), keys[0].0);

    let limit = token.len() - 1;
    let too_long = Error::TokenTooLong { bytes: token.len(), limit };
    assert_eq!(jws::verify(&token, &ring, limit).unwrap_err(), too_long);
}

fn check_token(token: &str, keys: Keys) {
    match (jws::verify(token, &ring(keys), LIMIT), read(token, keys)) {
        (Ok(jws), Ok(expected)) => {
            assert_eq!(jws.payload, expected.payload, "{token}");
            assert_eq!(jws.header.alg(), Some("HS256"), "{token}");
            assert_eq!(jws.header.kid(), expected.kid.as_deref(), "{token}");
            assert_eq!(jws.header.typ(), expected.typ.as_deref(), "{token}");
            let segments = [&expected.header, &jws.payload, &expected.mac];
            assert_eq!(segments.map(|bytes| base64url::encode(bytes)).join("."), token);
        }
        (Err(error), Err(expected)) => {
            let found = Refusal::of(&error).named(token);
            assert_eq!(found, expected.named(token), "{token}");
        }
        (ours, expected) => panic!("{ours:?}, and the oracle says {expected:?}: {token}"),
    }
}

/// Why a token is refused, in the order of the checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    TooLong,
    Segments,
    HeaderTooLong(usize),
    HeaderBase64,
    HeaderJson(JsonFault),
    SignatureBase64,
    UnknownKeyId,
    InvalidSignature,
    Parameter(&'static str),
    PayloadBase64,
}

impl Refusal {
    fn of(error: &Error) -> Self {
        match *error {
            Error::TokenTooLong { limit: LIMIT, .. } => Self::TooLong,
            Error::NotThreeSegments => Self::Segments,
            Error::HeaderTooLong { characters } => Self::HeaderTooLong(characters),
            Error::Base64 { segment: Segment::Header, .. } => Self::HeaderBase64,
            Error::Base64 { segment: Segment::Payload, .. } => Self::PayloadBase64,
            Error::Base64 { segment: Segment::Signature, .. } => Self::SignatureBase64,
            Error::Json { segment: Segment::Header, fault } => Self::HeaderJson(fault),
            Error::UnknownKeyId => Self::UnknownKeyId,
            Error::InvalidSignature => Self::InvalidSignature,
            Error::HeaderParameter { parameter, .. } => Self::Parameter(parameter),
            ref error => panic!("{error} is no refusal of a JWS"),
        }
    }

    fn named(self, token: &str) -> Self {
        let header = token.split('.').next().and_then(oracle::decode).unwrap_or_default();
        match self {
            Self::HeaderJson(fault) => Self::HeaderJson(json_oracle::named(&header, fault)),
            other => other,
        }
    }
}

#[derive(Debug)]
struct Expected {
    header: Vec<u8>,
    kid: Option<String>,
    typ: Option<String>,
    payload: Vec<u8>,
    mac: Vec<u8>,
}

/// What the token must be read as, step by step.
fn read(token: &str, keys: Keys) -> Result<Expected, Refusal> {
    if token.len() > LIMIT {
        return Err(Refusal::TooLong);
    }
    let segments: Vec<&str> = token.split('.').collect();
    let &[header, payload, signature] = segments.as_slice() else {
        return Err(Refusal::Segments);
    };
    if header.len() > HEADER_CHARACTERS {
        return Err(Refusal::HeaderTooLong(header.len()));
    }
    let signing_input = &token[..header.len() + 1 + payload.len()];
    let header = oracle::decode(header).ok_or(Refusal::HeaderBase64)?;
    let parameters = json_oracle::read(&header, HEADER_LEVELS).map_err(Refusal::HeaderJson)?;
    let text = |name: &str| parameters.get(name).and_then(Value::as_str);

    if signature.len() != SIGNATURE_CHARACTERS {
        return Err(Refusal::InvalidSignature);
    }
    let given = oracle::decode(signature).ok_or(Refusal::SignatureBase64)?;
    let has_ids = keys.iter().any(|(id, _)| id.is_some());
    let chosen = || keys.iter().filter(|(id, _)| !has_ids || *id == text("kid"));
    if chosen().next().is_none() {
        return Err(Refusal::UnknownKeyId);
    }
    let is_mac =
        |(_, secret): &(_, &[u8])| mac(secret, signing_input.as_bytes()).as_slice() == given;
    if !chosen().any(is_mac) {
        return Err(Refusal::InvalidSignature);
    }

    let has = |name: &str| parameters.contains_key(name);
    let is_text = |name: &str| parameters.get(name).is_none_or(Value::is_string);
    let cty = text("cty").map(str::to_ascii_lowercase);
    let is_nested = cty.is_some_and(|cty| ["jwt", "application/jwt"].contains(&&*cty));
    let rules = [
        ("alg", text("alg") == Some("HS256")),
        ("crit", !has("crit")),
        ("b64", parameters.get("b64") != Some(&Value::Bool(false))),
        ("kid", is_text("kid")),
        ("typ", is_text("typ")),
        ("cty", is_text("cty") && !is_nested),
    ];
    if let Some((broken, _)) = rules.into_iter().find(|(_, holds)| !holds) {
        return Err(Refusal::Parameter(broken));
    }
    let payload = oracle::decode(payload).ok_or(Refusal::PayloadBase64)?;
    let [kid, typ] = ["kid", "typ"].map(|name| text(name).map(str::to_owned));
    drop(parameters);
    Ok(Expected { header, kid, typ, payload, mac: given })
}
