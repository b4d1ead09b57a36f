//! Where this crate and its peers differ on purpose. A difference that is not here fails the run.

use serde_json::Value;

use crate::judge::same_json;

#[derive(Debug)]
pub enum Difference<'a> {
    /// Both accept, and hand out other claims.
    Claims { own: &'a Value, theirs: &'a Value },
    /// This crate alone accepts, with what the peer says.
    OursAlone { said: &'a str },
    /// The peer alone accepts, with what this crate says.
    TheirsAlone { said: &'a str },
}

impl Difference<'_> {
    /// What is the same for all inputs of one kind.
    pub fn summary(&self) -> String {
        let without_numbers = |text: &str| -> String {
            text.chars().filter(|character| !character.is_ascii_digit()).take(90).collect()
        };
        match self {
            Self::Claims { .. } => "other claims".into(),
            Self::OursAlone { said } => format!("refuses alone: {}", without_numbers(said)),
            Self::TheirsAlone { said } => format!("accepts alone: {}", without_numbers(said)),
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
pub enum Kind {
    Class(&'static str),
    /// May be a forgery: it is kept for the peer's authors, and not counted in public.
    Private,
    /// Of no class.
    New,
}

struct Class {
    name: &'static str,
    peers: &'static [&'static str],
    /// Parts of what is said, of which one is there.
    said: &'static [&'static str],
    #[expect(dead_code, reason = "is for the reader")]
    reason: &'static str,
}

const ALL: &[&str] = &["pyjwt", "jose", "golang-jwt"];

/// By what this crate says.
const THEIRS_ALONE: [Class; 15] = [
    Class {
        name: "header-too-long",
        peers: ALL,
        said: &["the header is"],
        reason: "a header is read before the MAC is checked, so its length is bounded here",
    },
    Class {
        name: "unused-bits",
        peers: ALL,
        said: &["base64url: the unused bits"],
        reason: "decoders MAY reject unused bits that are not zero (RFC 4648 §3.5); here one \
                 sequence of bytes has one text",
    },
    Class {
        name: "lenient-base64url",
        peers: ALL,
        said: &["base64url: a byte is outside", "base64url: the length"],
        reason: "the platform's decoder takes padding, white space or the other alphabet; Go's \
                 takes line breaks",
    },
    Class {
        name: "name-twice",
        peers: ALL,
        said: &["two members of one object have the same name"],
        reason: "RFC 7515 §4 and RFC 7519 §4 also allow the last one, of which the peers make use",
    },
    Class {
        name: "not-utf8",
        peers: ALL,
        said: &["strict JSON: not UTF-8"],
        reason: "the peers read such bytes as U+FFFD or as half of a pair",
    },
    Class {
        name: "lenient-json",
        peers: ALL,
        said: &["strict JSON: not one JSON text", "strict JSON: a name"],
        reason: "each parser of JSON has its own extensions and limits: a byte order mark, UTF-16, \
                 NaN, a second text after the first, lone surrogates, levels, numbers out of range",
    },
    Class {
        name: "null-for-an-object",
        peers: &["golang-jwt"],
        said: &["strict JSON: not an object"],
        reason: "Go reads null into an empty map",
    },
    Class {
        name: "unencoded-payload",
        peers: ALL,
        said: &["the header parameter b64"],
        reason: "b64 of false counts only with crit (RFC 7797 §6); here it is refused without, too",
    },
    Class {
        name: "header-parameter-of-a-wrong-type",
        peers: ALL,
        said: &["the header parameter kid", "the header parameter typ", "the header parameter cty"],
        reason: "kid, typ and cty are strings, and cty of JWT is for nested tokens; the peers \
                 ignore what they do not use",
    },
    Class {
        name: "claim-of-a-wrong-type",
        peers: ALL,
        said: &["the claim"],
        reason: "registered claims have types; the peers leave alone what they do not check, or \
                 take what converts to a number. golang-jwt does not require exp",
    },
    Class {
        name: "audience-not-named",
        peers: &["jose", "golang-jwt"],
        said: &["the token has an aud"],
        reason: "where no audience is configured, the peers leave aud to the application",
    },
    Class {
        name: "audience-null",
        peers: &["pyjwt"],
        said: &["the token has an aud"],
        reason: "null and an empty array count as absent",
    },
    Class {
        name: "exp-within-its-second",
        peers: &["jose", "golang-jwt", "pyjwt"],
        said: &["expired at 1700000000,"],
        reason: "an exp with a fraction counts from its second on here, and to its fraction there",
    },
    Class {
        name: "exp-zero",
        peers: &["golang-jwt"],
        said: &["expired at 0,"],
        reason: "version 4 takes an exp of 0 for none",
    },
    Class {
        name: "nbf-within-its-second",
        peers: &["golang-jwt", "pyjwt"],
        said: &["not valid before 1700000001,"],
        reason: "the peers drop the fraction of nbf",
    },
];

/// By what the peer says.
const OURS_ALONE: [Class; 4] = [
    Class {
        name: "date-beyond-its-type",
        peers: &["golang-jwt"],
        said: &["Token is expired", "Token is not valid yet"],
        reason: "Go turns a float beyond its integers into the least one",
    },
    Class {
        name: "iat-ahead",
        peers: &["pyjwt", "golang-jwt"],
        said: &["ImmatureSignatureError: The token is not yet valid (iat)", "used before issued"],
        reason: "no rule refuses an iat that is ahead (RFC 7519 §4.1.6); the peers do",
    },
    Class {
        name: "number-out-of-range",
        peers: ALL,
        said: &[
            "cannot unmarshal number",
            "OverflowError",
            "too large to convert",
            "Exceeds the limit",
        ],
        reason: "limits of the range of numbers are allowed (RFC 8259 §6)",
    },
    Class {
        name: "header-parameter-has-a-type",
        peers: ALL,
        said: &["Key ID header parameter must be a string", "JWS Header"],
        reason: "what is not understood is ignored here, whatever its type (RFC 7515 §4)",
    },
];

/// `is_authentic`: whether a lenient reader finds the right MAC in the token.
pub fn class(peer: &str, is_authentic: bool, difference: &Difference<'_>) -> Kind {
    let find = |classes: &[Class], said: &str| {
        let is_it = |class: &&Class| {
            class.peers.contains(&peer) && class.said.iter().any(|part| said.contains(part))
        };
        classes.iter().find(is_it).map_or(Kind::New, |class| Kind::Class(class.name))
    };
    match difference {
        Difference::Claims { own, theirs } => {
            // Numbers of JavaScript and of Go's maps are floats.
            let is_close = peer != "pyjwt" && same_json(&floats(own), &floats(theirs));
            if is_close { Kind::Class("precision-of-floats") } else { Kind::New }
        }
        Difference::OursAlone { said } => find(&OURS_ALONE, said),
        Difference::TheirsAlone { said } if said.contains("the signature is not valid") => {
            if is_authentic {
                Kind::Class("lenient-base64url-of-the-mac")
            } else {
                Kind::Private
            }
        }
        Difference::TheirsAlone { said }
            if said.contains("parameter alg") || said.contains("parameter crit") =>
        {
            Kind::Private
        }
        Difference::TheirsAlone { said } => find(&THEIRS_ALONE, said),
    }
}

fn floats(value: &Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().map_or(Value::Null, Value::from),
        Value::Array(values) => values.iter().map(floats).collect(),
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| (name.clone(), floats(value)));
            Value::Object(members.collect())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Difference, Kind, class};

    #[test]
    fn a_difference_is_of_a_class_or_private_or_new() {
        let theirs = |said| Difference::TheirsAlone { said };
        let mac = "the signature is not valid";
        assert_eq!(class("jose", true, &theirs(mac)), Kind::Class("lenient-base64url-of-the-mac"));
        assert_eq!(class("jose", false, &theirs(mac)), Kind::Private);
        assert_eq!(class("pyjwt", true, &theirs("the header parameter crit …")), Kind::Private);
        assert_eq!(class("pyjwt", true, &theirs("expired at 0, now")), Kind::New);
        assert_eq!(class("jose", true, &theirs("something else")), Kind::New);
        let (own, other) = (json!({"n": 9_007_199_254_740_993_u64}), json!({"n": 1}));
        let close = json!({"n": 9_007_199_254_740_992_u64});
        let claims = |theirs| Difference::Claims { own: &own, theirs };
        assert_eq!(class("jose", true, &claims(&close)), Kind::Class("precision-of-floats"));
        assert_eq!(class("pyjwt", true, &claims(&close)), Kind::New);
        assert_eq!(class("jose", true, &claims(&other)), Kind::New);
    }
}
