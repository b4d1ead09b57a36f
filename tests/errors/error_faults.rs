//! Each fault of base64url and of JSON; what every error has in common.

use super::common;

use core::time::Duration;

use common::sources::{read, rust_files};
use common::{GOOD, JWT, NOW, at, b64, decode, jwt, sign, token};
use jwt_pair::base64url::Base64Fault;
use jwt_pair::{Blame, Error, JsonFault, Segment, TokenKind, base64url};

#[track_caller]
fn base64(token: &str, segment: Segment, fault: Base64Fault, message: &str) {
    let error = Error::Base64 { segment, fault };
    assert_eq!(decode(token).unwrap_err(), error);
    assert_eq!(error.to_string(), message);
}

#[test]
fn base64_outside_alphabet() {
    use Base64Fault::OutsideAlphabet as Fault;
    let rule = "is not base64url: a byte is outside the base64url alphabet (A-Z a-z 0-9 - _)";
    let header = sign(&format!("e+{}.{}", "A".repeat(10), b64(GOOD)));
    base64(&header, Segment::Header, Fault, &format!("the header {rule}"));
    let payload = sign(&format!("{}.e/AA", b64(JWT)));
    base64(&payload, Segment::Payload, Fault, &format!("the payload {rule}"));
    let signature = format!("{}.{}.{}=", b64(JWT), b64(GOOD), "A".repeat(42));
    base64(&signature, Segment::Signature, Fault, &format!("the signature {rule}"));
    assert_eq!(base64url::decode("TQ=="), Err(Fault));
}

#[test]
fn base64_length() {
    use Base64Fault::Length as Fault;
    let rule = "is not base64url: the length leaves a remainder of 1 when divided by 4";
    let header = sign(&format!("AAAAA.{}", b64(GOOD)));
    base64(&header, Segment::Header, Fault, &format!("the header {rule}"));
    let payload = sign(&format!("{}.AAAAA", b64(JWT)));
    base64(&payload, Segment::Payload, Fault, &format!("the payload {rule}"));
    assert_eq!(base64url::decode("A"), Err(Fault));
}

#[test]
fn base64_trailing_bits() {
    use Base64Fault::TrailingBits as Fault;
    let rule = "is not base64url: the unused bits of the last character are not zero";
    let header = sign(&format!("AB.{}", b64(GOOD)));
    base64(&header, Segment::Header, Fault, &format!("the header {rule}"));
    let payload = sign(&format!("{}.AAB", b64(JWT)));
    base64(&payload, Segment::Payload, Fault, &format!("the payload {rule}"));
    let signature = format!("{}.{}.{}B", b64(JWT), b64(GOOD), "A".repeat(42));
    base64(&signature, Segment::Signature, Fault, &format!("the signature {rule}"));
    assert_eq!(base64url::decode("TR"), Err(Fault));
}

#[track_caller]
fn json(bytes: &[u8], fault: JsonFault, message: &str) {
    for (token, segment) in [(token(bytes, GOOD), Segment::Header), (jwt(bytes), Segment::Payload)]
    {
        let error = Error::Json { segment, fault };
        assert_eq!(decode(&token).unwrap_err(), error);
        assert_eq!(error.to_string(), format!("the {segment} is not strict JSON: {message}"));
    }
}

#[test]
fn json_not_utf8() {
    json(b"{\"a\":\"\xE9\"}", JsonFault::NotUtf8, "not UTF-8");
}

#[test]
fn json_syntax() {
    let message = "not one JSON text with numbers in range and few enough levels";
    json(b"{\"a\":1,}", JsonFault::Syntax, message);
    json(b"{} {}", JsonFault::Syntax, message);
    json(b"{\"a\":1e400}", JsonFault::Syntax, message);
}

#[test]
fn json_not_an_object() {
    json(b"[]", JsonFault::NotAnObject, "not an object");
}

#[test]
fn json_duplicate_name() {
    let message = "two members of one object have the same name";
    json(br#"{"a":1,"\u0061":2}"#, JsonFault::DuplicateName, message);
}

#[test]
fn json_reserved_name() {
    let message = "a name begins with $serde_json::private::";
    json(br#"{"$serde_json::private::Number":"1"}"#, JsonFault::ReservedName, message);
}

/// One error of each variant, whether it is the service's to mend, and what a client may be told.
pub(super) fn one_of_each() -> Vec<(Error, Blame, &'static str)> {
    use Blame::{Client, Service};
    const INVALID: &str = "Invalid token";
    const EXPIRED: &str = "Token has expired";
    let (claim, parameter, expected) = ("exp", "alg", "HS256");
    let (date, now, max_age) = (at(NOW).into(), at(NOW), Duration::from_secs(60));
    let (access, refresh) = (TokenKind::Access, TokenKind::Refresh);
    let (segment, limit) = (Segment::Header, 8_192);
    vec![
        (Error::KeyTooShort { bytes: 15 }, Service, INVALID),
        (Error::KeyEncoding { expected }, Service, INVALID),
        (Error::DuplicateKeyId, Service, INVALID),
        (Error::SharedSigningKey, Service, INVALID),
        (Error::LifetimeTooShort, Service, INVALID),
        (Error::ClaimName { claim }, Service, INVALID),
        (Error::ClockBeforeEpoch, Service, INVALID),
        (Error::ReservedClaim { claim }, Service, INVALID),
        (Error::ClaimsNotAnObject, Service, INVALID),
        (Error::InexactNumber, Service, INVALID),
        (Error::CallerClaimType { claim, expected }, Service, INVALID),
        (Error::TooLongToIssue { bytes: 8_193, limit }, Service, INVALID),
        (Error::TokenTooLong { bytes: 8_193, limit }, Client, INVALID),
        (Error::NotThreeSegments, Client, INVALID),
        (Error::Base64 { segment, fault: Base64Fault::Length }, Client, INVALID),
        (Error::HeaderTooLong { characters: 2_049 }, Client, INVALID),
        (Error::Json { segment, fault: JsonFault::Syntax }, Client, INVALID),
        (Error::UnknownKeyId, Client, INVALID),
        (Error::InvalidSignature, Client, INVALID),
        (Error::HeaderParameter { parameter, expected }, Client, INVALID),
        (Error::ClaimType { claim, expected }, Client, INVALID),
        (Error::MissingClaim { claim }, Client, INVALID),
        (Error::WrongKind { expected: access, found: refresh }, Client, INVALID),
        (Error::ClaimMismatch { claim }, Client, INVALID),
        (Error::UnexpectedAudience, Client, INVALID),
        (Error::PredecessorLifetime { expected: max_age, exp: date, iat: date }, Client, INVALID),
        (Error::PredecessorEnded { until: now, now }, Client, INVALID),
        (Error::Expired { exp: date, now }, Client, EXPIRED),
        (Error::NotYetValid { nbf: date, now }, Client, INVALID),
        (Error::TooOld { iat: date, max_age, now }, Client, EXPIRED),
        (Error::IssuedInFuture { iat: date, now }, Client, INVALID),
        (Error::BelongsToSession, Client, INVALID),
        (Error::ClaimsDoNotFit { missing: None, line: 1, column: 0 }, Client, INVALID),
    ]
}

#[test]
fn the_public_message_is_one_of_two_texts() {
    for (error, _, message) in one_of_each() {
        assert_eq!(error.public_message(), message, "{error:?}");
    }
}

/// A clock that is wrong, a key that is too short: no client can mend them, so none is told 401.
#[test]
fn a_service_is_to_blame_for_what_no_token_has_caused() {
    for (error, blame, _) in one_of_each() {
        assert_eq!(error.blame(), blame, "{error:?}");
    }
}

/// The enums are not exhaustive, so that the compiler does not see a variant without a test.
#[test]
fn every_variant_has_a_test() {
    let tests = [include_str!("errors.rs"), include_str!("error_faults.rs")].concat();
    let name = |error: &Error| format!("{error:?}").split(' ').next().unwrap().to_owned();
    let listed: Vec<String> = one_of_each().iter().map(|(error, ..)| name(error)).collect();
    assert_eq!(variants("Error"), listed);

    for (enum_name, prefix) in [("Error", ""), ("Base64Fault", "base64_"), ("JsonFault", "json_")] {
        let variants = variants(enum_name);
        assert!(variants.len() >= 3, "{enum_name}: {variants:?}");
        for variant in variants {
            let test = format!("fn {prefix}{}(", snake_case(&variant));
            assert!(tests.contains(&test), "{enum_name}::{variant} has no test {test}");
        }
    }
}

/// The names as they stand in the source.
fn variants(enum_name: &str) -> Vec<String> {
    let head = format!("pub enum {enum_name} {{\n");
    let mut sources = rust_files("src").into_iter().map(read);
    let source = sources.find(|source| source.contains(&head)).unwrap();
    let (_, body) = source.split_once(&head).unwrap();
    let (body, _) = body.split_once("\n}\n").unwrap();
    let lines = body.lines().filter_map(|line| line.strip_prefix("    "));
    let variants = lines.filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()));
    variants.map(|line| line.trim_end_matches([',', '{', ' ']).to_owned()).collect()
}

fn snake_case(variant: &str) -> String {
    let mut name = String::new();
    for c in variant.chars() {
        if c.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(c.to_ascii_lowercase());
    }
    name
}
