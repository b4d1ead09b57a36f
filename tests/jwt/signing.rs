//! What `encode` and `PrivateClaims` sign, `decode` reads, and as the same value.

use core::fmt::Debug;

use super::common;

use common::{NOW, decode, keys};
use jwt_pair::{Error, PrivateClaims};
use serde_core::ser::{
    Serialize, SerializeMap as _, SerializeSeq as _, SerializeStruct as _,
    SerializeStructVariant as _, SerializeTuple as _, SerializeTupleStruct as _,
    SerializeTupleVariant as _, Serializer,
};
use serde_json::{Value, json};

/// One member, whose value is any that serializes.
#[derive(Debug)]
struct Member<T>(&'static str, T);

impl<T: Serialize> Serialize for Member<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("exp", &(NOW + 1))?;
        map.serialize_entry(self.0, &self.1)?;
        map.end()
    }
}

/// The same without `exp`, as private claims have none.
struct Private<T>(&'static str, T);

impl<T: Serialize> Serialize for Private<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(self.0, &self.1)?;
        map.end()
    }
}

/// A value within each form that a type can serialize as.
struct Within<T>(usize, T);

impl<T: Serialize> Serialize for Within<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (form, value) = (self.0, &self.1);
        match form {
            0 => serializer.serialize_newtype_struct("N", value),
            1 => serializer.serialize_newtype_variant("N", 0, "v", value),
            2 => {
                let mut parts = serializer.serialize_tuple(1)?;
                parts.serialize_element(value)?;
                parts.end()
            }
            3 => {
                let mut parts = serializer.serialize_tuple_struct("N", 1)?;
                parts.serialize_field(value)?;
                parts.end()
            }
            4 => {
                let mut parts = serializer.serialize_tuple_variant("N", 0, "v", 1)?;
                parts.serialize_field(value)?;
                parts.end()
            }
            5 => {
                let mut parts = serializer.serialize_struct("N", 1)?;
                parts.serialize_field("f", value)?;
                parts.end()
            }
            _ => {
                let mut parts = serializer.serialize_struct_variant("N", 0, "v", 1)?;
                parts.serialize_field("f", value)?;
                parts.end()
            }
        }
    }
}

/// A value within an array within an object.
struct Deep<T>(T);

impl<T: Serialize> Serialize for Deep<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Inner<'a, T>(&'a T);
        impl<T: Serialize> Serialize for Inner<'_, T> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut sequence = serializer.serialize_seq(Some(2))?;
                sequence.serialize_element(&0)?;
                sequence.serialize_element(&Some(self.0))?;
                sequence.end()
            }
        }
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("inner", &Inner(&self.0))?;
        map.end()
    }
}

#[track_caller]
fn inexact<T: Serialize + Debug + Copy>(number: T) {
    let refused = Err(Error::InexactNumber);
    assert_eq!(jwt_pair::encode(&Member("a", number), &keys()), refused, "{number:?}");
    assert_eq!(jwt_pair::encode(&Member("a", Some(number)), &keys()), refused, "{number:?}");
    assert_eq!(jwt_pair::encode(&Member("a", Deep(number)), &keys()), refused, "{number:?}");
    assert_eq!(jwt_pair::encode_with_typ(&Member("a", number), "t", &keys()), refused);
    for form in 0..7 {
        let encoded = jwt_pair::encode(&Member("a", Within(form, number)), &keys());
        assert_eq!(encoded, refused, "{number:?} {form}");
    }
    let refused = Err(Error::InexactNumber);
    assert_eq!(PrivateClaims::new(&Private("a", number)), refused, "{number:?}");
    assert_eq!(PrivateClaims::new(&Private("a", Deep(number))), refused, "{number:?}");
}

#[track_caller]
fn exact<T: Serialize + Debug + Copy>(number: T, as_json: Value) {
    let token = jwt_pair::encode(&Member("a", number), &keys()).unwrap();
    assert_eq!(decode(&token).unwrap().get("a"), Some(&as_json), "{number:?}");
    for form in 0..7 {
        let encoded = jwt_pair::encode(&Member("a", Within(form, number)), &keys());
        assert!(encoded.is_ok(), "{number:?} {form}");
    }
    let own = PrivateClaims::new(&Private("a", Deep(number))).unwrap();
    let inner = own.get("a").and_then(|a| a.get("inner")).and_then(|inner| inner.get(1));
    assert_eq!(inner, Some(&as_json), "{number:?}");
}

/// Two tenants that would become one, and numbers that JSON does not have.
#[test]
fn a_number_that_would_come_back_as_another_is_not_signed() {
    inexact(f64::NAN);
    inexact(f64::INFINITY);
    inexact(f64::NEG_INFINITY);
    inexact(f32::NAN);
    inexact(f32::INFINITY);
    inexact(u128::from(u64::MAX) + 1);
    inexact(u128::MAX);
    inexact(i128::from(u64::MAX) + 1);
    inexact(i128::from(i64::MIN) - 1);
    inexact(i128::MIN);
    inexact(340_282_366_920_938_463_463_374_607_431_768_211_454_u128);
}

#[test]
fn a_number_that_comes_back_as_it_was_is_signed() {
    exact(0_u128, json!(0));
    exact(u128::from(u64::MAX), json!(u64::MAX));
    exact(i128::from(i64::MIN), json!(i64::MIN));
    exact(i128::from(u64::MAX), json!(u64::MAX));
    exact(u64::MAX, json!(u64::MAX));
    exact(i64::MIN, json!(i64::MIN));
    exact(f64::MAX, json!(f64::MAX));
    exact(f64::MIN_POSITIVE, json!(f64::MIN_POSITIVE));
    exact(0.1_f64, json!(0.1));
    exact(true, json!(true));
    exact('é', json!("é"));
}

/// Each registered claim with each JSON type that is not its own.
#[test]
fn a_registered_claim_of_the_wrong_type_is_not_signed() {
    let date = "a number below 2^63";
    let values =
        [json!(null), json!(true), json!("1"), json!(1), json!([1]), json!(["a"]), json!({})];
    for (claim, expected, fitting) in [
        ("exp", date, [3].as_slice()),
        ("nbf", date, &[3]),
        ("iat", date, &[3]),
        ("iss", "a string", &[2]),
        ("sub", "a string", &[2]),
        ("jti", "a string", &[2]),
        ("aud", "a string or an array of strings", &[2, 5]),
    ] {
        for (at, value) in values.iter().enumerate() {
            let encoded = jwt_pair::encode(&json!({ claim: value }), &keys()).map(|_| ());
            let verdict = match fitting.contains(&at) {
                true => Ok(()),
                false => Err(Error::CallerClaimType { claim, expected }),
            };
            assert_eq!(encoded, verdict, "{claim} {value}");
        }
    }
    let too_late = json!({"exp": 1_u64 << 63});
    let refused = Err(Error::CallerClaimType { claim: "exp", expected: date });
    assert_eq!(jwt_pair::encode(&too_late, &keys()), refused);
    let refused = Err(Error::CallerClaimType { claim: "nbf", expected: date });
    assert_eq!(jwt_pair::encode(&json!({"nbf": 1e300}), &keys()), refused);
    assert!(jwt_pair::encode(&json!({"exp": -1e300, "iat": 0.5}), &keys()).is_ok());
}

/// `Option::None` serializes as `null`, which is no audience.
#[test]
fn an_option_that_is_none_is_no_registered_claim() {
    let expected = "a string or an array of strings";
    let none = jwt_pair::encode(&Member("aud", None::<&str>), &keys());
    assert_eq!(none, Err(Error::CallerClaimType { claim: "aud", expected }));
    assert!(jwt_pair::encode(&Member("aud", Some("a")), &keys()).is_ok());
    let null = jwt_pair::encode(&Member("own", None::<&str>), &keys()).unwrap();
    assert_eq!(decode(&null).unwrap().get("own"), Some(&Value::Null));
}

/// Whatever is signed is read: the same claims come back.
#[test]
fn what_is_signed_comes_back() {
    for claims in [
        json!({"exp": 1_700_000_001}),
        json!({"exp": 1_700_000_001.5, "nbf": -0.5, "iat": 1e3, "iss": "", "sub": "é", "jti": "\u{0}"}),
        json!({"exp": i64::MAX, "a": {"b": [null, -1, 0.25, "\"\\", {"": []}]}}),
    ] {
        let token = jwt_pair::encode(&claims, &keys()).unwrap();
        assert_eq!(decode(&token).as_ref().ok(), claims.as_object(), "{claims}");
    }
}

/// With `arbitrary_precision` a `Value` holds any integer. It is signed if it comes back, and in a
/// build without that feature it is another number before it is signed.
#[test]
fn a_number_of_a_json_value_that_would_come_back_as_another_is_not_signed() {
    for (text, integer) in [
        ("18446744073709551615", true),
        ("-9223372036854775808", true),
        ("18446744073709551616", false),
        ("18446744073709551617", false),
        ("-9223372036854775809", false),
        ("340282366920938463463374607431768211455", false),
    ] {
        let json = format!(r#"{{"exp":1700000001,"tenant":[{text}]}}"#);
        let claims: Value = serde_json::from_str(&json).unwrap();
        let keeps_text = serde_json::to_string(&claims).unwrap() == json;
        let encoded = jwt_pair::encode(&claims, &keys());
        let own = PrivateClaims::new(&json!({"tenant": claims.get("tenant")}));
        if integer || !keeps_text {
            assert_eq!(decode(&encoded.unwrap()).as_ref().ok(), claims.as_object(), "{text}");
            assert_eq!(own.unwrap().get("tenant"), claims.get("tenant"), "{text}");
        } else {
            assert_eq!(encoded, Err(Error::InexactNumber), "{text}");
            assert_eq!(own, Err(Error::InexactNumber), "{text}");
        }
    }
}

/// A `Serialize` that gives up, at the first look or at the second.
#[test]
fn claims_whose_serialize_fails_are_not_signed() {
    struct Fails;
    impl Serialize for Fails {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde_core::ser::Error::custom("no"))
        }
    }
    struct FailsOnceLookedAt(core::cell::Cell<bool>);
    impl Serialize for FailsOnceLookedAt {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            if self.0.replace(true) {
                return Err(serde_core::ser::Error::custom("no"));
            }
            serializer.serialize_map(Some(0))?.end()
        }
    }
    assert_eq!(jwt_pair::encode(&Fails, &keys()), Err(Error::ClaimsNotAnObject));
    assert_eq!(PrivateClaims::new(&Fails), Err(Error::ClaimsNotAnObject));
    let second = FailsOnceLookedAt(core::cell::Cell::new(false));
    assert_eq!(jwt_pair::encode(&second, &keys()), Err(Error::ClaimsNotAnObject));
}
