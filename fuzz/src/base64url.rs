//! Decoding undoes encoding, what decodes encodes back to the same text, and `data-encoding` says
//! the same of every input.

use data_encoding::{BASE64URL_NOPAD, DecodeKind};
use jwt_pair::base64url::Base64Fault;
use jwt_pair::base64url::{decode, encode};

pub fn check(data: &[u8]) {
    let text = encode(data);
    assert_eq!(text, BASE64URL_NOPAD.encode(data));
    assert_eq!(decode(&text).as_deref(), Ok(data));

    let Ok(text) = core::str::from_utf8(data) else { return };
    match (decode(text), BASE64URL_NOPAD.decode(data)) {
        (Ok(ours), Ok(theirs)) => {
            assert_eq!(ours, theirs);
            assert_eq!(encode(&ours), text);
        }
        (Err(fault), Err(theirs)) => check_fault(text, fault, theirs.kind),
        (ours, theirs) => panic!("{text:?}: {ours:?}, data-encoding says {theirs:?}"),
    }
}

/// A text can have several faults; the one that is named must be there.
fn check_fault(text: &str, fault: Base64Fault, theirs: DecodeKind) {
    let in_alphabet = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let has_stranger = !text.bytes().all(in_alphabet);
    let has_length = text.len() % 4 == 1;
    let is_there = match fault {
        Base64Fault::OutsideAlphabet => has_stranger,
        Base64Fault::Length => has_length,
        Base64Fault::TrailingBits => !has_length && !has_stranger && theirs == DecodeKind::Trailing,
        _ => false,
    };
    assert!(is_there, "{text:?}: {fault:?}, data-encoding says {theirs:?}");
}
