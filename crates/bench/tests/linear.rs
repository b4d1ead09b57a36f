//! The work of refusing a token grows with its length and no faster, whatever fills it.
//!
//! Measured in memory asked for, which is the same on each run; time is not.

mod counting;

use counting::count;
use jwt_pair::JsonFault::{self, DuplicateName, Syntax};
use jwt_pair::limits::DEFAULT_MAX_TOKEN_BYTES;
use jwt_pair::{Error, Key, KeyRing, Segment, UnixTime, Validation, decode, jws};
use serde_json::{Map, Value};

const NOW: UnixTime = UnixTime::from_secs(1_700_000_000);

/// The memory asked for to refuse this payload, whose MAC is right.
#[track_caller]
fn bytes_asked(payload: &str, fault: JsonFault) -> usize {
    let keys = KeyRing::new(Key::new(&[7; 32]).expect("32 bytes"));
    let policy = Validation::new().max_token_bytes(usize::MAX);
    let token = jws::sign(payload.as_bytes(), "JWT", &keys).expect("a token");
    let (result, asked) = count(|| decode::<Map<String, Value>>(&token, &keys, &policy, NOW));
    assert_eq!(result, Err(Error::Json { segment: Segment::Payload, fault }));
    asked.bytes
}

/// Twice the size asks for at most about twice the memory, and each size for `most` times its own.
#[track_caller]
fn assert_linear(payload: impl Fn(usize) -> String, size: usize, fault: JsonFault, most: usize) {
    let (once, twice) = (payload(size), payload(2 * size));
    let (asked_once, asked_twice) = (bytes_asked(&once, fault), bytes_asked(&twice, fault));
    // A quarter more, as what grows by doubling may just have doubled.
    let is_linear = asked_twice <= asked_once / 4 * 9;
    assert!(is_linear, "{asked_once} bytes, then {asked_twice}");
    let is_bounded = asked_twice <= most * twice.len();
    assert!(is_bounded, "{asked_twice} bytes for {}", twice.len());
}

fn members(count: usize, name: impl Fn(usize) -> String) -> String {
    let members: Vec<_> = (0..count).map(|at| format!(r#""{}":{at}"#, name(at))).collect();
    format!(r#"{{{},"exp":0,"exp":0}}"#, members.join(","))
}

#[test]
fn many_members() {
    assert_linear(|size| members(size, |at| format!("m{at}")), 2_500, DuplicateName, 8);
}

#[test]
fn many_members_with_escaped_names() {
    let name = |at: usize| format!("\\u0061{at}");
    assert_linear(|size| members(size, name), 2_500, DuplicateName, 8);
}

#[test]
fn many_members_of_an_inner_object() {
    let payload =
        |size| format!(r#"{{"inner":{},"exp":0,"exp":0}}"#, members(size, |at| format!("m{at}")));
    assert_linear(payload, 2_500, DuplicateName, 16);
}

#[test]
fn a_long_text_of_escapes() {
    let payload = |size| format!(r#"{{"text":"{}","exp":0,"exp":0}}"#, "\\u0061".repeat(size));
    assert_linear(payload, 10_000, DuplicateName, 4);
}

#[test]
fn many_texts_of_escapes() {
    let payload = |size| {
        let text = r#""\n","#.repeat(size);
        format!(r#"{{"texts":[{text}0],"exp":0,"exp":0}}"#)
    };
    assert_linear(payload, 5_000, DuplicateName, 40);
}

#[test]
fn deep_nesting() {
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
        let payload = |size| {
            let nested = format!("{}0{}", open.repeat(size), close.repeat(size));
            format!(r#"{{"nested":{nested}}}"#)
        };
        // Deeper than 127 levels nothing is read, and nothing more is asked for.
        assert_linear(payload, 5_000, Syntax, 4);
        assert_linear(payload, 50_000, Syntax, 4);
    }
}

/// The memory asked for to refuse a token of this header, which is read before the MAC is verified.
#[track_caller]
fn bytes_asked_for_header(header: &str) -> usize {
    let keys = KeyRing::new(Key::new(&[7; 32]).expect("32 bytes"));
    let header = jwt_pair::base64url::encode(header.as_bytes());
    let token = format!("{header}.e30.{}", "A".repeat(43));
    let (result, asked) = count(|| jws::verify(&token, &keys, DEFAULT_MAX_TOKEN_BYTES));
    assert_eq!(result.map(drop), Err(Error::InvalidSignature));
    asked.bytes
}

/// Headers of half the limit and of nearly all of it: anybody can make them.
#[test]
fn the_worst_headers() {
    let escapes = |size: usize| format!(r#"{{"kid":"{}"}}"#, "\\u0061".repeat(size / 6));
    let texts = |size: usize| format!(r#"{{"x":[{}0]}}"#, r#""\n","#.repeat(size / 5));
    let members = |size: usize| {
        let members: Vec<_> = (0..size / 9).map(|at| format!(r#""{:04}":0"#, at)).collect();
        format!("{{{}}}", members.join(","))
    };
    let inner = |size: usize| format!(r#"{{"x":{}}}"#, members(size));
    let nested = |size: usize| {
        let one = format!("{}{}", "[".repeat(6), "]".repeat(6));
        format!(r#"{{"x":[{}]}}"#, vec![one; size / 13].join(","))
    };
    type Kind<'a> = (&'static str, &'a dyn Fn(usize) -> String, usize);
    let kinds: [Kind<'_>; 5] = [
        ("escapes", &escapes, 4),
        ("texts", &texts, 0),
        ("members", &members, 6),
        ("inner", &inner, 6),
        ("nested", &nested, 0),
    ];
    for (name, header, most) in kinds {
        let (half, whole) = (header(750), header(1_500));
        let (once, twice) = (bytes_asked_for_header(&half), bytes_asked_for_header(&whole));
        // Thrice, as the first 12 names and 1,024 bytes are held on the stack; four would be squared.
        assert!(twice <= once * 3 + whole.len(), "{name}: {once} bytes, then {twice}");
        assert!(twice <= most * whole.len(), "{name}: {twice} bytes for {}", whole.len());
    }
}
