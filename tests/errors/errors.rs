//! Each variant of `Error`, reached by an input, with its exact value and message.

extern crate alloc;

use super::common;

use core::fmt::Debug;
use core::time::Duration;

use common::{ACCESS, ACCESS_CLAIMS, GOOD, JWT, NOT_THE_TYP, NOW, REFRESH, REFRESH_CLAIMS};
use common::{at, b64, decode, decode_by, issuer, jwt, key, keys, sign, token};
use jwt_pair::{ClaimNames, Error, Identity, Key, KeyRing, PairIssuer, PairPolicy, Predecessor};
use jwt_pair::{PrivateClaims, TokenKind, Validation};
use serde_json::json;

#[track_caller]
fn test<T: Debug>(result: Result<T, Error>, error: Error, message: &str) {
    assert_eq!(result.unwrap_err(), error);
    assert_eq!(error.to_string(), message);
}

#[test]
fn key_too_short() {
    let message = "the key is 15 bytes long and must be at least 32; \
                   `openssl rand -hex 32` makes a good one";
    test(Key::new(b"your-secret-key"), Error::KeyTooShort { bytes: 15 }, message);
    for bytes in 0..32 {
        assert_eq!(Key::new(&vec![1; bytes]).unwrap_err(), Error::KeyTooShort { bytes });
    }
    for bytes in 32..200 {
        assert!(Key::new(&vec![1; bytes]).is_ok(), "{bytes}");
    }
}

#[test]
fn key_encoding() {
    let message = "the text of the key is not base64";
    test(Key::from_base64("a secret"), Error::KeyEncoding { expected: "base64" }, message);
    let expected = "hexadecimal digits, two for each byte";
    let message = "the text of the key is not hexadecimal digits, two for each byte";
    test(Key::from_hex("xyz"), Error::KeyEncoding { expected }, message);
}

#[test]
fn shared_signing_key() {
    let message = "access and refresh tokens would be signed with the same key";
    let issuer = PairIssuer::with_refresh_keys(keys(), keys(), PairPolicy::new());
    test(issuer, Error::SharedSigningKey, message);
}

#[test]
fn claim_name() {
    let message = "the claim name exp is reserved or is given twice";
    let names = ClaimNames::new("exp", "role", "sid");
    test(names, Error::ClaimName { claim: "exp" }, message);
}

#[test]
fn inexact_number() {
    let message = "a number of the claims is not one that JSON keeps";
    let claims = alloc::collections::BTreeMap::from([("a", f64::NAN)]);
    test(jwt_pair::encode(&claims, &keys()), Error::InexactNumber, message);
}

#[test]
fn caller_claim_type() {
    let expected = "a string or an array of strings";
    let message = "the claim aud must be a string or an array of strings";
    let token = jwt_pair::encode(&json!({"aud": null}), &keys());
    test(token, Error::CallerClaimType { claim: "aud", expected }, message);
}

#[test]
fn too_long_to_issue() {
    let lengthy = "x".repeat(8_000);
    let issued = issuer(PairPolicy::new()).issue(&Identity::new(1, "t", &lengthy), at(NOW));
    let Err(error @ Error::TooLongToIssue { bytes: 8_193.., limit: 8_192 }) = &issued else {
        panic!("{issued:?}");
    };
    let message = error.to_string();
    let expected = "the token would be too long to be read: ";
    assert!(message.starts_with(expected) && message.ends_with(" bytes of 8192"), "{message}");

    let ring = KeyRing::with_kid(&"k".repeat(2_000), key(1));
    let message = "the token would be too long to be read: 2715 bytes of 2048";
    let error = Error::TooLongToIssue { bytes: 2_715, limit: 2_048 };
    test(jwt_pair::encode(&json!({}), &ring), error, message);
}

#[test]
fn predecessor_lifetime() {
    let policy = PairPolicy::new().predecessor(common::predecessor(keys()));
    let claims = REFRESH_CLAIMS.replace("1700604800", "1700003600");
    let (expected, iat) = (Duration::from_secs(604_800), at(NOW).into());
    let error = Error::PredecessorLifetime { expected, exp: at(NOW + 3_600).into(), iat };
    let message = "issued at 1700000000 until 1700003600, but the lifetime must be 604800 seconds";
    test(issuer(policy).verify_refresh(&jwt(claims), at(NOW)), error, message);
}

#[test]
fn predecessor_ended() {
    let lifetime = Duration::from_secs(900);
    let predecessor = Predecessor::new(keys(), lifetime, lifetime, at(NOW));
    let policy = PairPolicy::new().predecessor(predecessor);
    let error = Error::PredecessorEnded { until: at(NOW), now: at(NOW) };
    let message = "old tokens are accepted until 1700000000, now it is 1700000000";
    test(issuer(policy).verify_access(&jwt(ACCESS_CLAIMS), at(NOW)), error, message);
}

#[test]
fn belongs_to_session() {
    let issuer = issuer(PairPolicy::new());
    let identity = Identity::new(1, "t", "s");
    let token = issuer.issue_refresh(&identity, "s.1", at(NOW), at(NOW + 1)).unwrap().token;
    let renewed = issuer.renew_access(&token, "t", &PrivateClaims::default(), at(NOW));
    test(renewed, Error::BelongsToSession, "the token belongs to a session");
}

#[test]
fn duplicate_key_id() {
    let ring = KeyRing::with_kid("1", key(1)).also_verify_kid("1", key(2));
    test(ring, Error::DuplicateKeyId, "two keys of the ring have the same kid");
}

#[test]
fn lifetime_too_short() {
    let message = "a lifetime must be at least one second";
    for nanoseconds in [0, 1, 999_999_999] {
        let lifetime = Duration::from_nanos(nanoseconds);
        test(PairPolicy::new().access_lifetime(lifetime), Error::LifetimeTooShort, message);
        test(PairPolicy::new().refresh_lifetime(lifetime), Error::LifetimeTooShort, message);
    }
}

#[test]
#[cfg(feature = "std")]
fn clock_before_epoch() {
    let clock = std::time::UNIX_EPOCH - Duration::from_secs(1);
    let time = jwt_pair::UnixTime::try_from(clock);
    test(time, Error::ClockBeforeEpoch, "the system clock is before 1970");
}

#[test]
fn reserved_claim() {
    let message = "the claim exp is reserved: only the crate writes it";
    let claims = PrivateClaims::new(&json!({"exp": 0}));
    test(claims, Error::ReservedClaim { claim: "exp" }, message);
}

#[test]
fn claims_not_an_object() {
    let message = "the claims are not a JSON object of unique names";
    test(jwt_pair::encode(&[1, 2], &keys()), Error::ClaimsNotAnObject, message);
    test(PrivateClaims::new("text"), Error::ClaimsNotAnObject, message);
}

#[test]
fn token_too_long() {
    let error = Error::TokenTooLong { bytes: 8_193, limit: 8_192 };
    let message = "the token is 8193 bytes long, the limit is 8192";
    test(decode(&"a".repeat(8_193)), error, message);
}

#[test]
fn not_three_segments() {
    let message = "the token does not have three segments";
    for text in ["", ".", "a", "a.b", "a.b.c.d", "...", "...."] {
        test(decode(text), Error::NotThreeSegments, message);
    }
}

#[test]
fn header_too_long() {
    let error = Error::HeaderTooLong { characters: 2_049 };
    let message = "the header is 2049 characters long, the limit is 2048";
    test(decode(&sign(&format!("{}.{}", "A".repeat(2_049), b64(GOOD)))), error, message);
}

#[test]
fn unknown_key_id() {
    let ring = KeyRing::with_kid("1", key(1));
    let token = jwt_pair::encode(&json!({}), &KeyRing::with_kid("2", key(1))).unwrap();
    let decoded = jwt_pair::decode::<serde_json::Value>(&token, &ring, &Validation::new(), at(NOW));
    test(decoded, Error::UnknownKeyId, "no key is known for the token's kid");
}

#[test]
fn invalid_signature() {
    let token = common::sign_with(&key(9), &format!("{}.{}", b64(JWT), b64(GOOD)));
    test(decode(&token), Error::InvalidSignature, "the signature is not valid");
    let cut = &token[..token.len() - 1];
    test(decode(cut), Error::InvalidSignature, "the signature is not valid");
}

#[test]
fn header_parameter() {
    #[track_caller]
    fn header(header: &str, parameter: &'static str, expected: &'static str) {
        let error = Error::HeaderParameter { parameter, expected };
        let message = format!("the header parameter {parameter} must be {expected}");
        test(decode(&token(header, GOOD)), error, &message);
    }
    header("{}", "alg", "HS256");
    header(r#"{"alg":"HS256","crit":[]}"#, "crit", "absent, since no extension is supported");
    header(r#"{"alg":"HS256","b64":false}"#, "b64", "anything but false");
    header(r#"{"alg":"HS256","kid":1}"#, "kid", "a string");
    header(r#"{"alg":"HS256","typ":1}"#, "typ", "a string");
    header(r#"{"alg":"HS256","cty":1}"#, "cty", "a string");
    let nested = "other than JWT, since nested tokens are not supported";
    header(r#"{"alg":"HS256","cty":"JWT"}"#, "cty", nested);

    let decoded = decode_by(&jwt(GOOD), &Validation::new().typ("at+jwt"));
    test(
        decoded,
        NOT_THE_TYP,
        "the header parameter typ must be the one that Validation::typ names",
    );
}

#[test]
fn claim_type() {
    #[track_caller]
    fn claim(claims: &str, claim: &'static str, expected: &'static str) {
        let error = Error::ClaimType { claim, expected };
        let message = format!("the claim {claim} must be {expected}");
        test(issuer(PairPolicy::new()).decode(&token(ACCESS, claims), at(NOW)), error, &message);
    }
    claim(r#"{"exp":"1700000000"}"#, "exp", "a number below 2^63");
    claim(r#"{"nbf":null}"#, "nbf", "a number below 2^63");
    claim(r#"{"iat":true}"#, "iat", "a number below 2^63");
    claim(r#"{"iss":1}"#, "iss", "a string");
    claim(r#"{"sub":1}"#, "sub", "a string");
    claim(r#"{"jti":1}"#, "jti", "a string");
    claim(r#"{"aud":1}"#, "aud", "a string or an array of strings");
    claim(r#"{"user_id":[]}"#, "user_id", "a string or an integer from -2^63 to 2^63 - 1");
    claim(r#"{"user_id":1,"user_type":1}"#, "user_type", "a string");
    claim(r#"{"user_id":1,"session_id":1}"#, "session_id", "a string");
}

#[test]
fn missing_claim() {
    test(decode(&jwt("{}")), Error::MissingClaim { claim: "exp" }, "the claim exp is missing");
}

#[test]
fn wrong_kind() {
    use TokenKind::{Access, Refresh};
    let pair = issuer(PairPolicy::new());
    let refresh = pair.verify_access(&token(REFRESH, REFRESH_CLAIMS), at(NOW));
    let error = Error::WrongKind { expected: Access, found: Refresh };
    test(refresh, error, "this is a refresh token, and an access token is expected");
    let access = pair.verify_refresh(&token(ACCESS, ACCESS_CLAIMS), at(NOW));
    let error = Error::WrongKind { expected: Refresh, found: Access };
    test(access, error, "this is an access token, and a refresh token is expected");
}

#[test]
fn claim_mismatch() {
    let decoded = decode_by(&jwt(r#"{"iss":"b"}"#), &Validation::new().issuer("a"));
    let message = "the claim iss has an unexpected value";
    test(decoded, Error::ClaimMismatch { claim: "iss" }, message);
}

#[test]
fn unexpected_audience() {
    let message = "the token has an aud, but no audience is expected";
    test(decode(&jwt(r#"{"aud":"x"}"#)), Error::UnexpectedAudience, message);
}

#[test]
fn expired() {
    let error = Error::Expired { exp: at(NOW).into(), now: at(NOW) };
    let message = "expired at 1700000000, now it is 1700000000";
    test(decode(&jwt(r#"{"exp":1700000000}"#)), error, message);
}

#[test]
fn not_yet_valid() {
    let error = Error::NotYetValid { nbf: at(NOW + 1).into(), now: at(NOW) };
    let message = "not valid before 1700000001, now it is 1700000000";
    test(decode(&jwt(r#"{"exp":1700000002,"nbf":1700000001}"#)), error, message);
}

#[test]
fn too_old() {
    let max_age = Duration::from_secs(60);
    let policy = Validation::new().allow_missing_exp().max_age(max_age);
    let error = Error::TooOld { iat: at(NOW - 60).into(), max_age, now: at(NOW) };
    let message = "issued at 1699999940, accepted for 60 seconds, now it is 1700000000";
    test(decode_by(&jwt(r#"{"iat":1699999940}"#), &policy), error, message);
}

#[test]
fn issued_in_future() {
    let policy = Validation::new().allow_missing_exp().max_age(Duration::from_secs(60));
    let error = Error::IssuedInFuture { iat: at(NOW + 1).into(), now: at(NOW) };
    let message = "issued at 1700000001, but now it is 1700000000";
    test(decode_by(&jwt(r#"{"iat":1700000001}"#), &policy), error, message);
}

#[test]
fn claims_do_not_fit() {
    let decoded = jwt_pair::decode::<u8>(&jwt(GOOD), &keys(), &Validation::new(), at(NOW));
    let message = "the claims do not fit the type: line 1, column 0";
    test(decoded, Error::ClaimsDoNotFit { missing: None, line: 1, column: 0 }, message);

    let claims = PrivateClaims::default().to::<u8>();
    let message = "the claims do not fit the type: line 0, column 0";
    test(claims, Error::ClaimsDoNotFit { missing: None, line: 0, column: 0 }, message);
}
