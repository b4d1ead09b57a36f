//! JSON values, as far as they are built.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Map, Value};

use super::JsonFault;
use super::raw_text::RawText;

/// A value. Nothing is copied of a text until it is needed.
#[derive(Clone, Debug)]
pub(crate) enum Json<'t> {
    Null,
    Bool(bool),
    Integer(i64),
    /// An integer from 2^63 to 2^64 - 1.
    Large(u64),
    /// Any other number.
    Fraction(f64),
    Text(RawText<'t>),
    /// Empty where the reader only checks.
    Array(Vec<Value>),
    /// Empty where the reader only checks.
    Object(Map<String, Value>),
}

/// An object: the values of the names that the caller knows, in their order, and the other members.
pub(crate) type Object<'t, const N: usize> = ([Option<Json<'t>>; N], Map<String, Value>);

impl From<Json<'_>> for Value {
    fn from(json: Json<'_>) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(bool) => bool.into(),
            Json::Integer(integer) => integer.into(),
            Json::Large(integer) => integer.into(),
            Json::Fraction(fraction) => fraction.into(),
            Json::Text(text) => text.to_text().into(),
            Json::Array(array) => array.into(),
            Json::Object(object) => object.into(),
        }
    }
}

/// Members of an object that is being built.
#[derive(Default)]
pub(super) struct Members(Vec<(String, Value)>);

impl Members {
    /// Adds a member. Its name counts also if its value has a fault.
    pub(super) fn push(
        &mut self,
        name: Cow<'_, str>,
        value: Result<Json<'_>, JsonFault>,
    ) -> Result<(), JsonFault> {
        let (value, end) = match value {
            Ok(value) => (value.into(), Ok(())),
            Err(fault) => (Value::Null, Err(fault)),
        };
        self.0.push((name.into_owned(), value));
        end
    }

    /// The object, if each name occurs once.
    pub(super) fn close(self) -> Result<Map<String, Value>, JsonFault> {
        let count = self.0.len();
        let object: Map<_, _> = self.0.into_iter().collect();
        if object.len() < count { Err(JsonFault::DuplicateName) } else { Ok(object) }
    }
}
