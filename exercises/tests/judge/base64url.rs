use jwt_pair_exercises::base64url::{decode, encode};

use crate::vectors::{bytes, cases, group, hex, own_cases, text};

#[test]
fn the_examples_are_encoded() {
    for case in own_cases("base64url.json", "examples") {
        assert_eq!(encode(&hex(text(&case, "hex"))), text(&case, "text"), "{case}");
    }
}

#[test]
fn the_examples_are_decoded() {
    for case in own_cases("base64url.json", "examples") {
        assert_eq!(decode(text(&case, "text")), Some(hex(text(&case, "hex"))), "{case}");
    }
}

#[test]
fn what_is_not_strict_is_refused() {
    for case in own_cases("base64url.json", "refused") {
        assert_eq!(decode(text(&case, "text")), None, "{case}");
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
