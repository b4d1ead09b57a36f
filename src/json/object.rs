//! The outermost object of a header or a claims set.
//!
//! In: untrusted text. Out: the values of the names that the caller knows, and the other members.
//! Not here: the grammar, which is `reader`.

use alloc::string::String;

use serde_json::{Map, Value};

use super::JsonFault;
use super::reader::Reader;
use super::value::{Json, Members};
use crate::limits::{MAX_HEADER_NESTING, MAX_NESTING};

/// How much of an object is built. Everything is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// No array and no object inside of it: a header, which anybody can send.
    Header,
    /// The members that the caller knows.
    Known,
    /// All members.
    All,
}

/// Reads one object. The value of the name `known[i]` goes to `values[i]`. The other members are
/// returned, if they are built.
pub(crate) fn read_object<'t, const N: usize>(
    text: &'t str,
    known: [&str; N],
    values: &mut [Option<Json<'t>>; N],
    reading: Reading,
) -> Result<Map<String, Value>, JsonFault> {
    let max_level = if reading == Reading::Header { MAX_HEADER_NESTING } else { MAX_NESTING };
    let mut reader = Reader::new(text, max_level);
    let mut others = Members::default();
    let end = reader.outermost(|reader, name| {
        let place = known.iter().position(|known| name.is(known));
        match place.and_then(|place| values.get_mut(place)) {
            Some(Some(_)) => reader.refuse(JsonFault::DuplicateName),
            Some(value) => {
                *value = Some(reader.value(1, reading != Reading::Header)?);
                Some(())
            }
            None if reading == Reading::All => others.push(name, reader.value(1, true)),
            None => {
                reader.names.push(name);
                reader.value(1, false).map(drop)
            }
        }
    });
    // The names stand before the fault, so a name that occurs twice is the first fault.
    let others = others.close().filter(|_| reader.names.close(0));
    let others = others.ok_or(JsonFault::DuplicateName)?;
    end.map(|()| others).ok_or(reader.fault)
}
