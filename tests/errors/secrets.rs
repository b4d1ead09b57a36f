//! No text that the crate makes of an error, a key or an issuer holds a secret or a token.

use super::common;

use core::fmt::Debug;
use core::time::Duration;

use common::{ACCESS, JWT, NOW, at, b64, jwt, token};
use jwt_pair::{AccessVerifier, Error, Identity, Key, KeyRing, PairIssuer, PairPolicy};
use jwt_pair::{PrivateClaims, Validation};
use serde_json::{Map, Value, json};

const MARK: &str = "XYZZYmarkerXYZZY";
const MARKED_SECRET: &[u8; 32] = b"XYZZYmarkerXYZZYmarkerXYZZYmarke";

fn marked_key() -> Key {
    Key::new(MARKED_SECRET).unwrap()
}

/// The forms in which bytes show up in logs: text, hex, base64 of either alphabet, decimal lists,
/// compact and over several lines.
fn forms(bytes: &[u8]) -> Vec<String> {
    let list = |separator: &str, form: fn(&u8) -> String| {
        bytes[..8].iter().map(form).collect::<Vec<_>>().join(separator)
    };
    let base64: String = b64(bytes).chars().take(8).collect();
    vec![
        String::from_utf8_lossy(&bytes[..8]).into_owned(),
        list("", |byte| format!("{byte:02x}")),
        list("", |byte| format!("{byte:02X}")),
        list(", ", |byte| format!("{byte:#04x}")),
        list(", ", |byte| format!("0x{byte:02X}")),
        list(", ", u8::to_string),
        list(",", u8::to_string),
        list(",\n    ", u8::to_string),
        base64.replace('-', "+").replace('_', "/"),
        base64,
    ]
}

#[track_caller]
fn elided(texts: &[String], secret: &[u8]) {
    for text in texts {
        for form in forms(secret) {
            assert!(!text.contains(&form), "{form} in {text}");
            let unindented = text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(!unindented.contains(&form), "{form} in {text}");
        }
    }
}

fn debug(value: &impl Debug) -> [String; 2] {
    [format!("{value:?}"), format!("{value:#?}")]
}

#[test]
fn the_search_finds_what_is_there() {
    for text in [
        debug(MARKED_SECRET).to_vec(),
        debug(&str::from_utf8(MARKED_SECRET).unwrap()).to_vec(),
        vec![format!("{MARKED_SECRET:02x?}").replace(", ", "")],
        vec![format!("{MARKED_SECRET:#04x?}")],
        vec![b64(MARKED_SECRET)],
    ] {
        let found = std::panic::catch_unwind(|| elided(&text, MARKED_SECRET));
        assert!(found.is_err(), "{text:?}");
    }
}

#[test]
fn debug_of_keys_and_issuers_holds_no_secret() {
    let ring = KeyRing::with_kid("1", marked_key()).also_verify(marked_key());
    let refresh = KeyRing::with_kid("2", common::key(1)).also_verify(marked_key());
    let policy = PairPolicy::new().predecessor(common::predecessor(ring.clone()));
    let issuer = PairIssuer::with_refresh_keys(ring.clone(), refresh, policy).unwrap();
    let verifier = AccessVerifier::new(ring.clone(), PairPolicy::new());
    assert_eq!(debug(&marked_key()), ["Key(..)", "Key(..)"]);
    assert_eq!(format!("{ring:?}"), r#"[Some("1"), None]"#);
    for texts in [debug(&ring), debug(&issuer), debug(&verifier)] {
        elided(&texts, MARKED_SECRET);
        // The state that HMAC makes of a key is as good as the key.
        elided(&texts, &inner_pad(MARKED_SECRET));
    }
}

/// The first block that HMAC hashes (RFC 2104 §2).
fn inner_pad(secret: &[u8]) -> Vec<u8> {
    secret.iter().map(|byte| byte ^ 0x36).collect()
}

#[test]
fn debug_of_a_token_pair_holds_no_token() {
    let issuer = PairIssuer::new(marked_key().into(), PairPolicy::new());
    let pair = issuer.issue(&Identity::new(MARK, MARK, MARK), at(NOW)).unwrap();
    let shown = "IssuedToken { expires_at: UnixTime(1700000900), .. }";
    assert_eq!(format!("{:?}", pair.access), shown);
    for token in [&pair.access.token, &pair.refresh.token] {
        for text in debug(&pair) {
            let segments = token.split('.').filter(|segment| text.contains(segment));
            assert_eq!(segments.count(), 0, "{text}");
        }
    }
}

/// Errors of tokens that hold the mark wherever a token can hold it.
fn errors() -> Vec<Error> {
    let ring = KeyRing::with_kid(MARK, marked_key());
    let policy = Validation::new().issuer("a").audience("a").subject("a").jwt_id("a");
    let mut errors = vec![
        Key::new(&MARKED_SECRET[..31]).unwrap_err(),
        KeyRing::with_kid(MARK, marked_key()).also_verify_kid(MARK, marked_key()).unwrap_err(),
        PrivateClaims::new(&json!({"exp": MARK})).unwrap_err(),
        PrivateClaims::new(MARK).unwrap_err(),
        PrivateClaims::new(&json!({"a": MARK})).unwrap().to::<u8>().unwrap_err(),
        jwt_pair::encode(MARK, &ring).unwrap_err(),
    ];
    let headers = ["alg", "crit", "b64", "kid", "typ", "cty"];
    let header = |name: &&str| token(format!(r#"{{"alg":"HS256","{name}":["{MARK}"]}}"#), "{}");
    let claims = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "user_id", "session_id"];
    let claim = |name: &&str| jwt(format!(r#"{{"{name}":{{"{MARK}":"{MARK}"}}}}"#));
    let mismatch = |name: &&str| jwt(format!(r#"{{"{name}":"{MARK}"}}"#));
    let others = [
        MARK.to_owned(),
        MARK.repeat(1_000),
        format!("{MARK}.{MARK}.{MARK}"),
        format!("{MARK}.{MARK}.{}", "X".repeat(43)),
        format!("{}.{MARK}.{}", b64(JWT), "A".repeat(43)),
        token(format!(r#"{{"alg":"{MARK}","kid":"{MARK}"}}"#), "{}"),
        token(ACCESS, format!(r#"{{"{MARK}":1,"{MARK}":1}}"#)),
        token(ACCESS, format!("{{\"{MARK}\":{MARK}")),
        jwt(format!(r#"{{"exp":1,"sub":"{MARK}"}}"#)),
        jwt(format!(r#"{{"exp":9999999999,"a":"{MARK}"}}"#)),
    ];
    let generated = headers.iter().map(header).chain(claims.iter().map(claim));
    for token in generated.chain(claims.iter().map(mismatch)).chain(others) {
        let issuer =
            common::issuer(PairPolicy::new().predecessor(common::predecessor(common::keys())));
        errors.extend(common::decode(&token).err());
        errors.extend(common::decode_by(&token, &policy).err());
        errors
            .extend(jwt_pair::decode::<Map<String, Value>>(&token, &ring, &policy, at(NOW)).err());
        errors.extend(
            jwt_pair::decode::<u8>(&token, &common::keys(), &Validation::new(), at(NOW)).err(),
        );
        errors.extend(issuer.verify_access(&token, at(NOW)).err());
        errors.extend(issuer.verify_refresh(&token, at(NOW)).err());
        errors.extend(issuer.decode(&token, at(NOW)).err());
        errors.extend(jwt_pair::decode_unverified(&token, usize::MAX).err());
    }
    let policy = PairPolicy::new().leeway(Duration::MAX).max_token_bytes(10);
    errors.extend(common::issuer(policy).issue(&Identity::new(MARK, MARK, MARK), at(NOW)).err());
    errors
}

#[test]
fn no_error_holds_a_secret_or_a_token() {
    let errors = errors();
    assert!(errors.len() > 150, "{}", errors.len());
    for error in &errors {
        let [compact, pretty] = debug(error);
        let texts = [compact, pretty, error.to_string(), error.public_message().to_owned()];
        elided(&texts, MARK.as_bytes());
        elided(&texts, MARKED_SECRET);
    }
}
