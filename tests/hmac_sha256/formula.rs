//! HMAC-SHA256 by its formula (RFC 2104 §2), computed from SHA-256 alone:
//! `H((K ⊕ opad) ‖ H((K ⊕ ipad) ‖ m))`.

use jwt_pair::{Error, Key};
use sha2::{Digest as _, Sha256};

/// The block of SHA-256, in bytes.
const BLOCK: usize = 64;

fn mac(secret: &[u8], message: &[u8]) -> [u8; 32] {
    // "Applications that use keys longer than B bytes will first hash the key using H".
    let mut key = match secret.len() {
        0..=BLOCK => secret.to_vec(),
        _ => Sha256::digest(secret).to_vec(),
    };
    // "append zeros to the end of K to create a B byte string".
    key.resize(BLOCK, 0);
    let padded = |pad: u8| key.iter().map(|byte| byte ^ pad).collect::<Vec<u8>>();
    let inner = Sha256::digest([padded(0x36), message.to_vec()].concat());
    Sha256::digest([padded(0x5c), inner.to_vec()].concat()).into()
}

#[test]
fn a_mac_is_what_the_formula_says() {
    for length in [32, 33, 63, 64, 65, 66, 128, 1_000] {
        let secret: Vec<u8> = (0..length).map(|at| (at * 7 + 1) as u8).collect();
        let key = Key::new(&secret).unwrap();
        for message in [b"".as_slice(), b"m", &[0; 55], &[1; 56], &[2; 64], &[3; 65], &[4; 5_000]] {
            assert_eq!(key.sign(message), mac(&secret, message), "{length} {}", message.len());
            assert_eq!(key.verify(message, &mac(&secret, message)), Ok(()));
        }
    }
}

/// 256 bits and no fewer: a part of a MAC, also the first byte of it, is no MAC.
#[test]
fn a_mac_is_compared_whole() {
    let key = Key::new(&[1; 32]).unwrap();
    let mac = key.sign(b"m");
    for length in 0..32 {
        assert_eq!(key.verify(b"m", &mac[..length]), Err(Error::InvalidSignature), "{length}");
        assert_eq!(key.verify(b"m", &mac[32 - length..]), Err(Error::InvalidSignature), "{length}");
    }
    for more in [[mac.as_slice(), &[0]].concat(), [mac, mac].concat()] {
        assert_eq!(key.verify(b"m", &more), Err(Error::InvalidSignature));
    }
    assert_eq!(key.verify(b"m", &mac), Ok(()));
}
