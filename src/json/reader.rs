//! A strict reader of JSON ([RFC 8259]).
//!
//! In: untrusted text. Out: values, or the first fault of the text.
//! Not here: UTF-8, which `json::text` checks first; which members an object must have.
//!
//! [RFC 8259]: https://www.rfc-editor.org/rfc/rfc8259

use alloc::vec::Vec;

use super::JsonFault;
use super::names::Names;
use super::raw_text::{RawText, unescape};
use super::value::{Json, Members};

/// The names that `serde_json` keeps for itself begin so.
const RESERVED_NAME: &str = "$serde_json::private::";

/// Each function returns `None` at the first fault.
pub(super) struct Reader<'t> {
    text: &'t str,
    /// How many bytes have been read.
    at: usize,
    max_level: usize,
    pub(super) names: Names<'t>,
    /// Which fault it is.
    pub(super) fault: JsonFault,
}

#[expect(clippy::arithmetic_side_effects, reason = "places in one text, at most isize::MAX")]
impl<'t> Reader<'t> {
    pub(super) const fn new(text: &'t str, max_level: usize) -> Self {
        Self { text, at: 0, max_level, names: Names::new(), fault: JsonFault::Syntax }
    }

    /// The whole text, which must be an object. `member` reads the value of each member.
    #[inline]
    pub(super) fn outermost(
        &mut self,
        member: impl FnMut(&mut Self, RawText<'t>) -> Option<()>,
    ) -> Option<()> {
        self.skip_space();
        match self.peek()? {
            b'{' => self.members(member)?,
            // An array is no object, whatever is in it.
            b'[' => return self.refuse(JsonFault::NotAnObject),
            // Anything else must be JSON to be no object.
            _ => return self.value(0, false).and_then(|_| self.refuse(JsonFault::NotAnObject)),
        }
        self.skip_space();
        (self.at == self.text.len()).then_some(())
    }

    /// One value. `level` is that of the object or array around it.
    pub(super) fn value(&mut self, level: usize, builds: bool) -> Option<Json<'t>> {
        match self.peek()? {
            b'"' => self.string().map(Json::Text),
            b'{' | b'[' if level >= self.max_level => None,
            b'{' => self.object(level + 1, builds),
            b'[' => self.array(level + 1, builds),
            b't' => self.literal("true", Json::True),
            b'f' => self.literal("false", Json::False),
            b'n' => self.literal("null", Json::Null),
            _ => self.number(),
        }
    }

    fn object(&mut self, level: usize, builds: bool) -> Option<Json<'t>> {
        let first = self.names.len();
        let mut built = Members::default();
        let end = self.members(|reader, name| {
            if builds {
                return built.push(name, reader.value(level, builds));
            }
            reader.names.push(name);
            reader.value(level, builds).map(drop)
        });
        match built.close().filter(|_| self.names.close(first)) {
            Some(object) => end.map(|()| Json::Object(object)),
            None => self.refuse(JsonFault::DuplicateName),
        }
    }

    /// "object = begin-object [ member *( value-separator member ) ] end-object"
    /// (RFC 8259 §4). `member` reads the value.
    #[inline]
    fn members(
        &mut self,
        mut member: impl FnMut(&mut Self, RawText<'t>) -> Option<()>,
    ) -> Option<()> {
        self.expect(b'{')?;
        self.skip_space();
        if self.take(b'}') {
            return Some(());
        }
        loop {
            self.skip_space();
            let name = self.string()?;
            if name.starts_with(RESERVED_NAME) {
                return self.refuse(JsonFault::ReservedName);
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

    /// "array = begin-array [ value *( value-separator value ) ] end-array" (RFC 8259 §5).
    fn array(&mut self, level: usize, builds: bool) -> Option<Json<'t>> {
        self.expect(b'[')?;
        let mut array = Vec::new();
        self.skip_space();
        if self.take(b']') {
            return Some(Json::Array(array));
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

    /// "string = quotation-mark *char quotation-mark" (RFC 8259 §7).
    // Inlined: a text that is returned by memory costs a verification 4 % of its time.
    #[inline(always)]
    fn string(&mut self) -> Option<RawText<'t>> {
        self.expect(b'"')?;
        let (start, mut has_escapes) = (self.at, false);
        loop {
            self.at += plain_len(self.text.as_bytes().get(self.at..)?);
            match self.peek()? {
                b'"' => break,
                b'\\' => self.escape()?,
                // "the control characters (U+0000 through U+001F)" must be escaped.
                _ => return None,
            }
            has_escapes = true;
        }
        let written = self.text.get(start..self.at)?;
        self.at += 1;
        Some(if has_escapes { RawText::Escaped(written) } else { RawText::Plain(written) })
    }

    fn escape(&mut self) -> Option<()> {
        let mut rest = self.text.get(self.at + 1..)?.chars();
        unescape(&mut rest)?;
        self.at = self.text.len() - rest.as_str().len();
        Some(())
    }

    /// "number = [ minus ] int [ frac ] [ exp ]" (RFC 8259 §6). It must be one that an `f64` holds.
    fn number(&mut self) -> Option<Json<'t>> {
        let start = self.at;
        self.take(b'-');
        let starts_with_zero = self.peek()? == b'0';
        if self.digits()? > 1 && starts_with_zero {
            return None;
        }
        let after_integer = self.at;
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _ = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        let text = self.text.get(start..self.at)?;
        // Only an f64 has a -0.
        if self.at == after_integer && text != "-0" {
            if let Ok(integer) = text.parse() {
                return Some(Json::Integer(integer));
            }
            if let Ok(integer) = text.parse() {
                return Some(Json::Large(integer));
            }
        }
        text.parse().ok().filter(|fraction: &f64| fraction.is_finite()).map(Json::Fraction)
    }

    /// One digit or more, and how many they are.
    fn digits(&mut self) -> Option<usize> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += count;
        (count > 0).then_some(count)
    }

    fn literal(&mut self, literal: &str, value: Json<'t>) -> Option<Json<'t>> {
        let is_next = self.text.as_bytes().get(self.at..)?.starts_with(literal.as_bytes());
        self.at += literal.len();
        is_next.then_some(value)
    }

    #[inline]
    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Takes this byte if it comes next.
    #[inline]
    fn take(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    #[inline]
    fn expect(&mut self, byte: u8) -> Option<()> {
        self.take(byte).then_some(())
    }

    /// Notes a fault that is not one of the grammar.
    #[cold]
    pub(super) fn refuse<T>(&mut self, fault: JsonFault) -> Option<T> {
        self.fault = fault;
        None
    }
}

/// The length of the text before the next byte that ends a string or begins an escape. A long text
/// is looked at in steps of 32 bytes, which a processor compares at once.
#[expect(clippy::arithmetic_side_effects, reason = "lengths in one slice")]
#[inline]
fn plain_len(bytes: &[u8]) -> usize {
    let special = |byte: &u8| (*byte == b'"') | (*byte == b'\\') | (*byte < 0x20);
    let any = |chunk: &[u8; 32]| chunk.iter().fold(false, |found, byte| found | special(byte));
    let (chunks, _) = bytes.as_chunks();
    let skipped = chunks.iter().take_while(|chunk| !any(chunk)).count() * 32;
    let rest = bytes.get(skipped..).unwrap_or_default();
    skipped + rest.iter().position(special).unwrap_or(rest.len())
}
