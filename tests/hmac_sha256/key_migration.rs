//! Keys over time: ids at their longest, and keys that two rings share.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::common;

use common::{ACCESS_CLAIMS, JWT, NOW, REFRESH_CLAIMS, at, b64, key, sign_with};
use jwt_pair::{Error, Identity, KeyRing, PairClaims, PairIssuer, PairPolicy, Validation};
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
    let too_long = Error::HeaderTooLong { characters };
    let ring = KeyRing::with_kid(&longer, key(1));
    assert_eq!(encode(&json!({}), &ring), Err(too_long.clone()));
    assert_eq!(jws::sign(b"", "JWT", &ring), Err(too_long));
    let identity = Identity::new(1, "customer", "s");
    let issued = PairIssuer::new(ring, PairPolicy::new()).issue(&identity, at(NOW));
    assert!(matches!(issued, Err(Error::HeaderTooLong { .. })), "{issued:?}");
}

/// A predecessor had one secret for both kinds: it verifies in both rings until its tokens are gone.
#[test]
fn unmarked_tokens_of_a_key_in_both_rings_are_decoded_as_what_they_are() {
    let access = KeyRing::with_kid("a", key(2)).also_verify(key(1));
    let refresh = KeyRing::with_kid("r", key(3)).also_verify(key(1));
    let policy = PairPolicy::new().accept_unmarked();
    let issuer = PairIssuer::with_refresh_keys(access, refresh, policy);
    for (claims, is_access) in [(ACCESS_CLAIMS, true), (REFRESH_CLAIMS, false)] {
        let token = sign_with(&key(1), &format!("{}.{}", b64(JWT), b64(claims)));
        let decoded = issuer.decode(&token, at(NOW)).unwrap();
        assert_eq!(matches!(decoded, PairClaims::Access(_)), is_access);
    }
}
