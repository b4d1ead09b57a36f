//! `jws::verify` accepts a token just when the MAC over the received bytes is right, by another
//! implementation, under a key that the token's `kid` may choose, and the header obeys the rules, by
//! another JSON parser. What it accepts is, encoded again, the same text. What it refuses before the
//! MAC says nothing of what stands behind it.

use std::borrow::Cow;

use jiter::JsonValue;
use jwt_pair::jws::{self, AuthenticatedJws};
use jwt_pair::{Error, KeyRing, Segment, base64url};

use crate::json_oracle;
use crate::oracle::{self, SECRET, key, mac};

const LIMIT: usize = 4096;
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
        Some(kid) => ring.and_kid(kid, key(secret)).expect("each id once"),
        None => ring.and(key(secret)),
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
    let verdict = jws::verify(token, &ring(keys), LIMIT);
    let parts = Parts::of(token);
    let expected = parts.as_ref().and_then(|parts| parts.read(keys));
    match (&verdict, &expected) {
        (Ok(jws), Some(expected)) => check_accepted(token, jws, expected),
        (Ok(_), None) => panic!("accepted: {token}"),
        (Err(error), Some(_)) => panic!("{error}: {token}"),
        (Err(error), None) => {
            let has_mac = parts.is_some_and(|parts| parts.has_right_mac(keys));
            assert_eq!(is_after_mac(error), has_mac && !is_before_mac(error), "{error:?}: {token}");
        }
    }
}

/// Errors that speak of what the MAC covers, which must have been right then.
const fn is_after_mac(error: &Error) -> bool {
    matches!(error, Error::HeaderParameter { .. } | Error::Base64 { segment: Segment::Payload, .. })
}

/// Errors that are found before the MAC is computed, whether or not it is right.
const fn is_before_mac(error: &Error) -> bool {
    matches!(
        error,
        Error::TokenTooLong { .. }
            | Error::NotThreeSegments
            | Error::HeaderTooLong { .. }
            | Error::Base64 { segment: Segment::Header | Segment::Signature, .. }
            | Error::Json { segment: Segment::Header, .. }
            | Error::UnknownKeyId
    )
}

struct Expected {
    header: Vec<u8>,
    kid: Option<String>,
    typ: Option<String>,
    payload: Vec<u8>,
    mac: Vec<u8>,
}

fn check_accepted(token: &str, jws: &AuthenticatedJws, expected: &Expected) {
    assert_eq!(jws.payload, expected.payload, "{token}");
    assert_eq!(jws.header.kid(), expected.kid.as_deref(), "{token}");
    assert_eq!(jws.header.typ(), expected.typ.as_deref(), "{token}");
    let segments = [&expected.header, &jws.payload, &expected.mac];
    assert_eq!(segments.map(|bytes| base64url::encode(bytes)).join("."), token);
}

/// Three segments, as the oracle sees them.
struct Parts<'t> {
    signing_input: &'t str,
    header: &'t str,
    payload: &'t str,
    signature: &'t str,
}

impl<'t> Parts<'t> {
    fn of(token: &'t str) -> Option<Self> {
        let segments: Vec<&str> = token.split('.').collect();
        let &[header, payload, signature] = segments.as_slice() else { return None };
        let signing_input = &token[..header.len() + 1 + payload.len()];
        Some(Self { signing_input, header, payload, signature })
    }

    /// What the token must be read as; `None` if it must be refused.
    fn read(&self, keys: Keys) -> Option<Expected> {
        let length = self.signing_input.len() + 1 + self.signature.len();
        if length > LIMIT || self.header.len() > 2048 || !self.has_right_mac(keys) {
            return None;
        }
        let header = oracle::decode(self.header)?;
        let object = json_oracle::read(&header).ok()?;
        let text = |name| match object.get(name) {
            None => Some(None),
            Some(JsonValue::Str(text)) => Some(Some(text.clone().into_owned())),
            Some(_) => None,
        };
        let (kid, typ) = (text("kid")?, text("typ")?);
        let is_nested = text("cty")?.is_some_and(|cty| {
            ["jwt", "application/jwt"].contains(&cty.to_ascii_lowercase().as_str())
        });
        let obeys = object.differences.is_empty()
            && object.get("alg") == Some(&JsonValue::Str(Cow::Borrowed("HS256")))
            && object.get("crit").is_none()
            && object.get("b64") != Some(&JsonValue::Bool(false))
            && !is_nested;
        if !obeys {
            return None;
        }
        let payload = oracle::decode(self.payload)?;
        let mac = oracle::decode(self.signature)?;
        drop(object);
        Some(Expected { kid, typ, payload, mac, header })
    }

    /// Whether the MAC is that of a key which the token may be verified with.
    fn has_right_mac(&self, keys: Keys) -> bool {
        let Some(given) = oracle::decode(self.signature) else { return false };
        let kid = self.kid();
        let has_ids = keys.iter().any(|(id, _)| id.is_some());
        keys.iter()
            .filter(|(id, _)| !has_ids || id.as_deref() == kid.as_deref())
            .any(|(_, secret)| mac(secret, self.signing_input.as_bytes()).as_slice() == given)
    }

    fn kid(&self) -> Option<String> {
        let header = oracle::decode(self.header)?;
        let object = json_oracle::read(&header).ok()?;
        match object.get("kid") {
            Some(JsonValue::Str(kid)) => Some(kid.clone().into_owned()),
            _ => None,
        }
    }
}
