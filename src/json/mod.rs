//! Strict JSON objects ([RFC 8259], [RFC 7519 §4]): each name once, at every depth.
//!
//! In: untrusted bytes. Out: the members of one object.
//! Not here: what a member means.
//!
//! | file | has |
//! |---|---|
//! | `raw_text` | strings and their escapes |
//! | `names` | the names of an object, to see that each occurs once |
//! | `value` | values that are built |
//! | `reader` | the grammar |
//! | `object` | the outermost object |
//! | `exact` | a caller's claims as JSON, before they are signed |
//!
//! `serde_json` is not used for reading here. Its reader accepts a name twice, copies each string
//! that has an escape, and hands over numbers in another way if any crate of a build turns on its
//! feature `arbitrary_precision`. This reader allocates nothing for a header without escapes and of
//! at most 12 names, stops at a level that its caller sets, and gives every build the same result.
//!
//! [RFC 8259]: https://www.rfc-editor.org/rfc/rfc8259
//! [RFC 7519 §4]: https://www.rfc-editor.org/rfc/rfc7519#section-4

use core::fmt;

mod exact;
mod names;
mod object;
mod raw_text;
mod reader;
mod value;

pub(crate) use exact::{Unwritable, to_exact_json};
pub(crate) use object::{Reading, read_object};
pub(crate) use value::Json;

/// Why bytes are not a strict JSON object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JsonFault {
    /// Not UTF-8 (RFC 7515 §4, RFC 7519 §7.2, RFC 8725 §3.7). Input: the byte `E9` in a string.
    NotUtf8,
    /// Not JSON, or bytes after it, or nested too deeply (a header has at most 8 levels, a claims
    /// set 127), or a number that no `f64` holds, or half a surrogate pair. Input: `{"a":1,}`.
    Syntax,
    /// JSON, but no object. Input: `[]`.
    NotAnObject,
    /// One object has two members of one name, at any depth: "The Header Parameter names within
    /// the JOSE Header MUST be unique" (RFC 7515 §4), "The Claim Names within a JWT Claims Set MUST
    /// be unique" (RFC 7519 §4). Input: `{"a":1,"\u0061":2}`.
    DuplicateName,
    /// A name begins with `$serde_json::private::`. With its feature `arbitrary_precision`,
    /// `serde_json` reads such an object as a number. Every build refuses it, so that no feature
    /// changes which tokens are accepted. Input: `{"$serde_json::private::Number":"1"}`.
    ReservedName,
}

impl fmt::Display for JsonFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotUtf8 => "not UTF-8",
            Self::Syntax => "not one JSON text with numbers in range and few enough levels",
            Self::NotAnObject => "not an object",
            Self::DuplicateName => "two members of one object have the same name",
            Self::ReservedName => "a name begins with $serde_json::private::",
        })
    }
}

impl core::error::Error for JsonFault {}

/// Bytes as text. JSON is always UTF-8 here (RFC 7515 §4, RFC 7519 §7.2).
pub(crate) fn text(bytes: &[u8]) -> Result<&str, JsonFault> {
    core::str::from_utf8(bytes).map_err(|_| JsonFault::NotUtf8)
}
