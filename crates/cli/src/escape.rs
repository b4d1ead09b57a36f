//! Hostile text, made harmless to a terminal and to the eye.
//!
//! A claim is written by somebody else. It can hold the codes that move a terminal's cursor, turn
//! the direction of a line round, or take no room at all. Such characters are shown as JSON escapes.

use std::fmt::Write as _;

use serde_json::Value;

/// Whether a character controls something, or is not seen.
pub(crate) fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(u32::from(c),
            0xad | 0x34f | 0x61c | 0x115f | 0x1160 | 0x17b4 | 0x17b5 | 0x180b..=0x180f
            | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0x3164
            | 0xfe00..=0xfe0f | 0xfeff | 0xffa0 | 0xfff0..=0xfffb
            | 0x1bca0..=0x1bca3 | 0x1d173..=0x1d17a | 0xe0000..=0xe0fff)
}

/// Text in which every hostile character is a JSON escape. JSON stays the same JSON: outside of a
/// string it has no such character but white space.
pub(crate) fn escaped(text: &str) -> String {
    let mut harmless = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hostile(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(harmless, "\\u{unit:04x}");
            }
        } else {
            harmless.push(c);
        }
    }
    harmless
}

/// JSON on one line. White space between its tokens becomes a space.
pub(crate) fn json_line(json: &str) -> String {
    escaped(&json.replace(['\n', '\r', '\t'], " "))
}

/// A value as JSON.
pub(crate) fn json(value: &Value) -> String {
    escaped(&value.to_string())
}

/// A text in quotation marks.
pub(crate) fn quoted(text: &str) -> String {
    json(&Value::from(text))
}

/// The beginning of a text, if it is longer than this many characters, and how much is left out.
pub(crate) fn cut(text: &str, most: usize) -> String {
    let mut characters = text.chars();
    let begin: String = characters.by_ref().take(most).collect();
    match characters.count() {
        0 => begin,
        more => format!("{begin}… ({more} more)"),
    }
}
