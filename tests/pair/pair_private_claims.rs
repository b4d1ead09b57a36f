//! The application's own claims beside the pair's.

use super::common;

use core::fmt;

use common::{NOW, REFRESH, at, issuer, jwt, segment, token};
use jwt_pair::{Error, Identity, PairPolicy, PrivateClaims};
use serde_core::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_core::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::{Map, Value, json};

fn customer() -> Identity<'static> {
    Identity::new(123, "customer", "session123")
}

/// A type of the application's, as `derive` would make one.
#[derive(Debug, PartialEq)]
struct Tenant {
    tenant: String,
    level: u8,
}

impl Serialize for Tenant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("tenant", &self.tenant)?;
        map.serialize_entry("level", &self.level)?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for Tenant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Tenant;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a tenant")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tenant, A::Error> {
                let (mut tenant, mut level) = (None, None);
                while let Some(name) = map.next_key::<String>()? {
                    match name.as_str() {
                        "tenant" => tenant = Some(map.next_value()?),
                        "level" => level = Some(map.next_value()?),
                        _ => {
                            map.next_value::<Value>()?;
                        }
                    }
                }
                let missing = || A::Error::missing_field("tenant or level");
                Ok(Tenant {
                    tenant: tenant.ok_or_else(missing)?,
                    level: level.ok_or_else(missing)?,
                })
            }
        }
        deserializer.deserialize_map(Members)
    }
}

#[test]
fn typed_claims_come_back_typed() {
    let acme = Tenant { tenant: "acme".into(), level: 7 };
    let claims = PrivateClaims::new(&acme).unwrap();
    let issuer = issuer(PairPolicy::new());
    let identity = customer().access_claims(&claims).refresh_claims(&claims);
    let pair = issuer.issue(&identity, at(NOW)).unwrap();
    let access = issuer.verify_access(&pair.access.token, at(NOW)).unwrap();
    let refresh = issuer.verify_refresh(&pair.refresh.token, at(NOW)).unwrap();
    assert_eq!(access.private.to(), Ok(Tenant { tenant: "acme".into(), level: 7 }));
    assert_eq!(refresh.private.to(), Ok(acme));
    let misfit = Err(Error::ClaimsDoNotFit { missing: None, line: 0, column: 0 });
    assert_eq!(PrivateClaims::default().to::<Tenant>(), misfit);
    let large = PrivateClaims::new(&json!({"tenant": "acme", "level": 256})).unwrap();
    assert_eq!(large.to::<Tenant>(), misfit);
    // The type names no such field, so its message alone is not believed.
    assert_eq!(PrivateClaims::default().to::<Tenant>(), misfit);

    let decoded = jwt_pair::decode::<Tenant>(
        &jwt(r#"{"exp":1700000001,"tenant":"acme","level":256}"#),
        &common::keys(),
        &jwt_pair::Validation::new(),
        at(NOW),
    );
    assert_eq!(decoded, Err(Error::ClaimsDoNotFit { missing: None, line: 1, column: 45 }));
}

#[test]
fn untyped_claims_of_every_json_type_come_back_equal() {
    let all = json!({
        "null": null, "bools": [true, false], "text": "é\"\\\u{0}😀", "": {"": [[], {}]},
        "integers": [0, -1, i64::MIN, i64::MAX, u64::MAX, 9_007_199_254_740_993_u64],
        "fractions": [0.5, -1.25e-7, 1e300, 1.7e9], "a b": {"exp": 1, "user_type": "admin"},
    });
    let claims = PrivateClaims::new(&all).unwrap();
    assert_eq!(Some(claims.as_map()), all.as_object());
    let issuer = issuer(PairPolicy::new());
    let pair = issuer.issue(&customer().access_claims(&claims), at(NOW)).unwrap();
    let access = issuer.verify_access(&pair.access.token, at(NOW)).unwrap();
    assert_eq!(access.private, claims);
    assert_eq!(access.private.get("null"), Some(&Value::Null));
    assert_eq!(access.private.get("absent"), None);
    let refresh = issuer.verify_refresh(&pair.refresh.token, at(NOW)).unwrap();
    assert_eq!(refresh.private, PrivateClaims::default());
}

#[test]
fn own_claims_stand_behind_the_pairs() {
    let claims = PrivateClaims::new(&json!({"a": [1, "b"]})).unwrap();
    let identity = customer().access_claims(&claims).refresh_claims(&claims);
    let pair = issuer(PairPolicy::new()).issue(&identity, at(NOW)).unwrap();
    for (token, claims) in
        [(pair.access.token, common::ACCESS_CLAIMS), (pair.refresh.token, common::REFRESH_CLAIMS)]
    {
        let with_own = format!(r#"{},"a":[1,"b"]}}"#, claims.trim_end_matches('}'));
        assert_eq!(segment(&token, 1), with_own);
    }
}

#[test]
fn each_reserved_name_is_an_error() {
    for claim in
        ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "user_id", "user_type", "session_id"]
    {
        for value in [json!(null), json!(1), json!("a"), json!({})] {
            let own = Map::from_iter([("other".into(), json!(1)), (claim.to_owned(), value)]);
            assert_eq!(PrivateClaims::new(&own), Err(Error::ReservedClaim { claim }));
        }
        let nested = json!({"own": {claim: 1}, claim.to_uppercase(): 1, format!("{claim} "): 1});
        assert!(PrivateClaims::new(&nested).is_ok(), "{claim}");
    }
}

#[test]
fn sub_and_nbf_of_other_issuers_are_not_private_claims() {
    let claims = r#"{"user_id":1,"session_id":"s","exp":1700000001,"iat":1,"sub":"a","nbf":1,"jti":"b","own":2}"#;
    let pair = issuer(PairPolicy::new());
    let refresh = pair.verify_refresh(&token(REFRESH, claims), at(NOW)).unwrap();
    assert_eq!(refresh.private, PrivateClaims::new(&json!({"own": 2})).unwrap());
    assert_eq!(refresh.jti.as_deref(), Some("b"));
}

#[test]
fn what_is_no_strict_object_is_no_set_of_claims() {
    let deep = (0..200).fold(json!(1), |inner, _| json!([inner]));
    for value in [
        json!(null),
        json!(1),
        json!("a"),
        json!([]),
        json!([{"a": 1}]),
        json!({"a": deep}),
        json!({"$serde_json::private::Number": "1"}),
        json!({"a": {"$serde_json::private::Number": "1"}}),
    ] {
        assert_eq!(PrivateClaims::new(&value), Err(Error::ClaimsNotAnObject), "{value}");
        assert_eq!(jwt_pair::encode(&value, &common::keys()), Err(Error::ClaimsNotAnObject));
    }
    let deepest = (0..126).fold(json!(1), |inner, _| json!([inner]));
    let claims = PrivateClaims::new(&json!({"a": deepest})).unwrap();
    let pair = issuer(PairPolicy::new());
    let issued = pair.issue(&customer().access_claims(&claims), at(NOW)).unwrap();
    assert_eq!(pair.verify_access(&issued.access.token, at(NOW)).unwrap().private, claims);
}
