//! Exercise 2, solved: HMAC from SHA-256.

use sha2::{Digest as _, Sha256};

/// SHA-256 of a text. This one is given.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// HMAC-SHA256 of a message under a key of any length.
pub fn mac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let key = if key.len() > 64 { sha256(key).to_vec() } else { key.to_vec() };
    let mut block = [0; 64];
    block[..key.len()].copy_from_slice(&key);
    let inner = sha256(&[&block.map(|byte| byte ^ 0x36), message].concat());
    sha256(&[block.map(|byte| byte ^ 0x5c).as_slice(), &inner].concat())
}

/// Whether `tag` is the whole MAC of the message, in a time that does not depend on where it differs.
pub fn verify(key: &[u8], message: &[u8], tag: &[u8]) -> bool {
    let computed = mac(key, message);
    let mut difference = 0;
    for (one, other) in computed.iter().zip(tag) {
        difference |= one ^ other;
    }
    tag.len() == computed.len() && difference == 0
}
