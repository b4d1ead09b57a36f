//! The id of a user, as a claim.

use alloc::string::String;
use core::fmt;

use serde_core::ser::{Serialize, Serializer};

/// A user: a JSON integer from -2^63 to 2^63 - 1, or a JSON string.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UserId {
    /// A number, such as a primary key.
    Integer(i64),
    /// A text, such as a UUID.
    Text(String),
}

impl UserId {
    /// The integer, if it is one.
    pub const fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Integer(id) => Some(*id),
            Self::Text(_) => None,
        }
    }

    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Integer(_) => None,
            Self::Text(id) => Some(id),
        }
    }
}

macro_rules! from_integers {
    ($($integer:ty)*) => {$(
        impl From<$integer> for UserId {
            fn from(id: $integer) -> Self {
                Self::Integer(id.into())
            }
        }
    )*};
}

from_integers!(i8 i16 i32 i64 u8 u16 u32);

impl From<&str> for UserId {
    fn from(id: &str) -> Self {
        Self::Text(id.into())
    }
}

impl From<String> for UserId {
    fn from(id: String) -> Self {
        Self::Text(id)
    }
}

/// For `Identity::new(&claims.user_id, ..)`.
impl From<&Self> for UserId {
    fn from(id: &Self) -> Self {
        id.clone()
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(id) => id.fmt(f),
            Self::Text(id) => id.fmt(f),
        }
    }
}

/// As a number or a string.
impl Serialize for UserId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Integer(id) => serializer.serialize_i64(*id),
            Self::Text(id) => serializer.serialize_str(id),
        }
    }
}
