use jwt_pair_exercises::jws::{Jws, sign, verify};

use crate::vectors::{bytes, cases, hex, text};

/// The token of RFC 7515 A.1.
const HEADER: &str = "{\"typ\":\"JWT\",\r\n \"alg\":\"HS256\"}";
const PAYLOAD: &[u8] =
    b"{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}";
const KEY: &str =
    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
const TOKEN: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9\
    .eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ\
    .dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

#[test]
fn the_token_of_the_rfc_is_signed() {
    assert_eq!(sign(HEADER, PAYLOAD, &bytes(KEY)), TOKEN);
}

#[test]
fn the_token_of_the_rfc_is_verified() {
    let jws = Jws { header: HEADER.into(), payload: PAYLOAD.into() };
    assert_eq!(verify(TOKEN, &bytes(KEY)), Some(jws));
}

#[test]
fn a_key_has_32_bytes_or_more() {
    for (length, is_accepted) in [(31, false), (32, true)] {
        let key = vec![7; length];
        assert_eq!(verify(&sign("{}", b"any", &key), &key).is_some(), is_accepted, "{length}");
    }
}

#[test]
fn a_token_has_three_segments() {
    let key = [7; 32];
    for refused in ["", ".", "..", "a", "e30.YW55"] {
        assert_eq!(verify(refused, &key), None, "{refused:?}");
    }
    let token = sign("{}", b"any", &key);
    for refused in [format!("{token}."), format!(".{token}"), token.replacen('.', "..", 1)] {
        assert_eq!(verify(&refused, &key), None, "{refused}");
    }
}

/// `sign` cannot write this token. Its MAC is right: it is that of `e30.eA.eA`.
#[test]
fn a_fourth_segment_is_refused_although_it_is_signed() {
    let token = "e30.eA.eA.Cj2eAsTnqKq77R_e_-tnSmMuBHBDhxUvTkf2wUxLQHo";
    assert_eq!(verify(token, &[7; 32]), None);
}

#[test]
fn every_case_of_the_vectors() {
    for case in cases("jws.json") {
        let payload = verify(text(&case, "jws"), &bytes(text(&case, "secret_b64url")));
        let payload = payload.map(|jws| jws.payload);
        let expected = (case["expect"] == "valid").then(|| hex(text(&case, "payload_hex")));
        assert_eq!(payload, expected, "{}: {}", case["id"], case["comment"]);
    }
}
