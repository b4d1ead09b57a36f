//! From `jsonwebtoken` to here: each reads the other's tokens, and where they differ.

use jsonwebtoken::errors::ErrorKind;
use jwt_pair::{Error, UnixTime};
use migration_test::others::{Claims, decode_before, decode_here, encode_before, encode_here};

const SECRET: &[u8] = b"32 bytes, from: openssl rand -hex 32";

/// Its clock is the system's.
fn claims(from_now: i64) -> (Claims, UnixTime) {
    let now = UnixTime::now().expect("a clock");
    let exp = now.as_secs().saturating_add_signed(from_now);
    (Claims { sub: "123".into(), role: "customer".into(), exp }, now)
}

#[test]
fn each_reads_what_the_other_signs() {
    let (claims, now) = claims(900);
    let before = encode_before(SECRET, &claims).expect("a token");
    let here = encode_here(SECRET, &claims).expect("a token");
    for token in [before, here] {
        assert_eq!(decode_here(SECRET, &token, now).as_ref(), Ok(&claims));
        assert_eq!(decode_before(SECRET, &token).expect("a token"), claims);
    }
}

#[test]
fn the_leeway_is_the_same_if_it_is_set() {
    let (claims, now) = claims(-30);
    let token = encode_before(SECRET, &claims).expect("a token");
    assert_eq!(decode_before(SECRET, &token).expect("within the leeway"), claims);
    assert_eq!(decode_here(SECRET, &token, now).as_ref(), Ok(&claims));
    let none = jwt_pair::Validation::new();
    let keys = jwt_pair::Key::new(SECRET).expect("a key").into();
    let exp = UnixTime::from_secs(claims.exp).into();
    let without = jwt_pair::decode::<Claims>(&token, &keys, &none, now);
    assert_eq!(without, Err(Error::Expired { exp, now }));
}

#[test]
fn a_short_secret_is_refused_here_alone() {
    let (claims, now) = claims(900);
    let token = encode_before(b"your-secret-key", &claims).expect("a token");
    assert_eq!(decode_before(b"your-secret-key", &token).expect("a token"), claims);
    let refused = decode_here(b"your-secret-key", &token, now);
    assert_eq!(refused, Err(Error::KeyTooShort { bytes: 15 }));
}

#[test]
fn an_audience_that_nobody_expects_is_refused_by_both() {
    let (claims, now) = claims(900);
    let with_aud =
        serde_json::json!({ "sub": "123", "role": "t", "exp": claims.exp, "aud": "api" });
    let keys = jwt_pair::Key::new(SECRET).expect("a key").into();
    let token = jwt_pair::encode(&with_aud, &keys).expect("a token");
    assert_eq!(decode_here(SECRET, &token, now), Err(Error::UnexpectedAudience));
    let refused = decode_before(SECRET, &token).map_err(jsonwebtoken::errors::Error::into_kind);
    assert!(matches!(refused, Err(ErrorKind::InvalidAudience)), "{refused:?}");
}
