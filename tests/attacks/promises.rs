//! What users of other JWT libraries report, each as a test of that name.

use core::time::Duration;

use super::common;

use common::sources::read;
use jwt_pair::{
    AccessVerifier, Error, Identity, Key, KeyRing, PairIssuer, PairPolicy, TokenKind, UnixTime,
    Validation, decode, encode, jws,
};
use serde_json::{Map, Value, json};

const NOW: UnixTime = UnixTime::from_secs(1_700_000_000);

fn keys(byte: u8) -> KeyRing {
    Key::new(&[byte; 32]).unwrap().into()
}

fn issuer() -> PairIssuer {
    PairIssuer::new(keys(1), PairPolicy::new())
}

fn customer() -> Identity<'static> {
    Identity::new(123, "customer", "session123")
}

fn decode_claims(claims: &Value, policy: &Validation) -> Result<Map<String, Value>, Error> {
    let token = jws::sign(claims.to_string().as_bytes(), "JWT", &keys(1)).unwrap();
    decode(&token, &keys(1), policy, NOW)
}

#[test]
fn the_tree_has_at_most_18_packages() {
    let lock = read("Cargo.lock");
    let packages = lock.split("[[package]]").skip(1).map(|package| {
        let value = |name: &str| {
            let line = package.lines().find_map(|line| line.strip_prefix(name));
            line.unwrap().trim_matches('"').to_owned()
        };
        (value("name = "), value("version = "))
    });
    // Not built on x86-64: `libc` is for other processors, and `serde` stands in the tree of
    // `serde_core` to hold both to one version, with what its derive needs.
    let not_built = [
        "libc",
        "proc-macro2",
        "quote",
        "serde",
        "serde_derive",
        "syn",
        "unicode-ident",
        "jwt-pair",
    ];
    let built = packages.filter(|(name, _)| !not_built.contains(&name.as_str()));
    let mut built: Vec<String> =
        built.map(|(name, version)| format!("{name} v{version}")).collect();
    built.sort();
    assert!(built.len() <= 18, "{built:#?}");
    // The list that the README links, which CI compares with the tree that cargo builds.
    assert_eq!(read("docs/dependencies.txt").lines().collect::<Vec<_>>(), built);
}

#[test]
fn a_refresh_token_is_not_an_access_token() {
    let pair = issuer().issue(&customer(), NOW).unwrap();
    let (expected, found) = (TokenKind::Access, TokenKind::Refresh);
    assert_eq!(
        issuer().verify_access(&pair.refresh.token, NOW),
        Err(Error::WrongKind { expected, found })
    );
}

#[test]
fn a_service_that_checks_access_tokens_cannot_mint_refresh_tokens() {
    let policy = || PairPolicy::new().predecessor(common::predecessor(keys(3)));
    let issuer = PairIssuer::with_refresh_keys(keys(1), keys(2), policy()).unwrap();
    let pair = issuer.issue(&customer(), NOW).unwrap();
    assert!(AccessVerifier::new(keys(1), policy()).verify(&pair.access.token, NOW).is_ok());

    // What the service could make with the key it holds, in both markings.
    let minted = PairIssuer::new(keys(1), policy()).issue(&customer(), NOW).unwrap().refresh.token;
    assert_eq!(issuer.verify_refresh(&minted, NOW), Err(Error::InvalidSignature));
    assert_eq!(issuer.decode(&minted, NOW), Err(Error::InvalidSignature));
    let claims = json!({"user_id": 1, "session_id": "s", "iat": 1, "exp": 1_700_000_001});
    let unmarked = encode(&claims, &keys(1)).unwrap();
    assert_eq!(issuer.verify_refresh(&unmarked, NOW), Err(Error::InvalidSignature));
    assert_eq!(issuer.decode(&unmarked, NOW), Err(Error::InvalidSignature));
}

#[test]
fn exp_of_the_wrong_type_is_not_absent() {
    let policy = Validation::new().allow_missing_exp();
    let expected = "a number below 2^63";
    for exp in [json!("1700000001"), json!(null), json!(true), json!([1_700_000_001])] {
        assert_eq!(
            decode_claims(&json!({"exp": exp}), &policy),
            Err(Error::ClaimType { claim: "exp", expected })
        );
    }
}

#[test]
fn an_expected_audience_that_is_missing_does_not_pass() {
    let policy = Validation::new().audience("https://api.example");
    assert_eq!(
        decode_claims(&json!({"exp": 1_700_000_001}), &policy),
        Err(Error::MissingClaim { claim: "aud" })
    );
}

#[test]
fn an_empty_key_does_not_exist() {
    assert_eq!(Key::new(b"").unwrap_err(), Error::KeyTooShort { bytes: 0 });
    assert_eq!(Key::new(&[0; 31]).unwrap_err(), Error::KeyTooShort { bytes: 31 });
}

#[test]
fn a_huge_leeway_does_not_panic() {
    let policy = Validation::new().leeway(Duration::from_secs(u64::MAX));
    let claims = json!({"exp": 0, "nbf": i64::MAX});
    assert_eq!(decode_claims(&claims, &policy), Ok(claims.as_object().unwrap().clone()));
}
