//! Rules of the RFCs that are the caller's or are kept by halves; all of them: `docs/CONFORMANCE.md`.

use super::common;

use common::{GOOD, decode, decode_by, jwt, key, keys, refused_json};
use common::{NOW, at, b64, sign_with};
use jwt_pair::{Error, JsonFault, Key, KeyRing, Validation};
use serde_json::{Map, Value, json};

/// RFC 7515 §10.13: U+1F600 is four bytes of UTF-8, or two escapes.
#[test]
fn characters_beyond_the_basic_plane_are_kept_and_compared() {
    const FORMS: [&str; 3] = ["\u{1f600}", r"\ud83d\ude00", r"\uD83D\uDE00"];
    let ring = KeyRing::with_kid("\u{1f600}", key(1));
    let policy = Validation::new().issuer("\u{1f600}");
    for form in FORMS {
        let decoded = decode_by(&jwt(format!(r#"{{"exp":1700000001,"iss":"{form}"}}"#)), &policy);
        assert_eq!(decoded.unwrap().get("iss"), Some(&json!("\u{1f600}")));

        let header = b64(format!(r#"{{"alg":"HS256","kid":"{form}"}}"#));
        let token = sign_with(&key(1), &format!("{header}.{}", b64(GOOD)));
        let decoded =
            jwt_pair::decode::<Map<String, Value>>(&token, &ring, &Validation::new(), at(NOW));
        assert!(decoded.is_ok(), "{form}");
        for other in FORMS {
            let twice = format!(r#"{{"exp":1700000001,"alg":"HS256","{form}":1,"{other}":1}}"#);
            refused_json(twice, JsonFault::DuplicateName);
        }
    }
    let other = jwt(r#"{"exp":1700000001,"iss":"\ud83d\ude01"}"#);
    assert_eq!(decode_by(&other, &policy), Err(Error::ClaimMismatch { claim: "iss" }));
}

/// RFC 7519 §4.1.4 to §4.1.6: a date that is no number is neither signed nor read.
#[test]
fn a_date_that_is_a_text_is_neither_signed_nor_read() {
    for claim in ["exp", "nbf", "iat"] {
        let expected = "a number below 2^63";
        let claims = json!({claim: "1700000001"});
        let refused = Err(Error::CallerClaimType { claim, expected });
        assert_eq!(jwt_pair::encode(&claims, &keys()), refused);
        let refused = Err(Error::ClaimType { claim, expected });
        assert_eq!(decode(&jwt(claims.to_string())), refused);
    }
}

/// RFC 7519 §2, StringOrURI: compared as it is, and never parsed.
#[test]
fn a_value_with_a_colon_is_not_parsed_as_a_uri() {
    let no_uri = "a b:\\c";
    let policy = Validation::new().issuer(no_uri).subject(no_uri).audience(no_uri);
    let claims = json!({"exp": 1_700_000_001, "iss": no_uri, "sub": no_uri, "aud": [no_uri]});
    assert!(decode_by(&jwt(claims.to_string()), &policy).is_ok());
}

/// RFC 8725 §3.8: whose keys these are, and who is a valid subject, the application knows.
#[test]
fn iss_and_sub_are_not_looked_at_unless_they_are_expected() {
    let claims = jwt(r#"{"exp":1700000001,"iss":"anybody","sub":"anybody","jti":"anything"}"#);
    assert!(decode(&claims).is_ok());
    let mismatch = |claim| Err(Error::ClaimMismatch { claim });
    assert_eq!(decode_by(&claims, &Validation::new().issuer("a")), mismatch("iss"));
    assert_eq!(decode_by(&claims, &Validation::new().subject("a")), mismatch("sub"));
    assert_eq!(decode_by(&claims, &Validation::new().jwt_id("a")), mismatch("jti"));
}

/// RFC 8725 §3.5: the length of a secret can be checked, its entropy cannot.
#[test]
fn a_long_password_passes_for_a_key() {
    assert_eq!(Key::new(b"correct horse battery").unwrap_err(), Error::KeyTooShort { bytes: 21 });
    assert!(Key::new(b"correct horse battery staple, again").is_ok());
}
