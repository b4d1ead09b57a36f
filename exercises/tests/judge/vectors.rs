//! The project's vectors, and the cases of the exercises. This file decodes text by itself, so that each
//! exercise is judged alone.

use serde_json::Value;

/// The cases of a file of `tests/vectors`.
pub fn cases(file: &str) -> Vec<Value> {
    let cases: Vec<Value> =
        serde_json::from_str(&read(&format!("../tests/vectors/{file}"))).unwrap();
    assert!(cases.len() > 40, "{file} has {} cases", cases.len());
    cases
}

/// The cases of a group of a file of `exercises/cases`. There is at least one.
pub fn own_cases(file: &str, group: &str) -> Vec<Value> {
    let groups: Value = serde_json::from_str(&read(&format!("cases/{file}"))).unwrap();
    let cases = groups[group].as_array().unwrap_or_else(|| panic!("no {group} in {file}"));
    assert!(!cases.is_empty(), "{group} is empty");
    cases.clone()
}

fn read(path: &str) -> String {
    let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The cases of `jwt.json` that are in this group. There is at least one.
pub fn group(name: &str) -> Vec<Value> {
    let mut cases = cases("jwt.json");
    cases.retain(|case| case["group"] == name);
    assert!(!cases.is_empty(), "no group {name}");
    cases
}

pub fn text<'c>(case: &'c Value, member: &str) -> &'c str {
    case[member].as_str().unwrap_or_else(|| panic!("no {member}: {case}"))
}

pub fn number(case: &Value, member: &str) -> u64 {
    case[member].as_u64().unwrap_or_else(|| panic!("no {member}: {case}"))
}

/// A number that is written as a text, since not every language's JSON keeps all its digits.
pub fn digits<N: std::str::FromStr>(case: &Value, member: &str) -> N {
    text(case, member).parse().unwrap_or_else(|_| panic!("{member} is no such number: {case}"))
}

pub fn hex(text: &str) -> Vec<u8> {
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

/// A lenient decoder: the judge's own texts are right.
pub fn bytes(base64url: &str) -> Vec<u8> {
    let value = |character| match character {
        b'A'..=b'Z' => character - b'A',
        b'a'..=b'z' => character - b'a' + 26,
        b'0'..=b'9' => character - b'0' + 52,
        b'-' => 62,
        _ => 63,
    };
    let bits: Vec<u8> = base64url
        .bytes()
        .flat_map(|character| (0..6).rev().map(move |bit| value(character) >> bit & 1))
        .collect();
    bits.chunks_exact(8).map(|bits| bits.iter().fold(0, |byte, bit| byte << 1 | bit)).collect()
}
