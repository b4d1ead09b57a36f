//! Exercise 1, solved: base64url without padding.

/// The 64 characters. The character at place 19 stands for the six bits of 19.
pub const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Bytes as base64url text.
pub fn encode(bytes: &[u8]) -> String {
    let (mut text, mut bits, mut count) = (String::new(), 0_u32, 0);
    for byte in bytes {
        bits = bits << 8 | u32::from(*byte);
        count += 8;
        while count >= 6 {
            count -= 6;
            text.push(character(bits >> count));
        }
    }
    if count > 0 {
        text.push(character(bits << (6 - count)));
    }
    text
}

/// The character of the last six bits.
fn character(bits: u32) -> char {
    char::from(ALPHABET[(bits % 64) as usize])
}

/// The bytes that a text stands for, or `None` if it is not strict base64url.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    if text.len() % 4 == 1 {
        return None;
    }
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for character in text.bytes() {
        let value = ALPHABET.iter().position(|other| *other == character)?;
        bits = bits << 6 | value as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    let unused = bits % (1 << count);
    (unused == 0).then_some(bytes)
}
