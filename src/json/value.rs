//! JSON values, as far as they are built.

use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Map, Value};

use super::raw_text::RawText;

/// A value. Nothing is copied of a text until it is needed.
#[derive(Clone, Debug)]
pub(crate) enum Json<'t> {
    Null,
    True,
    False,
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

impl From<Json<'_>> for Value {
    fn from(json: Json<'_>) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::True => true.into(),
            Json::False => false.into(),
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
    pub(super) fn push(&mut self, name: RawText<'_>, value: Option<Json<'_>>) -> Option<()> {
        let has_fault = value.is_none();
        let value = value.map_or(Value::Null, Value::from);
        self.0.push((name.to_text().into_owned(), value));
        (!has_fault).then_some(())
    }

    /// The object, if each name occurs once.
    pub(super) fn close(self) -> Option<Map<String, Value>> {
        let count = self.0.len();
        let object: Map<_, _> = self.0.into_iter().collect();
        (object.len() == count).then_some(object)
    }
}
