//! Keys from text: base64 in either alphabet, hexadecimal digits.

use super::common;

use common::b64;
use jwt_pair::{Error, Key};

const SECRET: [u8; 32] = *b"\x00\xff\xfe\xfb\xef\xbe>?abcdefghijklmnopqrstuvwx";

fn same(one: &Key, other: &Key) -> bool {
    one.sign(b"message") == other.sign(b"message")
}

const BASE64: Error = Error::KeyEncoding { expected: "base64" };
const HEX: Error = Error::KeyEncoding { expected: "hexadecimal digits, two for each byte" };

#[test]
fn a_key_of_base64_is_the_key_of_its_bytes_in_either_alphabet_padded_or_not() {
    for length in 32..=66 {
        let secret: Vec<u8> = (0..length).map(|at| SECRET[at % 32]).collect();
        let key = Key::new(&secret).unwrap();
        let url = b64(&secret);
        let standard = url.replace('-', "+").replace('_', "/");
        assert_ne!(url, standard);
        let padding = "=".repeat((4 - url.len() % 4) % 4);
        for text in [url, standard] {
            for text in [text.clone(), format!("{text}{padding}")] {
                for text in [text.clone(), format!("{text}\n"), format!(" \t\r\n{text}\r\n ")] {
                    assert!(same(&Key::from_base64(&text).unwrap(), &key), "{text:?}");
                }
            }
        }
    }
}

#[test]
fn text_that_is_no_base64_is_no_key() {
    let good = b64(SECRET);
    for text in [
        "a secret".to_owned(),
        format!("{good}=="),
        format!("{good}==="),
        format!("={good}"),
        good.replacen('d', " ", 1),
        good.replacen('d', "\n", 1),
        good.replacen('d', "*", 1),
        format!("{good}é"),
        format!("{good}AA"),
        // The unused bits of the last character are not zero.
        format!("{}B", good.strip_suffix(|_: char| true).unwrap()),
        format!("\"{good}\""),
        format!("{good}.{good}"),
    ] {
        assert_eq!(Key::from_base64(&text).map(|_| ()), Err(BASE64), "{text:?}");
    }
    for bytes in [0, 1, 16, 31] {
        let short = b64(SECRET.get(..bytes).unwrap());
        assert_eq!(Key::from_base64(&short).map(|_| ()), Err(Error::KeyTooShort { bytes }));
    }
}

#[test]
fn a_key_of_hex_is_the_key_of_its_bytes_in_either_case() {
    for length in [32, 33, 64, 65, 100] {
        let secret: Vec<u8> = (0..length).map(|at| SECRET[at % 32]).collect();
        let key = Key::new(&secret).unwrap();
        let lower: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
        let upper = lower.to_uppercase();
        let mixed = format!("{}{}", &lower[..lower.len() / 2], &upper[lower.len() / 2..]);
        for text in [lower, upper, mixed] {
            for text in [text.clone(), format!("{text}\n"), format!("\t {text} \r\n")] {
                assert!(same(&Key::from_hex(&text).unwrap(), &key), "{text:?}");
            }
        }
    }
    let all: String = (0..=255).map(|byte: u8| format!("{byte:02x}")).collect();
    let bytes: Vec<u8> = (0..=255).collect();
    assert!(same(&Key::from_hex(&all).unwrap(), &Key::new(&bytes).unwrap()));
}

#[test]
fn text_that_is_no_hex_is_no_key() {
    let good = "0f".repeat(32);
    for text in [
        "xyz".to_owned(),
        format!("{good}0"),
        format!("0x{good}"),
        format!("{}0g", "0f".repeat(31)),
        format!("{}g0", "0f".repeat(31)),
        format!("{} 0f", "0f".repeat(31)),
        format!("{}+f", "0f".repeat(31)),
        format!("{}é", "0f".repeat(31)),
        format!("{}-1", "0f".repeat(31)),
        format!("{}:0f", "0f".repeat(31)),
        "٣٣".repeat(32),
    ] {
        assert_eq!(Key::from_hex(&text).map(|_| ()), Err(HEX), "{text:?}");
    }
    for bytes in [0, 1, 31] {
        let short = "0f".repeat(bytes);
        assert_eq!(Key::from_hex(&short).map(|_| ()), Err(Error::KeyTooShort { bytes }));
    }
}

/// A key as text, and the bytes of that text, are two keys.
#[test]
fn a_text_is_not_its_bytes() {
    let hex = "0f".repeat(32);
    assert!(!same(&Key::from_hex(&hex).unwrap(), &Key::new(hex.as_bytes()).unwrap()));
    let base64 = b64(SECRET);
    assert!(!same(&Key::from_base64(&base64).unwrap(), &Key::new(base64.as_bytes()).unwrap()));
}
