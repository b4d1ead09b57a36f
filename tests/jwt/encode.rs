//! What `encode` and `jws::sign` write, and what `decode_unverified` shows of any token.

use super::common;

use common::{GOOD, JWT, LIMIT, NOW, at, b64, decode, decode_by, jwt, key, keys, segment, token};
use jwt_pair::{Error, JsonFault, KeyRing, Segment, Validation, jws};
use serde_json::{Map, Value, json};

#[test]
fn encode_writes_the_usual_header_and_the_claims_as_they_serialize() {
    let token = jwt_pair::encode(&json!({"exp": 1_700_000_001}), &keys()).unwrap();
    assert_eq!(token, jwt(GOOD));
    let named = KeyRing::with_kid("a\"b", key(1));
    let token = jwt_pair::encode_with_typ(&json!({}), "at+jwt", &named).unwrap();
    assert_eq!(segment(&token, 0), r#"{"alg":"HS256","kid":"a\"b","typ":"at+jwt"}"#);
    assert_eq!(segment(&token, 1), "{}");
}

#[test]
fn encode_with_typ_is_read_under_that_typ_alone() {
    let claims = json!({"exp": 1_700_000_001, "sub": "alice"});
    for typ in ["JWT", "at+jwt", "", "é", "a/b"] {
        let token = jwt_pair::encode_with_typ(&claims, typ, &keys()).unwrap();
        let decoded = decode_by(&token, &Validation::new().typ(typ));
        assert_eq!(decoded.as_ref().ok(), claims.as_object(), "{typ}");
        let decoded = decode_by(&token, &Validation::new().typ("other"));
        assert_eq!(decoded, Err(common::NOT_THE_TYP), "{typ}");
    }
}

#[test]
fn any_bytes_can_be_signed_and_come_back() {
    let ring = KeyRing::with_kid("1", key(1));
    for payload in [b"".as_slice(), b"\0", b"any bytes", b"\xff\xfe", &[7; 5_000]] {
        let token = jws::sign(payload, "octet-stream", &ring).unwrap();
        let verified = jws::verify(&token, &ring, 8_192).unwrap();
        assert_eq!(verified.payload, payload);
        assert_eq!(verified.header.kid(), Some("1"));
        assert_eq!(verified.header.typ(), Some("octet-stream"));
    }
}

#[test]
fn the_claims_of_a_struct_are_no_array() {
    let array =
        jwt_pair::decode::<(u64,)>(&jwt("[1700000001]"), &keys(), &Validation::new(), at(NOW));
    let error = Error::Json { segment: Segment::Payload, fault: JsonFault::NotAnObject };
    assert_eq!(array, Err(error));
}

#[test]
fn decode_unverified_shows_what_a_token_says_whoever_made_it() {
    let claims = r#"{"exp":1,"aud":"x","nbf":9999999999,"iss":1}"#;
    let header = r#"{"alg":"none","typ":"x","kid":"../y","crit":[]}"#;
    for signature in ["", "A", "????", b64([0; 32]).as_str()] {
        let text = format!("{}.{}.{signature}", b64(header), b64(claims));
        let seen = jwt_pair::decode_unverified(&text, LIMIT).unwrap();
        assert_eq!((seen.header.typ(), seen.header.kid()), (Some("x"), Some("../y")));
        assert_eq!(seen.claims, serde_json::from_str::<Map<String, Value>>(claims).unwrap());
    }
    let error = Error::HeaderParameter { parameter: "alg", expected: "HS256" };
    assert_eq!(decode(&token(header, claims)), Err(error));
}

#[test]
fn decode_unverified_reads_no_less_strictly() {
    let refused = |text: &str| jwt_pair::decode_unverified(text, LIMIT).err();
    assert_eq!(refused(""), Some(Error::NotThreeSegments));
    assert_eq!(refused(&format!("{}.{}", b64(JWT), b64(GOOD))), Some(Error::NotThreeSegments));
    let twice = common::payload_json(JsonFault::DuplicateName);
    assert_eq!(refused(&jwt(r#"{"a":1,"a":2}"#)), Some(twice));
    let array = common::header_json(JsonFault::NotAnObject);
    assert_eq!(refused(&token("[]", GOOD)), Some(array));
    let long = "a".repeat(8_193);
    assert_eq!(refused(&long), Some(Error::TokenTooLong { bytes: 8_193, limit: 8_192 }));
}
