//! JSON as it is written: members in their order, and a name as often as it stands there.
//!
//! The library refuses such an object. A student wants to see it.

use core::fmt;
use std::collections::BTreeMap;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value};

use crate::escape::cut;

/// A JSON value.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    Scalar(Value),
    Array(Vec<Node>),
    Object(Vec<(String, Node)>),
}

impl Node {
    /// The first value of the bytes, and how many bytes follow it. A lenient reader takes the
    /// value, and does not look at the rest.
    pub(crate) fn first(bytes: &[u8]) -> Result<(Self, usize), serde_json::Error> {
        let mut values = serde_json::Deserializer::from_slice(bytes).into_iter();
        let first = values.next().unwrap_or_else(|| serde_json::from_slice(bytes));
        let rest = bytes.get(values.byte_offset()..).unwrap_or_default();
        first.map(|first| (first, rest.trim_ascii().len()))
    }

    /// The last member of this name: the one that most lenient readers take.
    pub(crate) fn member(&self, name: &str) -> Option<&Self> {
        let Self::Object(members) = self else { return None };
        members.iter().rev().find(|(own, _)| own == name).map(|(_, value)| value)
    }

    /// What is said of each name that an object has twice, at any depth.
    pub(crate) fn duplicates(&self, found: &mut Vec<String>) {
        match self {
            Self::Scalar(_) => {}
            Self::Array(elements) => elements.iter().for_each(|node| node.duplicates(found)),
            Self::Object(members) => {
                // A hostile object has ten thousands of names.
                let mut places: BTreeMap<&str, Vec<&Self>> = BTreeMap::new();
                for (name, value) in members {
                    places.entry(name).or_default().push(value);
                }
                for (name, value) in members {
                    value.duplicates(found);
                    // The first of a name speaks for all of them.
                    let values = places.remove(name.as_str()).unwrap_or_default();
                    if let [first, .., last] = values.as_slice() {
                        found.push(format!(
                            "the name {} is there {} times: one lenient reader takes the first, \
                             {}, and another the last, {}",
                            Value::from(cut(name, 60)),
                            values.len(),
                            cut(&first.to_string(), 60),
                            cut(&last.to_string(), 60),
                        ));
                    }
                }
            }
        }
    }
}

/// As JSON on one line.
impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scalar(value) => value.fmt(f),
            Self::Array(elements) => {
                f.write_str("[")?;
                for (at, element) in elements.iter().enumerate() {
                    f.write_str(if at == 0 { "" } else { "," })?;
                    element.fmt(f)?;
                }
                f.write_str("]")
            }
            Self::Object(members) => {
                f.write_str("{")?;
                for (at, (name, value)) in members.iter().enumerate() {
                    f.write_str(if at == 0 { "" } else { "," })?;
                    write!(f, "{}:{value}", Value::from(name.as_str()))?;
                }
                f.write_str("}")
            }
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Scalar(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Scalar(Number::from_f64(value).map_or(Value::Null, Value::Number)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = seq.next_element()? {
            elements.push(element);
        }
        Ok(Node::Array(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Node::Object(members))
    }
}
