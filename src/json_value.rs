//! Any JSON value, strictly: no name twice in one object, at whatever depth.
//!
//! In: a deserializer of `serde_json`. Out: a value.
//! Not here: the outermost object, whose members `json` hands over one by one.

use alloc::borrow::{Cow, ToOwned as _};
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::Cell;
use core::fmt;

use serde_core::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Why bytes are not a strict JSON object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JsonFault {
    /// Not UTF-8 (RFC 7515 §4, RFC 7519 §7.2, RFC 8725 §3.7). Input: the byte `E9` in a string.
    NotUtf8,
    /// Not JSON, or bytes after it, or deeper than 127 arrays and objects, or a number that no
    /// `f64` holds, or half a surrogate pair. Input: `{"a":1,}`.
    Syntax,
    /// JSON, and not an object. Input: `[]`.
    NotAnObject,
    /// One object has two members of one name, at whatever depth: "The Header Parameter names
    /// within the JOSE Header MUST be unique" (RFC 7515 §4), "The Claim Names within a JWT Claims
    /// Set MUST be unique" (RFC 7519 §4). Input: `{"a":1,"\u0061":2}`.
    DuplicateName,
    /// A name begins with `$serde_json::private::`. `serde_json` reads such an object as a number
    /// where its feature `arbitrary_precision` is on; it is refused in every build, so that no
    /// feature changes what is accepted. Input: `{"$serde_json::private::Number":"1"}`.
    ReservedName,
}

impl fmt::Display for JsonFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotUtf8 => "not UTF-8",
            Self::Syntax => "not one JSON text of at most 127 levels and with numbers in range",
            Self::NotAnObject => "not an object",
            Self::DuplicateName => "two members of one object have the same name",
            Self::ReservedName => "a name begins with $serde_json::private::",
        })
    }
}

impl core::error::Error for JsonFault {}

/// A member's value. Text is borrowed from the input unless it holds escapes.
#[derive(Debug)]
pub(crate) enum Json<'de> {
    Text(Cow<'de, str>),
    /// Anything but a string.
    Other(Value),
}

impl Json<'_> {
    pub(crate) fn into_value(self) -> Value {
        match self {
            Self::Text(text) => Value::String(text.into_owned()),
            Self::Other(value) => value,
        }
    }
}

/// Any value at any depth.
#[derive(Clone, Copy)]
pub(crate) struct Any<'f> {
    pub(crate) fault: &'f Cell<Option<JsonFault>>,
}

impl Any<'_> {
    pub(crate) fn refuse<E: de::Error>(self, fault: JsonFault) -> E {
        self.fault.set(Some(fault));
        E::custom(fault)
    }

    /// A number from its text, which is how `arbitrary_precision` hands it over, as the number that
    /// it is without that feature: an integer of 64 bits, else an `f64`, which has a -0.
    fn number<'de, E: de::Error>(self, text: &str) -> Result<Json<'de>, E> {
        let integer = || text.parse::<i64>().map(Number::from).ok().filter(|_| text != "-0");
        let natural = || text.parse::<u64>().map(Number::from).ok();
        let fraction = || text.parse().ok().and_then(Number::from_f64);
        match integer().or_else(natural).or_else(fraction) {
            Some(number) => Ok(Json::Other(Value::Number(number))),
            None => Err(self.refuse(JsonFault::Syntax)),
        }
    }

    pub(crate) fn checked<'de, E: de::Error>(self, name: Name<'de>) -> Result<Cow<'de, str>, E> {
        match name {
            Name::Member(name) if !name.starts_with("$serde_json::private::") => Ok(name),
            _ => Err(self.refuse(JsonFault::ReservedName)),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Any<'_> {
    type Value = Json<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Any<'_> {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Other(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json<'de>, E> {
        Ok(Json::Other(Value::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json<'de>, E> {
        Ok(Json::Other(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json<'de>, E> {
        Ok(Json::Other(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json<'de>, E> {
        Ok(Json::Other(value.into()))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Json<'de>, A::Error> {
        let mut array = Vec::new();
        while let Some(element) = elements.next_element_seed(self)? {
            array.push(element.into_value());
        }
        Ok(Json::Other(Value::Array(array)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json<'de>, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key_seed(MemberName::NEXT)? {
            if matches!(name, Name::NumberFollows) {
                let text: String = members.next_value()?;
                return self.number(&text);
            }
            let name = self.checked(name)?.into_owned();
            let value = members.next_value_seed(self)?.into_value();
            if object.insert(name, value).is_some() {
                return Err(self.refuse(JsonFault::DuplicateName));
            }
        }
        Ok(Json::Other(Value::Object(object)))
    }
}

/// What stands where a member's name is expected.
pub(crate) enum Name<'de> {
    Member(Cow<'de, str>),
    /// Not a member: the text of a number comes next, in place of an object.
    NumberFollows,
}

/// Reads a [`Name`].
///
/// With `arbitrary_precision`, `serde_json` hands a number over as an object whose only name is a
/// mark, so that `{"<mark>":"1"}` in a token would look like the number 1. The two differ when an
/// option is asked for: a name that was read from the text comes as `Some`, the mark comes bare.
pub(crate) struct MemberName {
    from_text: bool,
}

impl MemberName {
    pub(crate) const NEXT: Self = Self { from_text: false };
}

impl<'de> DeserializeSeed<'de> for MemberName {
    type Value = Name<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Name<'de>, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for MemberName {
    type Value = Name<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Name<'de>, D::Error> {
        deserializer.deserialize_str(Self { from_text: true })
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Name<'de>, E> {
        Ok(if self.from_text { Name::Member(Cow::Borrowed(name)) } else { Name::NumberFollows })
    }

    fn visit_str<E>(self, name: &str) -> Result<Name<'de>, E> {
        Ok(Name::Member(Cow::Owned(name.to_owned())))
    }
}
