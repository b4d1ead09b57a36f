//! An application's own claims, and whether they had to be refused.

use jwt_pair::{Error, PrivateClaims};
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::{Map, Value};

use crate::choices::Choices;
use crate::json_oracle::{CLAIMS_LEVELS, assert_same};

const RESERVED: [&str; 10] =
    ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "user_id", "user_type", "session_id"];

/// Any object; what is taken is taken as it is, and what is refused is refused for a reason.
pub fn own_claims(choices: &mut Choices<'_>) -> Option<PrivateClaims> {
    let members = choices.members(2);
    let is_reserved = |name: &String| RESERVED.contains(&name.as_str());
    let is_too_deep = levels_of_members(&members) > CLAIMS_LEVELS;
    match PrivateClaims::new(&members) {
        Ok(own) => {
            assert_same(own.as_map(), &members);
            assert!(!is_too_deep && !members.keys().any(is_reserved), "{members:?}");
            Some(own)
        }
        Err(Error::ReservedClaim { claim }) => {
            assert!(members.contains_key(claim) && RESERVED.contains(&claim));
            None
        }
        Err(error) => {
            assert_eq!(error, Error::ClaimsNotAnObject);
            assert!(is_too_deep, "{members:?}");
            None
        }
    }
}

fn levels_of_members(members: &Map<String, Value>) -> usize {
    1 + members.values().map(levels).max().unwrap_or_default()
}

fn levels(value: &Value) -> usize {
    match value {
        Value::Array(elements) => 1 + elements.iter().map(levels).max().unwrap_or_default(),
        Value::Object(members) => levels_of_members(members),
        _ => 0,
    }
}

/// A number of any Rust type comes back as it was, or is refused.
pub fn check_number(choices: &mut Choices<'_>) {
    let number = Number::of(choices);
    let expected = number.as_json();
    match PrivateClaims::new(&number) {
        Ok(own) => {
            let expected = expected.unwrap_or_else(|| panic!("{number:?} was taken"));
            if let Number::F32(float) = number {
                // An `f32` can have two shortest texts, such as 3948940.2 and 3948940.3.
                let held = own.as_map().get("number").and_then(Value::as_f64);
                assert_eq!(held.map(|held| (held as f32).to_bits()), Some(float.to_bits()));
                return;
            }
            assert_same(own.as_map(), &Map::from_iter([("number".to_owned(), expected)]));
        }
        Err(error) => {
            assert_eq!(error, Error::InexactNumber, "{number:?}");
            assert_eq!(expected, None, "{number:?}");
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Number {
    F32(f32),
    F64(f64),
    I128(i128),
    U128(u128),
}

impl Number {
    fn of(choices: &mut Choices<'_>) -> Self {
        let shift = choices.any::<u8>() % 128;
        match choices.below(4) {
            0 => Self::F64(choices.any()),
            1 => Self::F32(choices.any()),
            2 => Self::I128(choices.any::<i128>() >> shift),
            _ => Self::U128(choices.any::<u128>() >> shift),
        }
    }

    /// What JSON has for it, if that is the same number.
    fn as_json(self) -> Option<Value> {
        match self {
            Self::F64(float) => float.is_finite().then(|| float.into()),
            // The shortest text of an `f32` stands for another `f64`, and for the same `f32`.
            Self::F32(float) => {
                let text = format!("{float:?}");
                float.is_finite().then(|| text.parse::<f64>().expect("a float").into())
            }
            Self::I128(integer) => i64::try_from(integer)
                .map(Value::from)
                .or(u64::try_from(integer).map(Value::from))
                .ok(),
            Self::U128(integer) => u64::try_from(integer).map(Value::from).ok(),
        }
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        match self {
            Self::F32(number) => map.serialize_entry("number", number)?,
            Self::F64(number) => map.serialize_entry("number", number)?,
            Self::I128(number) => map.serialize_entry("number", number)?,
            Self::U128(number) => map.serialize_entry("number", number)?,
        }
        map.end()
    }
}
