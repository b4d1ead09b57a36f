use jwt_pair_exercises::base64url::{decode, encode};

use crate::vectors::{bytes, cases, group, text};

/// RFC 4648 §10, without the padding.
const EXAMPLES: [(&str, &str); 7] = [
    ("", ""),
    ("f", "Zg"),
    ("fo", "Zm8"),
    ("foo", "Zm9v"),
    ("foob", "Zm9vYg"),
    ("fooba", "Zm9vYmE"),
    ("foobar", "Zm9vYmFy"),
];

#[test]
fn the_examples_of_the_rfc_are_encoded() {
    for (bytes, text) in EXAMPLES {
        assert_eq!(encode(bytes.as_bytes()), text);
    }
    assert_eq!(encode(&[0xfb, 0xff]), "-_8", "the last two characters of the alphabet");
}

#[test]
fn the_examples_of_the_rfc_are_decoded() {
    for (bytes, text) in EXAMPLES {
        assert_eq!(decode(text), Some(bytes.as_bytes().to_vec()), "{text}");
    }
}

#[test]
fn what_is_not_strict_is_refused() {
    for (refused, why) in [
        ("TQ==", "padding"),
        ("+_8", "a character of the other alphabet"),
        ("-/8", "a character of the other alphabet"),
        ("T Q", "a space"),
        ("TWFu\n", "a line break"),
        ("TWé", "a letter outside ASCII"),
        ("A", "one character is six bits, and a byte has eight"),
        ("TWFuA", "five characters are three bytes and six bits"),
        ("TR", "the last four bits are not zero"),
        ("TWF", "the last two bits are not zero"),
    ] {
        assert_eq!(decode(refused), None, "{refused:?}: {why}");
    }
}

/// The text of the keys, header and payload of every valid vector, there and back.
#[test]
fn every_segment_of_a_valid_vector_comes_back() {
    for case in cases("jwt.json").iter().filter(|case| case["expect"] == "valid") {
        for segment in text(case, "token").split('.').chain([text(case, "secret_b64url")]) {
            assert_eq!(decode(segment), Some(bytes(segment)), "{segment}");
            assert_eq!(encode(&bytes(segment)), segment);
        }
    }
}

/// In this group a token is valid if all its segments are strict base64url.
#[test]
fn the_group_base64_of_the_vectors() {
    for case in group("base64") {
        let is_strict = text(&case, "token").split('.').all(|segment| decode(segment).is_some());
        assert_eq!(is_strict, case["expect"] == "valid", "{}: {}", case["id"], case["why"]);
    }
}
