//! Why valid claims are not of the caller's type.
//!
//! In: an error of `serde_json`, and the type. Out: an [`Error`] without a byte of the token.

use core::cell::Cell;

use serde_core::de::{Deserialize, Deserializer, Error as _, Visitor, value};
use serde_core::forward_to_deserialize_any;

use crate::error::Error;

/// Names the field that has no claim, if the type has such a field. The message alone is not
/// enough: a type can put the text of a claim into it.
pub(crate) fn does_not_fit<'de, T: Deserialize<'de>>(error: &serde_json::Error) -> Error {
    let asked = Cell::new([].as_slice());
    _ = T::deserialize(FieldNames { asked: &asked });
    let message = alloc::string::ToString::to_string(error);
    let is_missing = |field: &&&str| {
        let rest = message.strip_prefix("missing field `");
        rest.and_then(|rest| rest.strip_prefix(**field)).is_some_and(|rest| rest.starts_with('`'))
    };
    let missing = asked.get().iter().find(is_missing).copied();
    Error::ClaimsDoNotFit { missing, line: error.line(), column: error.column() }
}

/// Tells a type nothing, and notes the fields that it asks for.
struct FieldNames<'c> {
    asked: &'c Cell<&'static [&'static str]>,
}

impl<'de> Deserializer<'de> for FieldNames<'_> {
    type Error = value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, value::Error> {
        Err(value::Error::custom(""))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, value::Error> {
        self.asked.set(fields);
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}
