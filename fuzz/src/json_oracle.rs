//! Strict JSON objects by two parsers of others: `jiter`, the parser of pydantic, which keeps the
//! members of an object in a list, and `serde_json`, whose visitor sees each name before its value.
//!
//! `serde_json` says which fault of a text comes first, and every value to the bit. `jiter` says
//! whether the text is a strict object at all. Neither shares code with the crate's reader.

use core::cell::Cell;
use core::fmt;
use std::borrow::Cow;
use std::collections::HashSet;

use jiter::JsonValue;
use jwt_pair::JsonFault;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// The levels of a claims set, as `docs/DESIGN.md` has them: not the constant of the crate.
pub const CLAIMS_LEVELS: usize = 127;
/// The levels of a header.
pub const HEADER_LEVELS: usize = 8;

const RESERVED: &str = "$serde_json::private::";

/// `jiter` reads no integer of more than 4,300 digits, and no more than 200 levels.
const JITER_BYTES: usize = 4096;

/// The object that a text stands for, or the first fault of the text.
pub fn read(bytes: &[u8], levels: usize) -> Result<Map<String, Value>, JsonFault> {
    let object = by_serde_json(bytes, levels);
    if bytes.len() <= JITER_BYTES {
        let strict = by_jiter(bytes, levels);
        assert_eq!(
            object.is_ok(),
            strict.is_some(),
            "the oracles differ: {}",
            bytes.escape_ascii()
        );
        if let (Ok(object), Some(strict)) = (&object, strict) {
            assert!(same_members(&strict, object), "the oracles differ: {object:?}, {strict:?}");
        }
    }
    object
}

/// A fault as both sides name it. Where a text begins with a value that is no object and goes on with
/// something that is no JSON, either may be named: the crate reads `1-2` as one number, and
/// `serde_json` as a number and a rest.
pub fn named(bytes: &[u8], fault: JsonFault) -> JsonFault {
    let begins = bytes.trim_ascii_start().first();
    let is_json = || serde_json::from_slice::<Value>(bytes).is_ok();
    match fault {
        JsonFault::NotAnObject if begins != Some(&b'[') && !is_json() => JsonFault::Syntax,
        fault => fault,
    }
}

/// Whether the only fault of the text is that it is nested too deeply.
pub fn is_too_deep(bytes: &[u8], levels: usize) -> bool {
    read(bytes, levels).is_err() && read(bytes, CLAIMS_LEVELS).is_ok()
}

// serde_json

fn by_serde_json(bytes: &[u8], levels: usize) -> Result<Map<String, Value>, JsonFault> {
    let text = core::str::from_utf8(bytes).map_err(|_| JsonFault::NotUtf8)?;
    let fault = Cell::new(JsonFault::Syntax);
    let strict = Strict { fault: &fault, levels, is_again: false };
    let mut reader = serde_json::Deserializer::from_str(text);
    let first = text.trim_start_matches([' ', '\t', '\n', '\r']).chars().next();
    match strict.deserialize(&mut reader) {
        Ok(Value::Object(object)) => match reader.end() {
            Ok(()) => Ok(object),
            Err(_) => Err(JsonFault::Syntax),
        },
        // An array is no object, whatever is in it.
        _ if first == Some('[') => Err(JsonFault::NotAnObject),
        Ok(_) => Err(JsonFault::NotAnObject),
        Err(_) => Err(fault.get()),
    }
}

/// A value in which each object has each name once.
#[derive(Clone, Copy)]
struct Strict<'f> {
    fault: &'f Cell<JsonFault>,
    /// How many levels it may have.
    levels: usize,
    /// It stands under a name that its object has already.
    is_again: bool,
}

impl Strict<'_> {
    fn fail<E: de::Error>(self, fault: JsonFault) -> E {
        self.fault.set(fault);
        E::custom("")
    }

    fn inside<E: de::Error>(self) -> Result<Self, E> {
        match self.levels.checked_sub(1) {
            Some(levels) => Ok(Self { levels, ..self }),
            None => Err(self.fail(JsonFault::Syntax)),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        if self.is_again {
            return Err(self.fail(JsonFault::DuplicateName));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut array = Vec::new();
        while let Some(element) = elements.next_element_seed(inside)? {
            array.push(element);
        }
        Ok(array.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if name.starts_with(RESERVED) {
                return Err(self.fail(JsonFault::ReservedName));
            }
            let is_again = object.contains_key(&name);
            let value = members.next_value_seed(Strict { is_again, ..inside })?;
            object.insert(name, value);
        }
        Ok(object.into())
    }
}

// jiter

type Members<'d> = Vec<(Cow<'d, str>, JsonValue<'d>)>;

/// The members, if the text is a strict object.
fn by_jiter(bytes: &[u8], levels: usize) -> Option<Members<'_>> {
    core::str::from_utf8(bytes).ok()?;
    let value = JsonValue::parse(bytes, false).ok()?;
    match &value {
        JsonValue::Object(members) if is_strict(&value, levels) => Some(members.to_vec()),
        _ => None,
    }
}

fn is_strict(value: &JsonValue<'_>, levels: usize) -> bool {
    match value {
        // The grammar has numbers of any size, and `jiter` reads 1e400 as infinity. A claim that no
        // `f64` holds has no value that a program could compare.
        JsonValue::Float(float) => float.is_finite(),
        JsonValue::BigInt(int) => as_f64(&int.to_string()).is_finite(),
        JsonValue::Array(_) | JsonValue::Object(_) if levels == 0 => false,
        JsonValue::Array(elements) => elements.iter().all(|value| is_strict(value, levels - 1)),
        JsonValue::Object(members) => {
            let mut names = HashSet::new();
            members.iter().all(|(name, value)| {
                !name.starts_with(RESERVED) && names.insert(name) && is_strict(value, levels - 1)
            })
        }
        _ => true,
    }
}

fn as_f64(text: &str) -> f64 {
    text.parse().expect("an integer is a float")
}

fn same_members(theirs: &[(Cow<'_, str>, JsonValue<'_>)], ours: &Map<String, Value>) -> bool {
    let same = |(name, value): &(Cow<'_, str>, JsonValue<'_>)| {
        ours.get(&**name).is_some_and(|ours| same(value, ours))
    };
    theirs.len() == ours.len() && theirs.iter().all(same)
}

fn same(theirs: &JsonValue<'_>, ours: &Value) -> bool {
    match (theirs, ours) {
        (JsonValue::Null, Value::Null) => true,
        (JsonValue::Bool(theirs), Value::Bool(ours)) => theirs == ours,
        (JsonValue::Str(theirs), Value::String(ours)) => theirs == ours,
        (JsonValue::Int(theirs), Value::Number(ours)) => {
            // `-0` is an integer to `jiter`, and to `serde_json` the float that keeps the sign.
            ours.as_i64() == Some(*theirs) || *theirs == 0 && is_float(ours, -0.0)
        }
        (JsonValue::BigInt(theirs), Value::Number(ours)) => {
            let theirs = theirs.to_string();
            match theirs.parse::<u64>() {
                Ok(theirs) => ours.as_u64() == Some(theirs),
                Err(_) => is_float(ours, as_f64(&theirs)),
            }
        }
        (JsonValue::Float(theirs), Value::Number(ours)) => is_float(ours, *theirs),
        (JsonValue::Array(theirs), Value::Array(ours)) => {
            theirs.len() == ours.len()
                && theirs.iter().zip(ours).all(|(theirs, ours)| same(theirs, ours))
        }
        (JsonValue::Object(theirs), Value::Object(ours)) => same_members(theirs, ours),
        _ => false,
    }
}

fn is_float(number: &serde_json::Number, float: f64) -> bool {
    number.is_f64() && number.as_f64().map(f64::to_bits) == Some(float.to_bits())
}

// Values of `serde_json`

/// Fails unless both have the same members with the same values. By `==`, 0.0 would be -0.0.
#[track_caller]
pub fn assert_same(ours: &Map<String, Value>, expected: &Map<String, Value>) {
    assert!(equal_members(ours, expected), "{ours:?} is not {expected:?}");
}

fn equal_members(ours: &Map<String, Value>, expected: &Map<String, Value>) -> bool {
    let equal =
        |(name, value): (&String, &Value)| ours.get(name).is_some_and(|ours| equal(ours, value));
    ours.len() == expected.len() && expected.iter().all(equal)
}

fn equal(ours: &Value, expected: &Value) -> bool {
    match (ours, expected) {
        (Value::Number(ours), Value::Number(expected)) => match expected.as_f64() {
            Some(float) if expected.is_f64() => is_float(ours, float),
            _ => ours == expected,
        },
        (Value::Array(ours), Value::Array(expected)) => {
            ours.len() == expected.len()
                && ours.iter().zip(expected).all(|(ours, expected)| equal(ours, expected))
        }
        (Value::Object(ours), Value::Object(expected)) => equal_members(ours, expected),
        _ => ours == expected,
    }
}
