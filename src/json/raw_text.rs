//! A JSON string as it is written, with its escapes ([RFC 8259 §7]).
//!
//! In: the text between two quotation marks. Out: the characters that it stands for.
//! Not here: where a string begins and ends.
//!
//! [RFC 8259 §7]: https://www.rfc-editor.org/rfc/rfc8259#section-7

use alloc::borrow::Cow;
use alloc::string::String;
use core::cmp::Ordering;
use core::str::Chars;

/// A string between its quotation marks. Its escapes are as they are written, and valid.
#[derive(Clone, Copy, Debug)]
pub(crate) enum RawText<'t> {
    Plain(&'t str),
    Escaped(&'t str),
}

impl<'t> RawText<'t> {
    /// The text that this stands for. It is copied only if it has an escape.
    pub(crate) fn to_text(self) -> Cow<'t, str> {
        match self {
            Self::Plain(text) => Cow::Borrowed(text),
            Self::Escaped(written) => {
                // An escape is longer than its character, so one allocation is enough.
                let mut text = String::with_capacity(written.len());
                text.extend(characters(written));
                Cow::Owned(text)
            }
        }
    }

    #[inline]
    pub(crate) fn is(self, text: &str) -> bool {
        match self {
            Self::Plain(own) => own == text,
            Self::Escaped(written) => characters(written).eq(text.chars()),
        }
    }

    #[inline]
    pub(super) fn starts_with(self, start: &str) -> bool {
        match self {
            Self::Plain(text) => text.starts_with(start),
            Self::Escaped(written) => characters(written).take(start.len()).eq(start.chars()),
        }
    }

    /// The text with its escapes.
    pub(super) const fn written(self) -> &'t str {
        match self {
            Self::Plain(written) | Self::Escaped(written) => written,
        }
    }
}

/// The characters that a text with escapes stands for.
fn characters(written: &str) -> impl Iterator<Item = char> {
    let mut written = written.chars();
    core::iter::from_fn(move || match written.next()? {
        '\\' => unescape(&mut written),
        character => Some(character),
    })
}

/// Reads an escape after its `\`. Half of a surrogate pair stands for no character.
pub(super) fn unescape(characters: &mut Chars<'_>) -> Option<char> {
    match characters.next()? {
        c @ ('"' | '\\' | '/') => Some(c),
        'b' => Some('\u{8}'),
        'f' => Some('\u{c}'),
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        'u' => match four_digits(characters)? {
            high @ 0xd800..=0xdbff => {
                let paired = characters.next()? == '\\' && characters.next()? == 'u';
                let low = paired.then(|| four_digits(characters))??;
                char::decode_utf16([high, low]).next()?.ok()
            }
            unit => char::from_u32(unit.into()),
        },
        _ => None,
    }
}

fn four_digits(characters: &mut Chars<'_>) -> Option<u16> {
    let mut digit = || characters.next()?.to_digit(16);
    let unit = digit()? << 12 | digit()? << 8 | digit()? << 4 | digit()?;
    u16::try_from(unit).ok()
}

/// The order of two texts by the characters that they stand for: `a` and `\u0061` are equal.
pub(super) fn by_characters(one: &str, other: &str) -> Ordering {
    if one.contains('\\') || other.contains('\\') {
        characters(one).cmp(characters(other))
    } else {
        // The bytes of UTF-8 have the order of the characters.
        one.cmp(other)
    }
}
