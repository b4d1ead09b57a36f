//! The strict JSON layer against `jiter`: it accepts exactly the objects that are JSON and have no
//! name twice, and reads the same values. A header is read as strictly as a claims set.

use jwt_pair::{Error, JsonFault, Segment, decode_unverified};
use serde_json::{Map, Value};

use crate::json_oracle::{self, Difference, Object, Refusal};
use crate::oracle::{self, SECRET};

/// `jiter` reads no integer of more than 4,300 digits.
const MAX_BYTES: usize = 4096;

pub fn check(data: &[u8]) {
    if data.len() > MAX_BYTES {
        return;
    }
    let theirs = json_oracle::read(data);
    let ours = as_payload(data);
    match (&ours, &theirs) {
        (Ok(ours), Ok(theirs)) => {
            assert_eq!(theirs.differences, [], "accepted: {}", data.escape_ascii());
            theirs.assert_same(ours);
            check_written(theirs, ours);
        }
        (Err(fault), Ok(theirs)) => {
            let is_named =
                theirs.differences.iter().any(|difference| fault_of(*difference) == *fault);
            assert!(is_named, "{fault:?}, and jiter accepts: {}", data.escape_ascii());
        }
        (Err(fault), Err(refusal)) => check_fault(data, *fault, *refusal),
        (Ok(_), Err(refusal)) => panic!("accepted, {refusal:?}: {}", data.escape_ascii()),
    }

    let header = as_header(data);
    if data.len() <= 1536 {
        assert_eq!(header, ours.err(), "as a header: {}", data.escape_ascii());
    }
}

const fn fault_of(difference: Difference) -> JsonFault {
    match difference {
        Difference::TooDeep | Difference::NumberOutOfRange => JsonFault::Syntax,
        Difference::ReservedName => JsonFault::ReservedName,
    }
}

/// A text with several faults is refused for the first one, so a text that is no JSON may be refused
/// for what stands before that.
fn check_fault(data: &[u8], fault: JsonFault, refusal: Refusal) {
    use JsonFault::{DuplicateName, NotAnObject, NotUtf8, ReservedName, Syntax};
    let may_be: &[JsonFault] = match refusal {
        Refusal::NotUtf8 => &[NotUtf8],
        Refusal::Syntax => &[Syntax, NotAnObject, DuplicateName, ReservedName],
        Refusal::NotAnObject => &[NotAnObject],
        Refusal::Duplicate => &[DuplicateName, ReservedName, Syntax],
    };
    assert!(may_be.contains(&fault), "{fault:?}, {refusal:?}: {}", data.escape_ascii());
}

/// What was read can be signed, and is read again with the same values.
fn check_written(theirs: &Object<'_>, ours: &Map<String, Value>) {
    let token = jwt_pair::encode(ours, &oracle::key(SECRET).into());
    let token = token.expect("what was read is a strict object");
    match decode_unverified(&token) {
        Ok(again) => theirs.assert_same(&again.claims),
        Err(Error::TokenTooLong { .. }) => {}
        Err(error) => panic!("{error}: {token}"),
    }
}

fn as_payload(json: &[u8]) -> Result<Map<String, Value>, JsonFault> {
    let token = format!("{}.{}.", oracle::encode(br#"{"alg":"HS256"}"#), oracle::encode(json));
    match decode_unverified(&token) {
        Ok(jwt) => Ok(jwt.claims),
        Err(Error::Json { segment: Segment::Payload, fault }) => Err(fault),
        Err(error) => panic!("{error}: {token}"),
    }
}

fn as_header(json: &[u8]) -> Option<JsonFault> {
    let token = format!("{}.{}.", oracle::encode(json), oracle::encode(b"{}"));
    match decode_unverified(&token) {
        Ok(_) | Err(Error::HeaderTooLong { .. }) => None,
        Err(Error::Json { segment: Segment::Header, fault }) => Some(fault),
        Err(error) => panic!("{error}: {token}"),
    }
}
