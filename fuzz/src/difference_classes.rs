//! Where the crate and its peers differ on purpose. A difference that is not here fails.

use core::fmt;

use jwt_pair::{Error, JsonFault, Segment};
use serde_json::{Map, Value};

use crate::choices::NOW;
use crate::claim_types;
use crate::json_oracle::{self, CLAIMS_LEVELS, HEADER_LEVELS};
use crate::media_types;
use crate::oracle;
use crate::peers::Peer::{self, Jsonwebtoken, JwtCompact};
use crate::peers::whole_seconds;

/// The limits, as `docs/DESIGN.md` has them: not the constants of the crate.
const TOKEN_BYTES: usize = 8192;
const HEADER_CHARACTERS: usize = 2048;

/// A token as the oracles read it.
pub struct Token {
    bytes: usize,
    header_characters: usize,
    header: Vec<u8>,
    payload: Vec<u8>,
    /// The members, where `serde_json` can read them, of names that are twice there the last.
    parameters: Map<String, Value>,
    claims: Map<String, Value>,
}

impl Token {
    pub fn of(token: &str) -> Self {
        let bytes = token.len();
        let header_characters = token.find('.').unwrap_or(bytes);
        let mut segments =
            token.split('.').map(|segment| oracle::decode(segment).unwrap_or_default());
        let [header, payload] = [segments.next(), segments.next()].map(Option::unwrap_or_default);
        let [parameters, claims] =
            [&header, &payload].map(|json| serde_json::from_slice(json).unwrap_or_default());
        Self { bytes, header_characters, header, payload, parameters, claims }
    }

    pub fn typ(&self) -> Option<&str> {
        self.parameters.get("typ").and_then(Value::as_str)
    }

    /// The first fault of the header by the oracle, if the header has one.
    fn header_fault(&self) -> Option<JsonFault> {
        json_oracle::read(&self.header, HEADER_LEVELS).err()
    }

    fn payload_fault(&self) -> Option<JsonFault> {
        json_oracle::read(&self.payload, CLAIMS_LEVELS).err()
    }

    fn claim(&self, name: &str) -> Option<&Value> {
        self.claims.get(name)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} . {}", self.header.escape_ascii(), self.payload.escape_ascii())
    }
}

type Holds<T> = fn(&T, &Token) -> bool;

struct Class<T> {
    name: &'static str,
    peers: &'static [Peer],
    holds: Holds<T>,
    #[expect(dead_code, reason = "is for the reader")]
    reason: &'static str,
}

/// The name of the class in which this crate alone accepts.
pub fn ours_alone(peer: Peer, token: &Token) -> Option<&'static str> {
    first(&OURS_ALONE, peer, &(), token)
}

/// The name of the class in which the peer accepts and this crate refuses.
pub fn theirs_alone(peer: Peer, error: &Error, token: &Token) -> Option<&'static str> {
    first(&THEIRS_ALONE, peer, error, token)
}

/// The names of all classes.
pub fn names() -> impl Iterator<Item = &'static str> {
    let ours = OURS_ALONE.iter().map(|class| class.name);
    ours.chain(THEIRS_ALONE.iter().map(|class| class.name))
}

fn first<T>(classes: &[Class<T>], peer: Peer, of: &T, token: &Token) -> Option<&'static str> {
    let is_it = |class: &&Class<T>| class.peers.contains(&peer) && (class.holds)(of, token);
    classes.iter().find(is_it).map(|class| class.name)
}

const BOTH: &[Peer] = &[Jsonwebtoken, JwtCompact];

const OURS_ALONE: [Class<()>; 3] = [
    Class {
        name: "ignored-parameter-has-a-type",
        peers: BOTH,
        holds: |(), token| {
            const TYPED: [&str; 10] =
                ["jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256", "enc", "zip", "url", "nonce"];
            TYPED.iter().any(|name| token.parameters.contains_key(*name))
        },
        reason: "what is not understood is ignored, whatever its type (RFC 7515 §4); the peers have \
                 fields for some parameters, and refuse a header in which one has another type",
    },
    Class {
        name: "content-type",
        peers: &[JwtCompact],
        holds: |(), token| token.parameters.get("cty").is_some_and(Value::is_string),
        reason: "`cty` is for the application (RFC 7515 §4.1.10) unless it says that a token is \
                 inside; `jwt-compact` reads it as the choice between JSON and CBOR",
    },
    Class {
        name: "date-beyond-the-calendar",
        peers: &[JwtCompact],
        holds: |(), token| {
            let dates = ["exp", "nbf", "iat"].into_iter().filter_map(|name| token.claim(name));
            dates.map(whole_seconds).any(|seconds| seconds.unsigned_abs() > 8_000_000_000_000)
        },
        reason: "a NumericDate has no last year; `chrono` ends about the year 262,000",
    },
];

const THEIRS_ALONE: [Class<Error>; 16] = [
    Class {
        name: "token-too-long",
        peers: BOTH,
        holds: |error, token| {
            matches!(error, Error::TokenTooLong { .. }) && token.bytes > TOKEN_BYTES
        },
        reason: "the peers have no limit",
    },
    Class {
        name: "header-too-long",
        peers: BOTH,
        holds: |error, token| {
            matches!(error, Error::HeaderTooLong { .. })
                && token.header_characters > HEADER_CHARACTERS
        },
        reason: "a header is read before the MAC is checked, so the work for it is bounded",
    },
    Class {
        name: "header-nested-deeply",
        peers: BOTH,
        holds: |error, token| {
            is_json(error, Segment::Header, JsonFault::Syntax)
                && json_oracle::is_too_deep(&token.header, HEADER_LEVELS)
        },
        reason: "a header is read before the MAC is checked, so the stack for it is bounded",
    },
    Class {
        name: "name-twice-in-header",
        peers: BOTH,
        holds: |error, token| {
            is_json(error, Segment::Header, JsonFault::DuplicateName)
                && token.header_fault() == Some(JsonFault::DuplicateName)
        },
        reason: "names within the JOSE Header MUST be unique (RFC 7515 §4)",
    },
    Class {
        name: "name-twice-in-claims",
        peers: BOTH,
        holds: |error, token| {
            is_json(error, Segment::Payload, JsonFault::DuplicateName)
                && token.payload_fault() == Some(JsonFault::DuplicateName)
        },
        reason: "Claim Names MUST be unique (RFC 7519 §4); which of two values a reader takes is a \
                 matter of luck",
    },
    Class {
        name: "reserved-name",
        peers: BOTH,
        holds: |error, token| {
            let reserved = JsonFault::ReservedName;
            is_json(error, Segment::Header, reserved) && token.header_fault() == Some(reserved)
                || is_json(error, Segment::Payload, reserved)
                    && token.payload_fault() == Some(reserved)
        },
        reason: "`$serde_json::private::` is refused whichever features of `serde_json` are on",
    },
    Class {
        name: "critical-extension",
        peers: BOTH,
        holds: |error, token| is_parameter(error, "crit") && token.parameters.contains_key("crit"),
        reason: "an extension that is not understood makes the JWS invalid (RFC 7515 §4.1.11)",
    },
    Class {
        name: "unencoded-payload",
        peers: BOTH,
        holds: |error, token| {
            is_parameter(error, "b64") && token.parameters.get("b64") == Some(&Value::Bool(false))
        },
        reason: "`b64: false` means another signing input (RFC 7797 §3); to read it as if it were \
                 not there is to read another payload",
    },
    Class {
        name: "nested-token",
        peers: &[Jsonwebtoken],
        holds: |error, token| {
            let cty = token.parameters.get("cty").and_then(Value::as_str);
            is_parameter(error, "cty") && cty.is_some_and(|cty| media_types::is_same(cty, "JWT"))
        },
        reason: "`cty: JWT` says that the payload is a token (RFC 7519 §5.2), which it is not",
    },
    Class {
        name: "null-for-a-string",
        peers: BOTH,
        holds: |error, token| {
            ["kid", "typ", "cty"].into_iter().any(|name| {
                is_parameter(error, name) && token.parameters.get(name) == Some(&Value::Null)
            })
        },
        reason: "`kid`, `typ` and `cty` are strings; null is malformed, not absent",
    },
    Class {
        name: "alg-as-an-object",
        peers: &[Jsonwebtoken],
        holds: |error, token| {
            is_parameter(error, "alg") && token.parameters.get("alg").is_some_and(Value::is_object)
        },
        reason: "`alg` is a string (RFC 7515 §4.1.1); serde also reads `{\"HS256\":null}` as the \
                 variant of an enum",
    },
    Class {
        name: "claim-of-the-wrong-type",
        peers: BOTH,
        holds: |error, token| match error {
            Error::ClaimType { claim, .. } => {
                claim_types::first_wrong(&token.claims) == Some(claim)
            }
            _ => false,
        },
        reason: "registered claims have types (RFC 7519 §4.1); the peers leave alone what they do \
                 not check",
    },
    Class {
        name: "audience-not-named",
        peers: &[JwtCompact],
        holds: |error, token| *error == Error::UnexpectedAudience && token.claim("aud").is_some(),
        reason: "who is not in `aud` MUST reject (RFC 7519 §4.1.3); `jwt-compact` leaves `aud` to \
                 the application",
    },
    Class {
        name: "last-second-of-exp",
        peers: &[JwtCompact],
        holds: |error, token| {
            let exp = token.claim("exp").map(whole_seconds);
            matches!(error, Error::Expired { .. }) && exp == i64::try_from(NOW).ok()
        },
        reason: "a token is expired on `exp` (RFC 7519 §4.1.4); `jwt-compact` still accepts then",
    },
    Class {
        name: "fraction-of-nbf",
        peers: &[JwtCompact],
        holds: |error, token| {
            let nbf = token.claim("nbf").filter(|nbf| nbf.is_f64()).map(whole_seconds);
            matches!(error, Error::NotYetValid { .. }) && nbf == i64::try_from(NOW).ok()
        },
        reason: "100.5 is after 100; `jwt-compact` drops the fraction, and lets the token in early",
    },
    Class {
        name: "dates-not-compared-here",
        peers: &[Jsonwebtoken],
        holds: |error, token| match error {
            Error::Expired { .. } => {
                token.claim("exp").and_then(claim_types::floor).is_some_and(|exp| exp <= NOW.into())
            }
            Error::NotYetValid { .. } => {
                token.claim("nbf").and_then(claim_types::ceil).is_some_and(|nbf| nbf > NOW.into())
            }
            _ => false,
        },
        reason: "`jsonwebtoken` reads the system's clock, so this target switches its dates off",
    },
];

fn is_json(error: &Error, at: Segment, with: JsonFault) -> bool {
    matches!(error, Error::Json { segment, fault } if *segment == at && *fault == with)
}

fn is_parameter(error: &Error, name: &str) -> bool {
    matches!(error, Error::HeaderParameter { parameter, .. } if *parameter == name)
}
