//! Base64url without padding, exhaustively, against a table of its own (RFC 4648 §4, §5).
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

#[path = "../common/mod.rs"]
mod common;

use common::{b64, on_all_cores};
use jwt_pair::base64url::{Base64Fault, decode, encode};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn text(sextets: &[u32]) -> String {
    sextets.iter().map(|sextet| char::from(ALPHABET[*sextet as usize])).collect()
}

#[test]
fn every_one_byte_value_and_every_group_of_two() {
    for byte in 0..=255u8 {
        let value = u32::from(byte);
        let expected = text(&[value >> 2, (value & 3) << 4]);
        assert_eq!(encode(&[byte]), expected);
        assert_eq!(decode(&expected), Ok(vec![byte]));
    }
    for group in 0..64 * 64u32 {
        let (first, last) = (group >> 6, group & 63);
        let expected = match last & 0b1111 {
            0 => Ok(vec![(group >> 4) as u8]),
            _ => Err(Base64Fault::TrailingBits),
        };
        assert_eq!(decode(&text(&[first, last])), expected, "{group}");
    }
}

#[test]
fn every_two_byte_value_and_every_group_of_three() {
    for value in 0..=0xffff_u32 {
        let bytes = [(value >> 8) as u8, value as u8];
        let expected = text(&[value >> 10, value >> 4 & 63, (value & 15) << 2]);
        assert_eq!(encode(&bytes), expected);
        assert_eq!(decode(&expected), Ok(bytes.to_vec()));
    }
    for group in 0..64 * 64 * 64u32 {
        let expected = match group & 0b11 {
            0 => Ok(vec![(group >> 10) as u8, (group >> 2) as u8]),
            _ => Err(Base64Fault::TrailingBits),
        };
        assert_eq!(decode(&text(&[group >> 12, group >> 6 & 63, group & 63])), expected, "{group}");
    }
}

/// The values of three bytes are the groups of four characters; each core takes its share of them,
/// many groups in one text.
#[test]
fn every_three_byte_value_and_every_group_of_four() {
    const AT_ONCE: u32 = 1 << 16;
    on_all_cores(0..(1 << 24) / AT_ONCE, |share| {
        let values = share * AT_ONCE..(share + 1) * AT_ONCE;
        let (mut bytes, mut text) = (Vec::new(), String::new());
        for value in values {
            bytes.extend_from_slice(&value.to_be_bytes()[1..]);
            for shift in [18, 12, 6, 0] {
                text.push(char::from(ALPHABET[(value >> shift & 63) as usize]));
            }
        }
        assert!(encode(&bytes) == text, "share {share}");
        assert!(decode(&text) == Ok(bytes), "share {share}");
    });
}

#[test]
fn every_length_up_to_300_and_across_the_stack_buffer() {
    for length in (0..=300).chain(1_000..=1_100).chain([2_047, 2_048, 100_000]) {
        let bytes: Vec<u8> = (0..length).map(|at| (at * 7 + at / 256) as u8).collect();
        let text = encode(&bytes);
        assert_eq!(text, b64(&bytes), "{length}");
        assert_eq!(decode(&text), Ok(bytes), "{length}");
    }
}

/// Six bits are no byte, whichever they are, and whatever is before them.
#[test]
fn a_length_of_1_modulo_4_is_no_base64() {
    for last in 0..64 {
        for groups in 0..200 {
            let text = format!("{}{}", "A".repeat(groups * 4), text(&[last]));
            assert_eq!(decode(&text), Err(Base64Fault::Length), "{text}");
        }
    }
}

/// One foreign character at each place of texts of each length.
#[test]
fn every_other_byte_at_every_place() {
    let foreign: Vec<char> = (0..=0x7f_u8)
        .filter(|byte| !ALPHABET.contains(byte))
        .map(char::from)
        .chain(['é', 'Ａ', '\u{212a}', '😀', '\u{feff}'])
        .collect();
    assert_eq!(foreign.len(), 128 - 64 + 5);
    for length in 0..=13 {
        for place in 0..=length {
            for foreign in &foreign {
                let text = format!("{}{foreign}{}", "A".repeat(place), "A".repeat(length - place));
                assert_eq!(decode(&text), Err(Base64Fault::OutsideAlphabet), "{text:?}");
            }
        }
    }
}

#[test]
fn of_all_texts_of_two_ascii_characters_each_byte_has_one() {
    let texts = (0..128 * 128u32).map(|pair| [(pair >> 7) as u8, (pair & 127) as u8]);
    let accepted: Vec<String> = texts
        .map(|text| String::from_utf8(text.into()).unwrap())
        .filter(|text| decode(text).is_ok())
        .collect();
    let mut expected: Vec<String> = (0..=255).map(|byte: u8| b64([byte])).collect();
    expected.sort();
    assert_eq!(accepted, expected);
}
