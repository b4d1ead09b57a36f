//! Three segments of base64url, two dots, and a length: what a token is before it is read.

use super::common;

use common::{ACCESS, ACCESS_CLAIMS, GOOD, JWT, LIMIT, NOW};
use common::{at, b64, decode, decode_by, issuer, jwt, keys, refused_by_all, sign, token};
use jwt_pair::base64url::Base64Fault;
use jwt_pair::{Error, PairPolicy, Segment, Validation, jws};

const fn base64(segment: Segment, fault: Base64Fault) -> Error {
    Error::Base64 { segment, fault }
}

/// The token is refused by all, and by all for the same reason where its length is no matter.
#[track_caller]
fn not_three_segments(text: &str) {
    let unlimited = Validation::new().max_token_bytes(usize::MAX);
    let pair = issuer(PairPolicy::new().max_token_bytes(usize::MAX));
    assert_eq!(decode_by(text, &unlimited), Err(Error::NotThreeSegments));
    assert_eq!(pair.verify_access(text, at(NOW)), Err(Error::NotThreeSegments));
    assert_eq!(pair.decode(text, at(NOW)), Err(Error::NotThreeSegments));
    assert_eq!(jws::verify(text, &keys(), usize::MAX).err(), Some(Error::NotThreeSegments));
    match text.len() {
        0..=8_192 => refused_by_all(text, &Error::NotThreeSegments),
        bytes => refused_by_all(text, &Error::TokenTooLong { bytes, limit: 8_192 }),
    }
}

#[test]
fn empty() {
    not_three_segments("");
}

#[test]
fn one_dot_and_two_and_four_segments() {
    let good = jwt(GOOD);
    not_three_segments(".");
    not_three_segments(good.rsplit_once('.').unwrap().0);
    for text in [format!("{good}."), format!(".{good}"), good.replacen('.', "..", 1)] {
        not_three_segments(&text);
    }
}

#[test]
fn dots_100_000() {
    not_three_segments(&".".repeat(100_000));
}

#[test]
fn a_10_million() {
    not_three_segments(&"A".repeat(10_000_000));
}

#[test]
fn empty_segments() {
    use jwt_pair::JsonFault::Syntax;
    let [header, payload, signature] = {
        let good = jwt(GOOD);
        let mut segments = good.split('.').map(str::to_owned);
        [(); 3].map(|()| segments.next().unwrap())
    };
    let empty_header = Error::Json { segment: Segment::Header, fault: Syntax };
    refused_by_all("..", &empty_header);
    refused_by_all(&sign(&format!(".{payload}")), &empty_header);
    refused_by_all(&format!("{header}.{payload}."), &Error::InvalidSignature);
    refused_by_all(&format!("{header}..{signature}"), &Error::InvalidSignature);
    let empty_payload = Error::Json { segment: Segment::Payload, fault: Syntax };
    refused_by_all(&sign(&format!("{header}.")), &empty_payload);
}

/// The bounds that no setting moves, as the documents have them.
#[test]
fn the_fixed_bounds_are_those_of_the_documents() {
    use jwt_pair::limits::*;
    assert_eq!((MIN_KEY_BYTES, MAC_BYTES), (32, 32));
    assert_eq!((MAX_HEADER_CHARACTERS, DEFAULT_MAX_TOKEN_BYTES), (2_048, 8_192));
    assert_eq!((MAX_HEADER_NESTING, MAX_NESTING), (8, 127));
}

#[test]
fn a_token_of_exactly_the_limit_is_read_and_one_over_is_not() {
    let good = jwt(GOOD);
    let bytes = good.len();
    let policy = |limit| Validation::new().max_token_bytes(limit);
    assert!(decode_by(&good, &policy(bytes)).is_ok());
    for limit in [0, 1, bytes - 1] {
        let error = Error::TokenTooLong { bytes, limit };
        assert_eq!(decode_by(&good, &policy(limit)), Err(error.clone()));
        assert_eq!(jws::verify(&good, &keys(), limit).err(), Some(error.clone()));
        let pair = issuer(PairPolicy::new().max_token_bytes(limit));
        assert_eq!(pair.verify_access(&good, at(NOW)), Err(error));
    }

    let padded = |bytes| jwt(format!(r#"{{"exp":1700000001,"a":"{}"}}"#, "x".repeat(bytes)));
    let (exact, over) = (padded(6_058), padded(6_059));
    assert_eq!((exact.len(), over.len()), (8_192, 8_193));
    assert!(decode(&exact).is_ok());
    refused_by_all(&over, &Error::TokenTooLong { bytes: 8_193, limit: 8_192 });
    let looked_into = jwt_pair::decode_unverified(&over, LIMIT).err();
    assert_eq!(looked_into, Some(Error::TokenTooLong { bytes: 8_193, limit: 8_192 }));
}

/// Every place of a token, with every text that is no part of one, correctly signed where a
/// signature is over that place.
#[track_caller]
fn refused_at_every_place(header: &str, payload: &str, foreign: &str) {
    let (header, payload) = (b64(header), b64(payload));
    let put = |text: &str, place: usize, over: usize| {
        format!("{}{foreign}{}", &text[..place], &text[place + over..])
    };
    let fault = Base64Fault::OutsideAlphabet;
    for (place, over) in (0..header.len()).flat_map(|place| [(place, 0), (place, 1)]) {
        let token = sign(&format!("{}.{payload}", put(&header, place, over)));
        refused_by_all(&token, &base64(Segment::Header, fault));
    }
    for (place, over) in (0..payload.len()).flat_map(|place| [(place, 0), (place, 1)]) {
        let token = sign(&format!("{header}.{}", put(&payload, place, over)));
        refused_by_all(&token, &base64(Segment::Payload, fault));
    }
    let good = sign(&format!("{header}.{payload}"));
    let start = good.len() - 43;
    for place in start..good.len() {
        let inserted = put(&good, place, 0);
        refused_by_all(&inserted, &Error::InvalidSignature);
        let replaced = put(&good, place, foreign.len().min(good.len() - place));
        if replaced.len() == good.len() {
            refused_by_all(&replaced, &base64(Segment::Signature, fault));
        }
    }
    refused_by_all(&format!("{good}{foreign}"), &Error::InvalidSignature);
}

#[test]
fn white_space_at_every_place() {
    for space in [" ", "\t", "\n", "\r", "\r\n", "\0", "\u{b}", "\u{c}"] {
        refused_at_every_place(JWT, GOOD, space);
        refused_at_every_place(ACCESS, ACCESS_CLAIMS, space);
    }
}

#[test]
fn white_space_around_the_token() {
    for space in [" ", "\t", "\n", "\r\n", "\u{a0}", "\u{feff}", "\u{200b}"] {
        let good = jwt(GOOD);
        refused_by_all(&format!("{good}{space}"), &Error::InvalidSignature);
        let before = sign(&format!("{space}{}", good.rsplit_once('.').unwrap().0));
        refused_by_all(&before, &base64(Segment::Header, Base64Fault::OutsideAlphabet));
    }
}

#[test]
fn non_ascii_at_every_place() {
    for foreign in ["é", "\u{80}", "\u{a0}", "Ａ", "\u{1d400}", "\u{feff}", "\u{212a}"] {
        refused_at_every_place(JWT, GOOD, foreign);
    }
}

#[test]
fn padding_and_the_standard_alphabet_at_every_place() {
    for foreign in ["=", "==", "+", "/", "*", "%", "~", ",", "\"", "'", "\\"] {
        refused_at_every_place(JWT, GOOD, foreign);
    }
}

#[test]
fn padding_where_base64_would_have_it() {
    let fault = Base64Fault::OutsideAlphabet;
    for spaces in 0..3 {
        let pad = " ".repeat(spaces);
        let (header, payload) = (b64(format!("{JWT}{pad}")), b64(format!("{GOOD}{pad}")));
        let missing = "=".repeat((4 - header.len() % 4) % 4);
        if !missing.is_empty() {
            let token = sign(&format!("{header}{missing}.{payload}"));
            refused_by_all(&token, &base64(Segment::Header, fault));
        }
        let missing = "=".repeat((4 - payload.len() % 4) % 4);
        if !missing.is_empty() {
            let token = sign(&format!("{header}.{payload}{missing}"));
            refused_by_all(&token, &base64(Segment::Payload, fault));
        }
        let good = sign(&format!("{header}.{payload}"));
        refused_by_all(&format!("{good}="), &Error::InvalidSignature);
    }
}

/// The last character, one up: the bits that belong to no byte are not zero.
fn with_trailing_bit(text: &str) -> String {
    let (rest, last) = text.split_at(text.len() - 1);
    // The alphabet is in ASCII order from each character of zero bits to the one after it.
    let next = char::from(last.as_bytes()[0] + 1);
    format!("{rest}{next}")
}

#[test]
fn trailing_bits_in_each_segment() {
    let fault = Base64Fault::TrailingBits;
    for spaces in 0..3 {
        let pad = " ".repeat(spaces);
        let (header, payload) = (b64(format!("{JWT}{pad}")), b64(format!("{GOOD}{pad}")));
        assert!(decode(&sign(&format!("{header}.{payload}"))).is_ok());
        if header.len() % 4 != 0 {
            let token = sign(&format!("{}.{payload}", with_trailing_bit(&header)));
            refused_by_all(&token, &base64(Segment::Header, fault));
        }
        if payload.len() % 4 != 0 {
            let token = sign(&format!("{header}.{}", with_trailing_bit(&payload)));
            refused_by_all(&token, &base64(Segment::Payload, fault));
        }
    }
    refused_by_all(&with_trailing_bit(&token(JWT, GOOD)), &base64(Segment::Signature, fault));
}

#[test]
fn a_signature_of_another_length() {
    let good = jwt(GOOD);
    for cut in 1..=43 {
        refused_by_all(&good[..good.len() - cut], &Error::InvalidSignature);
    }
    for more in ["A", "AA", "AAAA", "A".repeat(43).as_str()] {
        refused_by_all(&format!("{good}{more}"), &Error::InvalidSignature);
    }
}
