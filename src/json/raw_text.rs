//! A JSON string as it is written, with its escapes ([RFC 8259 §7]).
//!
//! In: the text between two quotation marks. Out: the characters that it stands for.
//! Not here: where a string begins and ends.
//!
//! [RFC 8259 §7]: https://www.rfc-editor.org/rfc/rfc8259#section-7

use alloc::borrow::Cow;
use core::cmp::Ordering;
use core::str::Chars;

/// A string between its quotation marks. Its escapes are as they are written, and valid.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RawText<'t> {
    pub(super) written: &'t str,
    pub(super) has_escapes: bool,
}

impl<'t> RawText<'t> {
    /// The text that this stands for. It is copied only if it has an escape.
    pub(crate) fn to_text(self) -> Cow<'t, str> {
        if self.has_escapes {
            Cow::Owned(self.characters().collect())
        } else {
            Cow::Borrowed(self.written)
        }
    }

    pub(crate) fn is(self, text: &str) -> bool {
        if self.has_escapes { self.characters().eq(text.chars()) } else { self.written == text }
    }

    pub(super) fn starts_with(self, start: &str) -> bool {
        self.characters().take(start.len()).eq(start.chars())
    }

    fn characters(self) -> impl Iterator<Item = char> + 't {
        let mut written = self.written.chars();
        core::iter::from_fn(move || match written.next()? {
            '\\' => unescape(&mut written),
            character => Some(character),
        })
    }
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

/// By the characters that they stand for: `"a"` and `"\u0061"` are one name.
impl Ord for RawText<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.has_escapes || other.has_escapes {
            self.characters().cmp(other.characters())
        } else {
            // The bytes of UTF-8 have the order of the characters.
            self.written.cmp(other.written)
        }
    }
}

impl PartialOrd for RawText<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for RawText<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for RawText<'_> {}
