use jwt_pair_exercises::hmac_sha256::{mac, verify};

use crate::vectors::{cases, hex, text};

/// RFC 4231 §4.3: the key is shorter than a block.
#[test]
fn a_short_key_is_filled_up_with_zeros() {
    let expected = hex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    assert_eq!(mac(b"Jefe", b"what do ya want for nothing?").as_slice(), expected);
}

/// RFC 4231 §4.7: the key is longer than a block.
#[test]
fn a_long_key_is_hashed_first() {
    let expected = hex("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    let message = b"Test Using Larger Than Block-Size Key - Hash Key First";
    assert_eq!(mac(&[0xaa; 131], message).as_slice(), expected);
}

#[test]
fn the_whole_mac_is_compared() {
    let (key, message) = ([7; 32], b"message");
    let tag = mac(&key, message);
    assert!(verify(&key, message, &tag));
    assert!(!verify(&key, message, &tag[..31]), "one byte is missing");
    assert!(!verify(&key, message, &[]), "all bytes are missing");
    assert!(!verify(&key, message, &[tag.as_slice(), &[0]].concat()), "one byte too many");
    assert!(!verify(&key, b"another", &tag));
    assert!(!verify(&[8; 32], message, &tag));
}

#[test]
fn every_case_of_hs256() {
    let mut cases = cases("hmac.json");
    cases.retain(|case| case["alg"] == "HS256");
    assert_eq!(cases.len(), 87);
    for case in cases {
        let [key, message, tag] = ["key", "msg", "tag"].map(|member| hex(text(&case, member)));
        let is_valid = case["valid"] == true;
        assert_eq!(mac(&key, &message).as_slice() == tag, is_valid, "mac: {case}");
        assert_eq!(verify(&key, &message, &tag), is_valid, "verify: {case}");
    }
}
