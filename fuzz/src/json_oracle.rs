//! Strict JSON objects by `jiter`, the parser of pydantic: it keeps the members of an object in a
//! list, so that names that occur twice can be seen.

use std::borrow::Cow;
use std::collections::HashSet;

use jiter::JsonValue;
use serde_json::{Map, Number, Value};

/// Why the oracle takes bytes for no strict object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    NotUtf8,
    Syntax,
    NotAnObject,
    Duplicate,
}

/// Where the crate refuses a strict object on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// 127 levels are documented, in `limits::MAX_NESTING`: a recursive reader needs a bound, and
    /// `jiter` has one of 200.
    TooDeep,
    /// `$serde_json::private::…` is documented, in `JsonFault::ReservedName`: `serde_json` would
    /// read such an object as a number where another crate turns a feature on.
    ReservedName,
    /// The grammar has numbers of any size, and `jiter` reads 1e400 as infinity. A claim that no
    /// `f64` holds has no value that a program could compare.
    NumberOutOfRange,
}

pub struct Object<'d> {
    pub members: Vec<(Cow<'d, str>, JsonValue<'d>)>,
    pub differences: Vec<Difference>,
}

pub fn read(bytes: &[u8]) -> Result<Object<'_>, Refusal> {
    core::str::from_utf8(bytes).map_err(|_| Refusal::NotUtf8)?;
    let value = JsonValue::parse(bytes, false).map_err(|_| Refusal::Syntax)?;
    let mut differences = Vec::new();
    let has_duplicate = has_duplicate(&value, 1, &mut differences);
    match &value {
        JsonValue::Object(_) if has_duplicate => Err(Refusal::Duplicate),
        JsonValue::Object(members) => Ok(Object { members: members.to_vec(), differences }),
        // A number is read before it is seen to be no object.
        JsonValue::Float(_) | JsonValue::BigInt(_) if !differences.is_empty() => {
            Err(Refusal::Syntax)
        }
        _ => Err(Refusal::NotAnObject),
    }
}

/// Looks through the whole value, and collects what makes it differ.
fn has_duplicate(value: &JsonValue<'_>, level: usize, differences: &mut Vec<Difference>) -> bool {
    match value {
        JsonValue::Array(_) | JsonValue::Object(_) if level > 127 => {
            differences.push(Difference::TooDeep);
        }
        JsonValue::Float(float) if float.is_infinite() => {
            differences.push(Difference::NumberOutOfRange);
        }
        JsonValue::BigInt(int) if as_f64(&int.to_string()).is_infinite() => {
            differences.push(Difference::NumberOutOfRange);
        }
        _ => {}
    }
    match value {
        JsonValue::Array(elements) => {
            let mut found = false;
            for element in elements.iter() {
                found |= has_duplicate(element, level + 1, differences);
            }
            found
        }
        JsonValue::Object(members) => {
            let mut names = HashSet::new();
            let mut found = false;
            for (name, value) in members.iter() {
                if name.starts_with("$serde_json::private::") {
                    differences.push(Difference::ReservedName);
                }
                found |= !names.insert(name);
                found |= has_duplicate(value, level + 1, differences);
            }
            found
        }
        _ => false,
    }
}

fn as_f64(text: &str) -> f64 {
    text.parse().expect("an integer is a float")
}

impl Object<'_> {
    pub fn assert_same(&self, ours: &Map<String, Value>) {
        assert!(same_members(&self.members, ours), "{:?} is not {ours:?}", self.members);
    }

    pub fn get(&self, name: &str) -> Option<&JsonValue<'_>> {
        self.members.iter().find(|member| member.0 == name).map(|member| &member.1)
    }
}

fn same_members(theirs: &[(Cow<'_, str>, JsonValue<'_>)], ours: &Map<String, Value>) -> bool {
    theirs.len() == ours.len()
        && theirs
            .iter()
            .all(|(name, value)| ours.get(&**name).is_some_and(|ours| same(value, ours)))
}

fn same(theirs: &JsonValue<'_>, ours: &Value) -> bool {
    match (theirs, ours) {
        (JsonValue::Null, Value::Null) => true,
        (JsonValue::Bool(theirs), Value::Bool(ours)) => theirs == ours,
        (JsonValue::Str(theirs), Value::String(ours)) => theirs == ours,
        (JsonValue::Int(theirs), Value::Number(ours)) => {
            ours.as_i64() == Some(*theirs) || *theirs == 0 && is_negative_zero(ours)
        }
        (JsonValue::BigInt(theirs), Value::Number(ours)) => {
            let theirs = theirs.to_string();
            match theirs.parse::<u64>() {
                Ok(theirs) => ours.as_u64() == Some(theirs),
                Err(_) => ours.as_f64() == Some(as_f64(&theirs)),
            }
        }
        (JsonValue::Float(theirs), Value::Number(ours)) => {
            ours.is_f64() && ours.as_f64() == Some(*theirs)
        }
        (JsonValue::Array(theirs), Value::Array(ours)) => {
            theirs.len() == ours.len()
                && theirs.iter().zip(ours).all(|(theirs, ours)| same(theirs, ours))
        }
        (JsonValue::Object(theirs), Value::Object(ours)) => same_members(theirs, ours),
        _ => false,
    }
}

/// `-0` is an integer to `jiter`, and to `serde_json` the float that keeps the sign.
fn is_negative_zero(number: &Number) -> bool {
    number.as_f64().is_some_and(|float| float == 0.0 && float.is_sign_negative())
}
