//! Keys over time: ids at their longest.

use super::common;

use common::{ACCESS_CLAIMS, LIMIT, NOW, at, b64, key, sign_with};
use jwt_pair::limits::MAX_HEADER_CHARACTERS;
use jwt_pair::{Error, Identity, KeyRing, PairIssuer, PairPolicy, Validation};
use jwt_pair::{decode, encode, jws};
use serde_json::{Map, Value, json};

/// A token whose header no verifier would read is not made, rather than refused once its key is no
/// longer the one that signs.
#[test]
fn a_kid_that_no_verifier_would_read_signs_nothing() {
    let header = |kid: &str| b64(format!(r#"{{"alg":"HS256","kid":"{kid}","typ":"JWT"}}"#));
    let longest = "k".repeat(1_536 - r#"{"alg":"HS256","kid":"","typ":"JWT"}"#.len());
    let ring = KeyRing::with_kid(&longest, key(1));
    let token = encode(&json!({"exp": NOW + 1}), &ring).unwrap();
    let rotated = KeyRing::with_kid("new", key(2)).also_verify_kid(&longest, key(1)).unwrap();
    for ring in [&ring, &rotated] {
        let policy = Validation::new();
        assert!(decode::<Map<String, Value>>(&token, ring, &policy, at(NOW)).is_ok());
    }
    let longer = format!("{longest}k");
    let characters = header(&longer).len();
    let too_long = Error::TooLongToIssue { bytes: characters, limit: MAX_HEADER_CHARACTERS };
    let ring = KeyRing::with_kid(&longer, key(1));
    assert_eq!(encode(&json!({}), &ring), Err(too_long.clone()));
    assert_eq!(jws::sign(b"", "JWT", &ring), Err(too_long));
    let identity = Identity::new(1, "customer", "s");
    let issued = PairIssuer::new(ring, PairPolicy::new()).issue(&identity, at(NOW));
    assert!(matches!(issued, Err(Error::TooLongToIssue { limit: 2_048, .. })), "{issued:?}");
}

/// A header that a verifier knows by its text is as long as any other at most.
#[test]
fn a_header_over_the_limit_is_refused_also_where_a_key_has_such_an_id() {
    let kid = "k".repeat(2_000);
    let header = b64(format!(r#"{{"alg":"HS256","kid":"{kid}","typ":"access+jwt"}}"#));
    let token = sign_with(&key(1), &format!("{header}.{}", b64(ACCESS_CLAIMS)));
    let ring = KeyRing::with_kid(&kid, key(1));
    let too_long = Error::HeaderTooLong { characters: header.len() };
    assert_eq!(jws::verify(&token, &ring, LIMIT).err(), Some(too_long.clone()));
    let issuer = PairIssuer::new(ring, PairPolicy::new());
    assert_eq!(issuer.verify_access(&token, at(NOW)), Err(too_long.clone()));
    assert_eq!(issuer.decode(&token, at(NOW)), Err(too_long));
}
