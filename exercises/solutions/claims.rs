//! Exercise 5, solved: strict claims.

use core::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

pub use crate::given::Refusal;
use crate::{
    dates::{self, Rounding},
    jws,
};

/// A strict JSON object, or `None`: UTF-8, an object, each name once at every depth.
pub fn object(json: &[u8]) -> Option<Map<String, Value>> {
    match serde_json::from_slice(json) {
        Ok(Strict(Value::Object(object))) => Some(object),
        _ => None,
    }
}

/// Whether a header obeys the rules.
pub fn header_is_good(header: &Map<String, Value>) -> bool {
    let is_text = |name| header.get(name).is_none_or(Value::is_string);
    let is_nested = match header.get("cty").and_then(Value::as_str) {
        Some(cty) => {
            ["JWT", "application/JWT"].iter().any(|nested| cty.eq_ignore_ascii_case(nested))
        }
        None => false,
    };
    header.get("alg") == Some(&Value::from("HS256"))
        && !header.contains_key("crit")
        && header.get("b64") != Some(&Value::Bool(false))
        && ["kid", "typ", "cty"].into_iter().all(is_text)
        && !is_nested
}

/// The claims of a token that is authentic and valid at this time.
pub fn decode(
    token: &str,
    key: &[u8],
    now: u64,
    leeway: u64,
) -> Result<Map<String, Value>, Refusal> {
    let jws = jws::verify(token, key).ok_or(Refusal::Invalid)?;
    let header = object(&jws.header).ok_or(Refusal::Invalid)?;
    let claims = object(&jws.payload).ok_or(Refusal::Invalid)?;
    let is_text = |name| claims.get(name).is_none_or(Value::is_string);
    let is_good = header_is_good(&header)
        && ["iss", "sub", "jti"].into_iter().all(is_text)
        && !claims.contains_key("aud");
    if !is_good {
        return Err(Refusal::Invalid);
    }
    let exp = date(&claims, "exp", Rounding::Down)?.ok_or(Refusal::Invalid)?;
    let nbf = date(&claims, "nbf", Rounding::Up)?;
    date(&claims, "iat", Rounding::Down)?;
    dates::check(exp, nbf, now, leeway)?;
    Ok(claims)
}

/// A date that may be absent. One of the wrong type is not absent: it is an error.
fn date(
    claims: &Map<String, Value>,
    name: &str,
    rounding: Rounding,
) -> Result<Option<i64>, Refusal> {
    match claims.get(name) {
        None => Ok(None),
        Some(value) => dates::date(value, rounding).map(Some).ok_or(Refusal::Invalid),
    }
}

/// A JSON value in which each object has each name once.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Strict;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Strict, E> {
        Ok(Strict(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Strict, E> {
        Ok(Strict(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Strict, E> {
        Ok(Strict(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Strict, E> {
        Ok(Strict(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Strict, E> {
        Ok(Strict(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Strict, E> {
        Ok(Strict(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Strict, A::Error> {
        let mut array = Vec::new();
        while let Some(Strict(element)) = elements.next_element()? {
            array.push(element);
        }
        Ok(Strict(array.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Strict, A::Error> {
        let mut object = Map::new();
        while let Some((name, Strict(value))) = members.next_entry::<String, Strict>()? {
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("a name occurs twice"));
            }
        }
        Ok(Strict(object.into()))
    }
}
