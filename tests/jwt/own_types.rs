//! The caller's own type: when it is read, and what is said of one that does not fit.

use core::cell::Cell;
use core::fmt;
use std::thread_local;

use super::common;

use common::{GOOD, JWT, NOW, at, b64, jwt, key, keys, sign_with, token};
use jwt_pair::{
    Error, PrivateClaims, Validation, decode, decode_ignoring_dates, decode_with_header,
};
use serde_core::de::{Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::json;

thread_local! {
    static READ: Cell<u32> = const { Cell::new(0) };
}

/// A type that records that it was read.
#[derive(Debug, PartialEq)]
struct Recorder;

impl<'de> Deserialize<'de> for Recorder {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        READ.set(READ.get() + 1);
        IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

/// How often the type was read for this token.
fn read(token: &str, policy: &Validation) -> (Result<Recorder, Error>, u32) {
    READ.set(0);
    let decoded = decode(token, &keys(), policy, at(NOW));
    let count = READ.get();
    READ.set(0);
    let with_header = decode_with_header(token, &keys(), policy, at(NOW)).map(|(claims, _)| claims);
    assert_eq!((&with_header, READ.get()), (&decoded, count));
    (decoded, count)
}

#[test]
fn a_callers_type_is_read_once_and_after_every_check() {
    let policy = Validation::new();
    assert_eq!(read(&jwt(GOOD), &policy), (Ok(Recorder), 1));
    let forged = sign_with(&key(9), &format!("{}.{}", b64(JWT), b64(GOOD)));
    for (token, policy) in [
        (forged, policy.clone()),
        (String::new(), policy.clone()),
        (token("{}", GOOD), policy.clone()),
        (token(r#"{"alg":"HS256","typ":"x"}"#, GOOD), policy.clone()),
        (jwt(r#"{"exp":1700000000}"#), policy.clone()),
        (jwt(r#"{"exp":1700000001,"nbf":1700000001}"#), policy.clone()),
        (jwt("{}"), policy.clone()),
        (jwt(r#"{"exp":"1700000001"}"#), policy.clone()),
        (jwt(r#"{"exp":1700000001,"exp":1700000001}"#), policy.clone()),
        (jwt(r#"{"exp":1700000001,"aud":"a"}"#), policy.clone()),
        (jwt(r#"{"exp":1700000001,"iss":"b"}"#), policy.clone().issuer("a")),
        (
            jwt(r#"{"exp":1700000001,"iat":1}"#),
            policy.clone().max_age(core::time::Duration::from_secs(9)),
        ),
        (jwt("[]"), policy.clone()),
        (jwt(GOOD), policy.max_token_bytes(1)),
    ] {
        let (decoded, count) = read(&token, &policy);
        assert!(decoded.is_err() && count == 0, "{decoded:?} {count} {token}");
    }
}

#[test]
fn the_call_that_ignores_dates_reads_the_type_after_every_other_check() {
    let policy = Validation::new().issuer("a");
    let read = |claims: &str| {
        READ.set(0);
        let decoded: Result<Recorder, _> = decode_ignoring_dates(&jwt(claims), &keys(), &policy);
        (decoded, READ.get())
    };
    assert_eq!(read(r#"{"exp":1,"iss":"a"}"#), (Ok(Recorder), 1));
    assert_eq!(read(r#"{"exp":9,"nbf":9999999999,"iss":"a"}"#), (Ok(Recorder), 1));
    let mismatch = Err(Error::ClaimMismatch { claim: "iss" });
    assert_eq!(read(r#"{"exp":1,"iss":"b"}"#), (mismatch, 0));
    let wrong = Err(Error::ClaimType { claim: "exp", expected: "a number below 2^63" });
    assert_eq!(read(r#"{"exp":"1","iss":"a"}"#), (wrong, 0));
    assert_eq!(read(r#"{"iss":"a"}"#), (Err(Error::MissingClaim { claim: "exp" }), 0));
}

/// A type as `derive` would make one, with a field that is required.
#[derive(Debug, PartialEq)]
struct Tenant {
    tenant: String,
}

impl<'de> Deserialize<'de> for Tenant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Tenant;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("struct Tenant")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tenant, A::Error> {
                let mut tenant = None;
                while let Some(name) = map.next_key::<String>()? {
                    match name.as_str() {
                        "tenant" => tenant = Some(map.next_value()?),
                        _ => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                tenant
                    .map(|tenant| Tenant { tenant })
                    .ok_or_else(|| A::Error::missing_field("tenant"))
            }
        }
        deserializer.deserialize_struct("Tenant", &["tenant"], Members)
    }
}

#[test]
fn a_field_that_has_no_claim_is_named() {
    let of = |claims: &str| decode::<Tenant>(&jwt(claims), &keys(), &Validation::new(), at(NOW));
    assert_eq!(of(r#"{"exp":1700000001,"tenant":"acme"}"#), Ok(Tenant { tenant: "acme".into() }));
    for claims in [GOOD, r#"{"exp":1700000001,"Tenant":"acme","tenant ":1}"#] {
        let error = of(claims).unwrap_err();
        let Error::ClaimsDoNotFit { missing, .. } = &error else { panic!("{error:?}") };
        assert_eq!(missing.as_deref(), Some("tenant"));
        let message = "the claims do not fit the type: the field tenant is missing";
        assert_eq!(error.to_string(), message);
        assert_eq!(error.public_message(), "Invalid token");
    }
    let error = PrivateClaims::default().to::<Tenant>().unwrap_err();
    let Error::ClaimsDoNotFit { missing, .. } = &error else { panic!("{error:?}") };
    assert_eq!(missing.as_deref(), Some("tenant"));
}

/// A name that stands in the error is the developer's text. The token's texts stand in none, also
/// where they say that a field is missing.
#[test]
fn nothing_of_a_token_is_named_as_the_missing_field() {
    for value in [
        r#""missing field `evil`""#,
        r#"{"missing field `evil`":1}"#,
        r#"["missing field `evil`"]"#,
        "1",
        "null",
    ] {
        let claims = format!(r#"{{"exp":1700000001,"tenant":{value}}}"#);
        let decoded = decode::<Tenant>(&jwt(&claims), &keys(), &Validation::new(), at(NOW));
        match decoded {
            Ok(tenant) => assert_eq!(tenant.tenant, "missing field `evil`"),
            Err(error) => {
                let is_unnamed = matches!(error, Error::ClaimsDoNotFit { missing: None, .. });
                assert!(is_unnamed && !error.to_string().contains("evil"), "{error:?}");
            }
        }
    }
}

/// A type that repeats the token's text in its error, in the words of a missing field.
#[test]
fn a_claim_that_a_type_repeats_in_its_error_is_not_named_as_a_field() {
    #[derive(Debug)]
    struct Echo;
    impl<'de> Deserialize<'de> for Echo {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let claims = serde_json::Map::deserialize(deserializer)?;
            let echo = claims.get("a").and_then(|a| a.as_str()).unwrap_or_default();
            Err(D::Error::custom(echo))
        }
    }
    let claims = json!({"exp": NOW + 1, "a": "missing field `evil`"}).to_string();
    let error = decode::<Echo>(&jwt(&claims), &keys(), &Validation::new(), at(NOW)).unwrap_err();
    assert!(!format!("{error:?} {error}").contains("evil"), "{error:?}");
}

/// A field whose name begins with the name of another field.
#[test]
fn of_fields_that_begin_alike_the_missing_one_is_named() {
    #[derive(Debug)]
    struct Alike;
    impl<'de> Deserialize<'de> for Alike {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Members;
            impl<'de> Visitor<'de> for Members {
                type Value = Alike;

                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("struct Alike")
                }

                fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Alike, A::Error> {
                    while map.next_entry::<String, IgnoredAny>()?.is_some() {}
                    Err(A::Error::missing_field("user_id"))
                }
            }
            deserializer.deserialize_struct("Alike", &["user", "user_", "user_id"], Members)
        }
    }
    let error = decode::<Alike>(&jwt(GOOD), &keys(), &Validation::new(), at(NOW)).unwrap_err();
    assert!(matches!(error, Error::ClaimsDoNotFit { missing: Some("user_id"), .. }), "{error:?}");
}
