//! A token taken apart as far as it goes: characters, bytes, JSON. Nothing here is a verdict.
//!
//! A lenient reader takes what a strict one refuses. So this one is lenient, and says where.

use jwt_pair::base64url;

use crate::exact::has_inexact_integer;
use crate::node::Node;

/// What is longer is not a token, and is only counted.
const MOST_CHARACTERS: usize = 256 * 1024;

/// Beyond these, segments are only counted.
const MOST_SEGMENTS: usize = 5;

/// Beyond these, names that are there more than once are only counted.
const MOST_DUPLICATES: usize = 20;

/// One segment.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) characters: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) json: Option<Node>,
    /// What a strict reader refuses.
    pub(crate) remarks: Vec<String>,
}

/// A token's segments.
#[derive(Debug)]
pub(crate) struct Anatomy {
    pub(crate) parts: Vec<Part>,
    pub(crate) segments: usize,
}

impl Anatomy {
    pub(crate) fn of(token: &str) -> Self {
        let segments = token.split('.').count();
        // A text without a dot is no token. It may be a secret, so no part of it is kept.
        let shows_nothing = token.len() > MOST_CHARACTERS || segments == 1;
        let most = if shows_nothing { 0 } else { MOST_SEGMENTS };
        let parts = token.split('.').take(most).enumerate();
        Self { parts: parts.map(|(at, text)| Part::new(at, text)).collect(), segments }
    }

    fn part(&self, name: &str) -> Option<&Part> {
        self.parts.iter().find(|part| part.name == name)
    }

    /// A parameter of the header, as a lenient reader finds it.
    pub(crate) fn parameter(&self, name: &str) -> Option<&Node> {
        self.part("header")?.json.as_ref()?.member(name)
    }

    /// A claim, as a lenient reader finds it.
    pub(crate) fn claim(&self, name: &str) -> Option<&Node> {
        self.part("payload")?.json.as_ref()?.member(name)
    }

    /// The names of the claims, as they stand there.
    pub(crate) fn claim_names(&self) -> String {
        match self.part("payload").and_then(|part| part.json.as_ref()) {
            Some(Node::Object(members)) => {
                members.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ")
            }
            _ => "no claims".to_owned(),
        }
    }

    /// The characters and the bytes of a segment.
    pub(crate) fn size(&self, name: &str) -> String {
        self.part(name).map_or("no such segment".to_owned(), |part| {
            format!("{} characters, {} bytes", part.characters.len(), part.bytes.len())
        })
    }
}

impl Part {
    fn new(at: usize, characters: &str) -> Self {
        let name = ["header", "payload", "signature"].get(at).copied();
        let name = name.map_or_else(|| format!("segment {}", at.saturating_add(1)), str::to_owned);
        let mut remarks = Vec::new();
        let bytes = base64url::decode(characters).unwrap_or_else(|fault| {
            remarks.push(format!("not base64url: {fault}; a lenient reader skips what is wrong"));
            lenient(characters)
        });
        let json = if name == "signature" { None } else { json(&bytes, &mut remarks) };
        Self { name, characters: characters.to_owned(), bytes, json, remarks }
    }
}

fn json(bytes: &[u8], remarks: &mut Vec<String>) -> Option<Node> {
    if bytes.is_empty() {
        remarks.push("empty".to_owned());
        return None;
    }
    if str::from_utf8(bytes).is_err() {
        remarks.push("not UTF-8".to_owned());
    }
    match Node::first(bytes) {
        Ok((first, rest)) => {
            if rest > 0 {
                remarks.push(format!("{rest} bytes after the JSON: a lenient reader skips them"));
            }
            if !matches!(first, Node::Object(_)) {
                remarks.push("JSON, but no object".to_owned());
            }
            if str::from_utf8(bytes).is_ok_and(has_inexact_integer) {
                remarks.push(
                    "an integer is beyond 64 bits: a lenient reader takes another number"
                        .to_owned(),
                );
            }
            let mut duplicates = Vec::new();
            first.duplicates(&mut duplicates);
            let more = duplicates.len().saturating_sub(MOST_DUPLICATES);
            remarks.extend(duplicates.into_iter().take(MOST_DUPLICATES));
            if more > 0 {
                remarks.push(format!("{more} more names are there more than once"));
            }
            Some(first)
        }
        Err(error) => {
            let place = format!("line {}, column {}", error.line(), error.column());
            remarks.push(format!("not JSON from {place} on"));
            None
        }
    }
}

/// Base64 of either alphabet without regard to padding, white space and trailing bits.
fn lenient(characters: &str) -> Vec<u8> {
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0_u32);
    for value in characters.bytes().filter_map(value) {
        bits = bits << 6 & 0xfff | value;
        count = count.saturating_add(6);
        if let Some(rest) = count.checked_sub(8) {
            count = rest;
            bytes.push((bits >> rest & 0xff) as u8);
        }
    }
    bytes
}

fn value(character: u8) -> Option<u32> {
    let (first, value) = match character {
        b'A'..=b'Z' => (b'A', 0),
        b'a'..=b'z' => (b'a', 26),
        b'0'..=b'9' => (b'0', 52),
        b'-' | b'+' => return Some(62),
        b'_' | b'/' => return Some(63),
        _ => return None,
    };
    Some(u32::from(character.saturating_sub(first)).saturating_add(value))
}
