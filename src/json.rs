//! Strict JSON objects ([RFC 8259], [RFC 7519 §4]) on `serde_json`.
//!
//! In: untrusted bytes. Out: the members of one object, each name once.
//! Not here: what a member means.
//!
//! `serde_json` keeps the grammar, refuses lone surrogates where a string is read and stops at 127
//! nested arrays and objects. This file adds what it leaves open: UTF-8 of the whole text, duplicate
//! names at every depth, and the same result whichever features of `serde_json` another crate of
//! the build turns on.
//!
//! [RFC 8259]: https://www.rfc-editor.org/rfc/rfc8259
//! [RFC 7519 §4]: https://www.rfc-editor.org/rfc/rfc7519#section-4

use alloc::borrow::Cow;
use alloc::collections::BTreeSet;
use core::cell::Cell;
use core::fmt;

use serde_core::de::{Deserializer, MapAccess, Visitor};

use crate::json_value::{Any, Json, JsonFault, MemberName};

/// Bytes as text, which JSON always is.
pub(crate) fn text(bytes: &[u8]) -> Result<&str, JsonFault> {
    core::str::from_utf8(bytes).map_err(|_| JsonFault::NotUtf8)
}

/// Hands each member of the object that `text` holds to `member`.
pub(crate) fn read_object<'de>(
    text: &'de str,
    member: impl FnMut(&str, Json<'de>),
) -> Result<(), JsonFault> {
    let fault = Cell::new(None);
    let members = Members { fault: &fault, member };

    let mut reader = serde_json::Deserializer::from_str(text);
    let read = Deserializer::deserialize_map(&mut reader, members).and_then(|()| reader.end());
    read.map_err(|error| match fault.get() {
        Some(fault) => fault,
        None if error.is_data() => JsonFault::NotAnObject,
        None => JsonFault::Syntax,
    })
}

/// The outermost object.
struct Members<'f, F> {
    fault: &'f Cell<Option<JsonFault>>,
    member: F,
}

impl<'de, F: FnMut(&str, Json<'de>)> Visitor<'de> for Members<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<(), A::Error> {
        let any = Any { fault: self.fault };
        let mut names = Names::default();
        while let Some(name) = members.next_key_seed(MemberName::NEXT)? {
            let name = any.checked(name)?;
            let value = members.next_value_seed(any)?;
            (self.member)(&name, value);
            if !names.insert(name) {
                return Err(any.refuse(JsonFault::DuplicateName));
            }
        }
        Ok(())
    }
}

/// The names that an object had so far: the first few side by side, the rest in a tree, so that
/// usual objects take no allocation and no object takes quadratic time.
#[derive(Default)]
struct Names<'de> {
    few: [&'de str; 12],
    len: usize,
    /// Also those with escapes, which are not in the text as they are.
    more: BTreeSet<Cow<'de, str>>,
}

impl<'de> Names<'de> {
    /// Whether the name is new.
    fn insert(&mut self, name: Cow<'de, str>) -> bool {
        let known = self.few.iter().take(self.len).any(|known| *known == name);
        if known || self.more.contains(&name) {
            return false;
        }
        match (name, self.few.get_mut(self.len)) {
            (Cow::Borrowed(name), Some(place)) => {
                *place = name;
                self.len = self.len.saturating_add(1);
            }
            (name, _) => {
                self.more.insert(name);
            }
        }
        true
    }
}
