//! A caller's claims as JSON, if the JSON says all that they say.
//!
//! In: any value that serializes. Out: JSON text, or an error.
//! Not here: what the text must hold; `value` reads it back.
//!
//! `serde_json` writes NaN and the infinities as `null`, and an integer of more than 64 bits comes
//! back as an `f64`: two tenants could become one. [`Exact`] looks at each number before it is
//! written.

use alloc::string::String;
use core::fmt;

use serde_core::ser::{self, Serialize, Serializer};

/// Why claims cannot be written.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unwritable {
    /// A number would come back as another value.
    Number,
    /// The `Serialize` of the claims failed.
    Failed,
}

pub(crate) fn to_exact_json<T: Serialize + ?Sized>(claims: &T) -> Result<String, Unwritable> {
    claims.serialize(Exact { is_number: false })?;
    serde_json::to_string(claims).map_err(|_| Unwritable::Failed)
}

/// Serializes to nothing, and fails on a number that JSON or its readers cannot hold.
#[derive(Clone, Copy)]
struct Exact {
    /// The text that comes is a number.
    is_number: bool,
}

/// With its feature `arbitrary_precision`, `serde_json` hands over a number as a struct of this
/// name with one field of this name: the text of the number, of any length.
const NUMBER: &str = "$serde_json::private::Number";

fn is_exact(number: &str) -> bool {
    let is_fraction = number.contains(['.', 'e', 'E']);
    is_fraction || number.parse::<i64>().is_ok() || number.parse::<u64>().is_ok()
}

impl fmt::Display for Unwritable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the claims cannot be written")
    }
}

impl core::error::Error for Unwritable {}

impl ser::Error for Unwritable {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::Failed
    }
}

const fn exact_if(holds: bool) -> Result<(), Unwritable> {
    if holds { Ok(()) } else { Err(Unwritable::Number) }
}

/// Scalars that JSON always holds.
macro_rules! exact {
    ($($method:ident($($argument:ty),*);)*) => {$(
        fn $method(self, $(_: $argument),*) -> Result<(), Unwritable> {
            Ok(())
        }
    )*};
}

/// Values with parts: the parts are looked at.
macro_rules! parts {
    ($($method:ident($($argument:ty),*);)*) => {$(
        fn $method(self, $(_: $argument),*) -> Result<Self, Unwritable> {
            Ok(self)
        }
    )*};
}

impl Serializer for Exact {
    type Ok = ();
    type Error = Unwritable;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    fn serialize_f32(self, number: f32) -> Result<(), Unwritable> {
        exact_if(number.is_finite())
    }

    fn serialize_f64(self, number: f64) -> Result<(), Unwritable> {
        exact_if(number.is_finite())
    }

    fn serialize_i128(self, number: i128) -> Result<(), Unwritable> {
        exact_if(i64::try_from(number).is_ok() || u64::try_from(number).is_ok())
    }

    fn serialize_u128(self, number: u128) -> Result<(), Unwritable> {
        exact_if(u64::try_from(number).is_ok())
    }

    fn serialize_str(self, text: &str) -> Result<(), Unwritable> {
        exact_if(!self.is_number || is_exact(text))
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Unwritable> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Unwritable> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), Unwritable> {
        value.serialize(self)
    }

    exact! {
        serialize_bool(bool); serialize_char(char); serialize_bytes(&[u8]);
        serialize_i8(i8); serialize_i16(i16); serialize_i32(i32); serialize_i64(i64);
        serialize_u8(u8); serialize_u16(u16); serialize_u32(u32); serialize_u64(u64);
        serialize_none(); serialize_unit(); serialize_unit_struct(&'static str);
        serialize_unit_variant(&'static str, u32, &'static str);
    }

    parts! {
        serialize_seq(Option<usize>); serialize_map(Option<usize>); serialize_tuple(usize);
        serialize_tuple_struct(&'static str, usize); serialize_struct(&'static str, usize);
        serialize_tuple_variant(&'static str, u32, &'static str, usize);
        serialize_struct_variant(&'static str, u32, &'static str, usize);
    }
}

/// The parts of each kind of value that has parts.
macro_rules! look_at_parts {
    ($($trait:ident::$method:ident($($name:ident)?);)*) => {$(
        impl ser::$trait for Exact {
            type Ok = ();
            type Error = Unwritable;

            fn $method<T: Serialize + ?Sized>(
                &mut self,
                $($name: &'static str,)?
                value: &T,
            ) -> Result<(), Unwritable> {
                let is_number = [$($name)?].contains(&NUMBER);
                value.serialize(Self { is_number })
            }

            fn end(self) -> Result<(), Unwritable> {
                Ok(())
            }
        }
    )*};
}

look_at_parts! {
    SerializeSeq::serialize_element();
    SerializeTuple::serialize_element();
    SerializeTupleStruct::serialize_field();
    SerializeTupleVariant::serialize_field();
    SerializeStruct::serialize_field(name);
    SerializeStructVariant::serialize_field(name);
}

impl ser::SerializeMap for Exact {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, _: &T) -> Result<(), Unwritable> {
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unwritable> {
        value.serialize(*self)
    }

    fn end(self) -> Result<(), Unwritable> {
        Ok(())
    }
}
