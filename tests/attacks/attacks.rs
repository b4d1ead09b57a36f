//! Attacks that need a token of their own; `docs/ATTACKS.md` lists these and all the others.

use super::common;

use common::sources::{code, read, rust_files};
use common::{ACCESS_CLAIMS, GOOD, JWT, NOW, REFRESH_CLAIMS};
use common::{at, b64, decode, decode_by, header_json, issuer, jwt, key, payload_json};
use common::{refused_by_all, sign, sign_with, token};
use jwt_pair::base64url::Base64Fault;
use jwt_pair::{Error, JsonFault, Key, KeyRing, PairPolicy, Segment, Validation};
use serde_json::{Map, Value};

const FORGED: Error = Error::InvalidSignature;
const ALG: Error = Error::HeaderParameter { parameter: "alg", expected: "HS256" };

/// A token that somebody without the key has signed with another one.
fn signed_by(key: &Key, header: &str) -> String {
    sign_with(key, &format!("{}.{}", b64(header), b64(ACCESS_CLAIMS)))
}

/// RS256 read as HS256: the secret of the forger is the public key, which everybody knows.
#[test]
fn a_public_key_is_not_the_secret() {
    const PEM: &str = "-----BEGIN PUBLIC KEY-----\nMFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKd\n\
                       -----END PUBLIC KEY-----\n";
    for pem in [PEM.to_owned(), PEM.trim_end().to_owned(), format!(" {PEM}")] {
        let public = Key::new(pem.as_bytes()).unwrap();
        for header in [JWT, r#"{"alg":"RS256","typ":"JWT"}"#] {
            refused_by_all(&signed_by(&public, header), &FORGED);
        }
    }
    // Nor does the right secret make a token of another algorithm good.
    refused_by_all(&token(r#"{"alg":"RS256","typ":"JWT"}"#, ACCESS_CLAIMS), &ALG);
}

/// HMAC fills short keys up with zeros (RFC 2104 §2), so 64 of them are the empty key.
#[test]
fn a_mac_under_the_empty_key_is_a_forgery() {
    let empty = Key::new(&[0; 64]).unwrap();
    let known = "thNnmggU2ex3L5XXeMNfxf8Wl8STcVZTxscSFEKSxa0";
    assert_eq!(b64(empty.sign(b"")), known);

    let ring = KeyRing::with_kid("1", key(1)).also_verify(key(2));
    let policy = Validation::new();
    for (kid, error) in [("", FORGED), (r#","kid":"/dev/null""#, Error::UnknownKeyId)] {
        let forged = signed_by(&empty, &format!(r#"{{"alg":"HS256"{kid}}}"#));
        refused_by_all(&forged, &FORGED);
        let decoded = jwt_pair::decode::<Map<String, Value>>(&forged, &ring, &policy, at(NOW));
        assert_eq!(decoded, Err(error));
    }
}

/// What a forger has written is not looked at, whatever is wrong with it (CVE-2024-51744).
#[test]
fn a_forgery_is_neither_expired_nor_early_nor_malformed() {
    for claims in [r#"{"exp":1}"#, r#"{"exp":9999999999,"nbf":9999999998}"#, "{}", "[]", "?"] {
        let signing_input = format!("{}.{}", b64(JWT), b64(claims));
        refused_by_all(&sign_with(&key(9), &signing_input), &FORGED);
    }
}

/// For ECDSA, r = s = 0 once fitted every message (CVE-2022-21449).
#[test]
fn a_signature_of_zeros_is_a_forgery() {
    for alg in ["HS256", "ES256", "none"] {
        let signing_input = format!("{}.{}", b64(format!(r#"{{"alg":"{alg}"}}"#)), b64(GOOD));
        for zeros in [0, 1, 31, 32, 33, 64, 132] {
            let signature = b64(vec![0; zeros]);
            refused_by_all(&format!("{signing_input}.{signature}"), &FORGED);
        }
        // The same as DER: SEQUENCE { INTEGER 0, INTEGER 0 }.
        refused_by_all(&format!("{signing_input}.MAYCAQACAQA"), &FORGED);
    }
}

/// A comparison that stops early, or that takes a part for the whole, gives the same answers as long
/// as nobody attacks it: only the source shows the difference. Whoever compares a MAC must first have
/// computed one, so every place that computes or compares one is listed here.
#[test]
fn macs_are_compared_by_hmac_alone() {
    let words = ["finalize", "into_bytes", "verify_slice", "verify_truncated", ".sign(", "ct_eq"];
    let sources: Vec<String> = rust_files("src").iter().map(read).collect();
    let lines = sources.iter().flat_map(|source| code(source));
    let lines = lines.filter(|line| words.iter().any(|word| line.contains(word)));
    let mut found: Vec<&str> = lines.collect();
    found.sort_unstable();
    let mut listed = [
        // `Key::sign` and `Key::verify`.
        "mac.finalize().into_bytes().into()",
        "computed.verify_slice(mac).map_err(|_| Error::InvalidSignature)",
        // A token that is made.
        "let mac = key.sign(&token);",
        // Two keys of one service, which no attacker chooses.
        r#"self.verify(b"", &other.sign(b"")).is_ok()"#,
    ];
    listed.sort_unstable();
    assert_eq!(found, listed);

    // The MAC of a token goes into the comparison as it is, and whole.
    let hmac = sources.iter().find(|source| source.contains("verify_slice")).unwrap();
    let (_, body) = hmac.split_once("pub fn verify(&self, message: &[u8], mac: &[u8])").unwrap();
    let body: Vec<&str> = code(body).skip(1).take_while(|line| *line != "}").collect();
    assert_eq!(
        body,
        [
            "let computed = Hmac::clone(&self.state).chain_update(message);",
            "computed.verify_slice(mac).map_err(|_| Error::InvalidSignature)",
        ]
    );
}

#[test]
fn keys_that_a_token_brings_along_or_points_to_are_not_used() {
    let own = b64([9; 32]);
    for parameter in [
        format!(r#""jwk":{{"kty":"oct","k":"{own}","alg":"HS256"}}"#),
        format!(r#""jwk":"{own}""#),
        format!(r#""x5c":["{own}"]"#),
        r#""jku":"https://attacker.example/keys.json""#.to_owned(),
        r#""x5u":"http://169.254.169.254/latest/""#.to_owned(),
        r#""x5t":"dGh1bWI","x5t#S256":"dGh1bWI","kid":"attacker""#.to_owned(),
    ] {
        refused_by_all(&signed_by(&key(9), &format!(r#"{{"alg":"HS256",{parameter}}}"#)), &FORGED);
        // In a token of somebody who has the key, they are as good as absent.
        assert!(decode(&token(format!(r#"{{"alg":"HS256",{parameter}}}"#), GOOD)).is_ok());
    }
}

/// JWE in place of JWS (CVE-2026-29000), with as many iterations as the header asks for
/// (CVE-2023-52428).
#[test]
fn an_encrypted_token_is_refused_at_once() {
    for header in [
        r#"{"alg":"dir","enc":"A256GCM"}"#,
        r#"{"alg":"RSA-OAEP-256","enc":"A128GCM","cty":"JWT"}"#,
        r#"{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2s":"c2FsdA","p2c":2147483647}"#,
    ] {
        let (header, payload) = (b64(header), b64(GOOD));
        let encrypted = format!("{header}..{}.{payload}.{}", b64([0; 12]), b64([0; 16]));
        refused_by_all(&encrypted, &Error::NotThreeSegments);
        refused_by_all(&sign(&format!("{header}.{payload}")), &ALG);
    }
}

#[test]
fn a_compressed_payload_is_not_inflated() {
    let length = u16::try_from(GOOD.len()).unwrap();
    // One stored block of DEFLATE (RFC 1951 §3.2.4).
    let stored = [[1].as_slice(), &length.to_le_bytes(), &(!length).to_le_bytes()].concat();
    let compressed = [&stored, GOOD.as_bytes()].concat();
    let header = r#"{"alg":"HS256","zip":"DEF"}"#;
    refused_by_all(&token(header, compressed), &payload_json(JsonFault::NotUtf8));
    assert!(decode(&token(header, GOOD)).is_ok());
}

/// A verifier that reads one form and a reader that reads the other (CVE-2022-39227).
#[test]
fn json_serializations_are_no_compact_token() {
    let good = jwt(GOOD);
    let parts: Vec<&str> = good.split('.').collect();
    let [protected, payload, signature] = parts.as_slice() else { unreachable!("{good}") };
    let flat =
        format!(r#"{{"protected":"{protected}","payload":"{payload}","signature":"{signature}"}}"#);
    let general = format!(
        r#"{{"payload":"{payload}","signatures":[{{"protected":"{protected}","signature":"{signature}"}}]}}"#
    );
    for text in [flat, general] {
        refused_by_all(&text, &Error::NotThreeSegments);
    }
    let forged = b64(r#"{"exp":1700000001,"admin":true}"#);
    let both = format!(
        r#"{{"  {protected}.{forged}.":"","protected":"{protected}","payload":"{payload}","signature":"{signature}"}}"#
    );
    let fault = Base64Fault::OutsideAlphabet;
    refused_by_all(&both, &Error::Base64 { segment: Segment::Header, fault });
}

#[test]
fn a_token_in_a_token_is_no_claims_set() {
    refused_by_all(&jwt(jwt(GOOD)), &payload_json(JsonFault::Syntax));
    refused_by_all(&jwt(format!("\"{}\"", jwt(GOOD))), &payload_json(JsonFault::NotAnObject));
    refused_by_all(&token(jwt(GOOD), GOOD), &header_json(JsonFault::Syntax));
}

/// RFC 7797: a payload as it is, and one that is sent elsewhere.
#[test]
fn an_unencoded_or_detached_payload_is_refused() {
    let crit = Error::HeaderParameter {
        parameter: "crit",
        expected: "absent, since no extension is supported",
    };
    let header = b64(r#"{"alg":"HS256","b64":false,"crit":["b64"]}"#);
    let signed = sign(&format!("{header}.{GOOD}"));
    refused_by_all(&signed, &crit);
    let detached = signed.replace(GOOD, "");
    refused_by_all(&detached, &FORGED);
}

/// Claims are those of the payload (RFC 7519 §5.3 replicates them for JWE alone).
#[test]
fn claims_in_the_header_are_no_claims() {
    let missing = decode(&token(r#"{"alg":"HS256","exp":1700000001}"#, "{}"));
    assert_eq!(missing, Err(Error::MissingClaim { claim: "exp" }));
    let header = r#"{"alg":"HS256","typ":"refresh+jwt","user_type":"admin","user_id":1,"exp":9}"#;
    let issuer = issuer(PairPolicy::new());
    let claims = issuer.verify_refresh(&token(header, REFRESH_CLAIMS), at(NOW)).unwrap();
    assert_eq!((claims.user_id, claims.exp.as_secs()), (123.into(), 1_700_604_800));
}

/// `in` where `==` was meant (CVE-2024-53861), and `startswith`.
#[test]
fn a_part_of_an_expected_value_is_not_the_value() {
    const EXPECTED: &str = "https://api.example";
    type Expect = fn(Validation, &str) -> Validation;
    let policies: [(&'static str, Expect); 4] = [
        ("iss", Validation::issuer),
        ("sub", Validation::subject),
        ("jti", Validation::jwt_id),
        ("aud", Validation::audience),
    ];
    for (claim, expect) in policies {
        let policy = expect(Validation::new(), EXPECTED);
        let decode = |value: &str| {
            decode_by(&jwt(format!(r#"{{"exp":1700000001,"{claim}":"{value}"}}"#)), &policy)
        };
        assert!(decode(EXPECTED).is_ok(), "{claim}");
        for other in ["", "h", "https://", "api", "example", "https://api.example.attacker"] {
            assert_eq!(decode(other), Err(Error::ClaimMismatch { claim }), "{other}");
        }
    }
}
