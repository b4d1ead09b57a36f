//! Every short text, and random longer ones, against `serde_json`: the same texts are accepted, as the
//! same values. The model adds one rule to it: no name twice.

use core::fmt;
use core::sync::atomic::{AtomicU32, Ordering::Relaxed};

use super::common;

use common::json::same_json;
use common::random::Random;
use common::{b64, on_all_cores};
use jwt_pair::{Error, JsonFault, decode_unverified};
use serde_core::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// A value in which no object has a name twice.
struct Unique(Value);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Value;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any value")
            }

            fn visit_unit<E>(self) -> Result<Value, E> {
                Ok(Value::Null)
            }

            fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
                Ok(value.into())
            }

            fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
                Ok(value.into())
            }

            fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
                Ok(value.into())
            }

            fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
                Ok(value.into())
            }

            fn visit_str<E>(self, value: &str) -> Result<Value, E> {
                Ok(value.into())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
                let mut array = Vec::new();
                while let Some(Unique(element)) = elements.next_element()? {
                    array.push(element);
                }
                Ok(array.into())
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
                let mut object = Map::new();
                while let Some((name, Unique(value))) = members.next_entry::<String, _>()? {
                    // With `arbitrary_precision` a number comes as a map of this name.
                    if name.starts_with("$serde_json::private::") {
                        let number = value.as_str().ok_or_else(|| A::Error::custom("a text"))?;
                        let number: f64 = number.parse().map_err(A::Error::custom)?;
                        return match number.is_finite() {
                            true => {
                                serde_json::from_value(value_of(&value)).map_err(A::Error::custom)
                            }
                            false => Err(A::Error::custom("out of range")),
                        };
                    }
                    if object.insert(name, value).is_some() {
                        return Err(A::Error::custom("twice"));
                    }
                }
                Ok(object.into())
            }
        }
        deserializer.deserialize_any(Any).map(Self)
    }
}

/// A number from its text.
fn value_of(text: &Value) -> Value {
    serde_json::from_str(text.as_str().unwrap()).unwrap()
}

fn model(text: &str) -> Option<Map<String, Value>> {
    match serde_json::from_str(text).ok()? {
        Unique(Value::Object(object)) => Some(object),
        _ => None,
    }
}

/// The same verdict on the text as a claims set and, where it is shallow, as a header.
fn agree(text: &str) -> bool {
    let expected = model(text);
    let payload = format!("e30.{}.", b64(text));
    let found = decode_unverified(&payload, usize::MAX).map(|jwt| jwt.claims);
    match (&found, &expected) {
        (Ok(found), Some(expected)) => {
            let (found, expected) = (found.clone().into(), expected.clone().into());
            assert!(same_json(&found, &expected), "{text}: {found}");
        }
        (Err(Error::Json { .. }), None) => {}
        _ => panic!("{text}: found {found:?}, expected {expected:?}"),
    }
    let header = format!("{}.e30.", b64(text));
    let as_header = decode_unverified(&header, usize::MAX).map(|_| ());
    match (as_header, &expected) {
        (Ok(()), Some(_)) | (Err(Error::Json { .. } | Error::HeaderTooLong { .. }), None) => {}
        (Err(Error::HeaderTooLong { .. }), Some(_)) => {}
        // A header has fewer levels.
        (Err(Error::Json { fault: JsonFault::Syntax, .. }), Some(_)) if depth(text) > 8 => {}
        (found, _) => panic!("{text} as a header: found {found:?}, expected {expected:?}"),
    }
    expected.is_some()
}

/// How deep it is, at least: brackets in texts count as well.
fn depth(text: &str) -> usize {
    text.matches(['{', '[']).count()
}

const SYMBOLS: [&str; 19] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\"a\"",
    "\"\\u0061\"",
    "\\",
    "0",
    "1",
    "-",
    ".",
    "e",
    " ",
    "null",
    "\u{1}",
    "é",
];

/// Every text of up to four symbols, in three places of an object.
#[test]
fn every_short_text() {
    let accepted = AtomicU32::new(0);
    let count = SYMBOLS.len() as u32;
    on_all_cores(0..count.pow(4), |number| {
        let digits = [number, number / count, number / count.pow(2), number / count.pow(3)];
        let text: String = digits.iter().map(|at| SYMBOLS[(at % count) as usize]).collect();
        for text in
            [format!(r#"{{"x":{text}}}"#), format!("{{{text}}}"), format!(r#"{{"x":[{text},1]}}"#)]
        {
            accepted.fetch_add(u32::from(agree(&text)), Relaxed);
        }
    });
    assert!(accepted.load(Relaxed) > 1_000, "{accepted:?}");
}

/// Random texts: whole objects, and the same with a symbol changed, left out or put in.
#[test]
fn random_texts() {
    let mut random = Random::from_seed(0x6a73_6f6e_7465_7874);
    let (mut accepted, mut refused) = (0, 0);
    for _ in 0..20_000 {
        let mut parts = Vec::new();
        object(&mut random, &mut parts, 0);
        let change = |random: &mut Random, parts: &mut Vec<String>| {
            let place = random.below(parts.len());
            match random.below(3) {
                0 => drop(parts.remove(place)),
                1 => parts.insert(place, random.pick(&SYMBOLS).to_owned()),
                _ => parts[place] = random.pick(&SYMBOLS).to_owned(),
            }
        };
        let whole = agree(&parts.concat());
        change(&mut random, &mut parts);
        let changed = agree(&parts.concat());
        for is_good in [whole, changed] {
            *(if is_good { &mut accepted } else { &mut refused }) += 1;
        }
    }
    assert!(accepted > 5_000 && refused > 5_000, "{accepted} {refused}");
}

const NAMES: [&str; 9] = [
    r#""a""#,
    r#""b""#,
    r#""\u0061""#,
    r#""A""#,
    r#""""#,
    r#""\"""#,
    r#""é""#,
    r#""\u00e9""#,
    r#""\ud83d\ude00""#,
];
const SCALARS: [&str; 22] = [
    "0",
    "-0",
    "-1",
    "1.5",
    "1e5",
    "1E-2",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "-9223372036854775809",
    "1e308",
    "1e309",
    "true",
    "false",
    "null",
    r#""""#,
    r#""\n\t\\""#,
    r#""\ud83d\ude00""#,
    r#""\ud83d""#,
    r#""é😀""#,
    "01",
];
const SPACES: [&str; 6] = ["", "", "", " ", "\n\t", "\r"];

fn object(random: &mut Random, parts: &mut Vec<String>, level: usize) {
    let space = |random: &mut Random| random.pick(&SPACES).to_owned();
    parts.push("{".into());
    // Sometimes more names than a reader keeps without allocating.
    let count = if random.one_in(20) { 14 + random.below(20) } else { random.below(4) };
    for at in 0..count {
        if at > 0 {
            parts.push(",".into());
        }
        parts.push(space(random));
        let is_numbered = count > 4 && !random.one_in(40);
        parts.push(if is_numbered { format!("\"{at}\"") } else { random.pick(&NAMES).to_owned() });
        parts.extend([space(random), ":".into(), space(random)]);
        value(random, parts, level + 1);
        parts.push(space(random));
    }
    parts.push("}".into());
}

fn value(random: &mut Random, parts: &mut Vec<String>, level: usize) {
    match random.below(if level > 4 { 4 } else { 7 }) {
        0..4 => parts.push(random.pick(&SCALARS).to_owned()),
        4 => object(random, parts, level),
        _ => {
            parts.push("[".into());
            for at in 0..random.below(4) {
                if at > 0 {
                    parts.push(",".into());
                }
                value(random, parts, level + 1);
            }
            parts.push("]".into());
        }
    }
}

/// The last two of many names, at each count around the ones at which a reader changes its ways.
#[test]
fn many_names_and_one_twice() {
    for count in (1..40).chain([254, 255, 256, 257, 300]) {
        for inner in [0, 1, 12, 13, 40] {
            let names = |count: usize| -> Vec<String> {
                (0..count).map(|at| format!(r#""n{at}":0"#)).collect()
            };
            let inner = format!(r#""inner":{{{}}}"#, names(inner).join(","));
            let mut members = names(count);
            for place in [0, members.len() / 2, members.len()] {
                let mut with_inner = members.clone();
                with_inner.insert(place, inner.clone());
                assert!(agree(&format!("{{{}}}", with_inner.join(","))));
                with_inner.push(r#""n0":1"#.into());
                assert!(!agree(&format!("{{{}}}", with_inner.join(","))));
            }
            members.push(r#""inner":{"a":1,"b":[{"a":1}],"\u0061":2}"#.into());
            assert!(!agree(&format!("{{{}}}", members.join(","))));
        }
    }
}
