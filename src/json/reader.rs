//! A strict reader of JSON ([RFC 8259]).
//!
//! In: untrusted text. Out: one object, or the first fault of the text.
//! Not here: UTF-8, which `json::text` checks first.
//!
//! [RFC 8259]: https://www.rfc-editor.org/rfc/rfc8259

use alloc::vec::Vec;

use super::JsonFault;
use super::names::Names;
use super::raw_text::{RawText, unescape};
use super::value::{Json, Members, Object};
use crate::limits::{MAX_HEADER_NESTING, MAX_NESTING};

/// The names that `serde_json` keeps for itself begin so.
const RESERVED_NAME: &str = "$serde_json::private::";

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

/// Reads one object. Members whose names are in `known` come in that order, the others beside them.
pub(crate) fn read_object<'t, const N: usize>(
    text: &'t str,
    known: [&str; N],
    reading: Reading,
) -> Result<Object<'t, N>, JsonFault> {
    let max_level = if reading == Reading::Header { MAX_HEADER_NESTING } else { MAX_NESTING };
    let mut reader = Reader { rest: text, max_level, names: Names::default() };
    reader.skip_space();
    if !reader.take(b'{') {
        // An array is no object, whatever is in it. Anything else must be JSON to be no object.
        if reader.peek() != Some(b'[') {
            reader.value(0, false)?;
        }
        return Err(JsonFault::NotAnObject);
    }
    let mut values = [const { None }; N];
    let mut others = Members::default();
    let end = reader.members(|reader, name| {
        let place = known.iter().position(|known| name.is(known));
        match place.and_then(|place| values.get_mut(place)) {
            Some(Some(_)) => return Err(JsonFault::DuplicateName),
            Some(value) => *value = Some(reader.value(1, reading != Reading::Header)?),
            None if reading == Reading::All => {
                others.push(name.to_text(), reader.value(1, true))?;
            }
            None => {
                reader.names.push(name);
                reader.value(1, false)?;
            }
        }
        Ok(())
    });
    // The names stand before the fault, so a name that occurs twice is the first fault.
    reader.names.close(0)?;
    let others = others.close()?;
    end?;
    reader.skip_space();
    if reader.rest.is_empty() { Ok((values, others)) } else { Err(JsonFault::Syntax) }
}

struct Reader<'t> {
    rest: &'t str,
    max_level: usize,
    names: Names<'t>,
}

impl<'t> Reader<'t> {
    /// One value. `level` is that of the object or array around it.
    fn value(&mut self, level: usize, builds: bool) -> Result<Json<'t>, JsonFault> {
        let is_nested = matches!(self.peek(), Some(b'{' | b'['));
        if is_nested && level >= self.max_level {
            return Err(JsonFault::Syntax);
        }
        let level = level.saturating_add(1);
        match self.peek() {
            Some(b'"') => self.string().map(Json::Text),
            Some(b'{') => self.object(level, builds),
            Some(b'[') => self.array(level, builds),
            Some(b't') => self.literal("true", Json::Bool(true)),
            Some(b'f') => self.literal("false", Json::Bool(false)),
            Some(b'n') => self.literal("null", Json::Null),
            _ => self.number(),
        }
    }

    fn object(&mut self, level: usize, builds: bool) -> Result<Json<'t>, JsonFault> {
        self.take(b'{');
        let first = self.names.len();
        let mut built = Members::default();
        let end = self.members(|reader, name| {
            if builds {
                return built.push(name.to_text(), reader.value(level, builds));
            }
            reader.names.push(name);
            reader.value(level, builds).map(drop)
        });
        self.names.close(first)?;
        let object = built.close()?;
        end.map(|()| Json::Object(object))
    }

    /// The members after a `{`. `member` reads the value.
    fn members(
        &mut self,
        mut member: impl FnMut(&mut Self, RawText<'t>) -> Result<(), JsonFault>,
    ) -> Result<(), JsonFault> {
        self.skip_space();
        if self.take(b'}') {
            return Ok(());
        }
        loop {
            self.skip_space();
            let name = self.string()?;
            if name.starts_with(RESERVED_NAME) {
                return Err(JsonFault::ReservedName);
            }
            self.skip_space();
            self.expect(b':')?;
            self.skip_space();
            member(self, name)?;
            self.skip_space();
            if !self.take(b',') {
                return self.expect(b'}');
            }
        }
    }

    fn array(&mut self, level: usize, builds: bool) -> Result<Json<'t>, JsonFault> {
        self.take(b'[');
        let mut array = Vec::new();
        self.skip_space();
        if self.take(b']') {
            return Ok(Json::Array(array));
        }
        loop {
            self.skip_space();
            let element = self.value(level, builds)?;
            if builds {
                array.push(element.into());
            }
            self.skip_space();
            if !self.take(b',') {
                return self.expect(b']').map(|()| Json::Array(array));
            }
        }
    }

    fn string(&mut self) -> Result<RawText<'t>, JsonFault> {
        self.expect(b'"')?;
        let text = self.rest;
        let (mut len, mut has_escapes) = (0_usize, false);
        loop {
            let rest = text.get(len..).unwrap_or_default();
            len = len.saturating_add(plain_len(rest.as_bytes()));
            match text.as_bytes().get(len) {
                Some(b'"') => break,
                Some(b'\\') => {
                    has_escapes = true;
                    let mut rest = text.get(len..).unwrap_or_default().chars();
                    rest.next();
                    unescape(&mut rest).ok_or(JsonFault::Syntax)?;
                    len = text.len().saturating_sub(rest.as_str().len());
                }
                // "the control characters (U+0000 through U+001F)" must be escaped (RFC 8259 §7).
                _ => return Err(JsonFault::Syntax),
            }
        }
        let (written, rest) = text.split_at_checked(len).unwrap_or_default();
        self.rest = rest;
        self.take(b'"');
        Ok(RawText { written, has_escapes })
    }

    /// A number that an `f64` holds. Rust reads a wider grammar than RFC 8259 §6 allows, such as
    /// `01`, `.5`, `1.` and `+1`.
    fn number(&mut self) -> Result<Json<'t>, JsonFault> {
        let part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
        let len = self.rest.bytes().take_while(part).count();
        let (text, rest) = self.rest.split_at_checked(len).unwrap_or_default();
        self.rest = rest;
        let starts_well = match text.strip_prefix('-').unwrap_or(text).as_bytes() {
            [b'0', second, ..] => !second.is_ascii_digit(),
            [first, ..] => first.is_ascii_digit(),
            [] => false,
        };
        let is_fraction = |fraction: &str| fraction.starts_with(|c: char| c.is_ascii_digit());
        let ends_well = text.split_once('.').is_none_or(|(_, fraction)| is_fraction(fraction));
        if !(starts_well && ends_well) {
            return Err(JsonFault::Syntax);
        }
        // Only an f64 has a -0.
        match text.parse::<i64>() {
            Ok(integer) if text != "-0" => Ok(Json::Integer(integer)),
            _ => match text.parse::<u64>() {
                Ok(integer) => Ok(Json::Large(integer)),
                Err(_) => match text.parse::<f64>() {
                    Ok(fraction) if fraction.is_finite() => Ok(Json::Fraction(fraction)),
                    _ => Err(JsonFault::Syntax),
                },
            },
        }
    }

    fn literal(&mut self, literal: &str, value: Json<'t>) -> Result<Json<'t>, JsonFault> {
        self.rest = self.rest.strip_prefix(literal).ok_or(JsonFault::Syntax)?;
        Ok(value)
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.rest = self.rest.get(1..).unwrap_or_default();
        }
    }

    fn peek(&self) -> Option<u8> {
        self.rest.as_bytes().first().copied()
    }

    /// Takes this ASCII byte if it comes next.
    fn take(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        if is_next {
            self.rest = self.rest.get(1..).unwrap_or_default();
        }
        is_next
    }

    fn expect(&mut self, byte: u8) -> Result<(), JsonFault> {
        if self.take(byte) { Ok(()) } else { Err(JsonFault::Syntax) }
    }
}

/// The length of the text before the next byte that ends a string or begins an escape. A long text is
/// looked at in steps of 32 bytes, which a processor compares at once.
#[expect(clippy::arithmetic_side_effects, reason = "sums of lengths within one slice")]
fn plain_len(bytes: &[u8]) -> usize {
    let special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1f);
    let any = |chunk: &&[u8]| chunk.iter().fold(false, |found, byte| found | special(byte));
    let skipped = bytes.chunks_exact(32).take_while(|chunk| !any(chunk)).count() * 32;
    let rest = bytes.get(skipped..).unwrap_or_default();
    skipped + rest.iter().position(special).unwrap_or(rest.len())
}
