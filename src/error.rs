//! What can be wrong, in the order in which it is looked for.
//!
//! No variant holds a secret, a byte of a token or a type of a dependency.

use core::fmt;
use core::time::Duration;

use crate::base64url::Base64Fault;
use crate::json_value::JsonFault;
use crate::limits::{MAX_HEADER_CHARACTERS, MIN_KEY_BYTES};
use crate::numeric_date::{NumericDate, UnixTime};
use crate::token_kind::TokenKind;

/// Why a key, a token or a claim was refused.
///
/// Where an RFC demands a check, the variant names the sentence. Before [`Error::InvalidSignature`]
/// nothing of the token is authentic, but for faults of [`Segment::Payload`], which are looked for
/// after it; after it, all of it is.
///
/// For the user of a service there is [`Error::public_message`], which says no more than that a
/// token has expired or is invalid.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    // Keys and settings: no token has been looked at.
    /// "A key of the same size as the hash output (for instance, 256 bits for "HS256") or larger
    /// MUST be used" ([RFC 7518 §3.2]). Input: `Key::new(b"your-secret-key")`, 15 bytes.
    ///
    /// [RFC 7518 §3.2]: https://www.rfc-editor.org/rfc/rfc7518#section-3.2
    KeyTooShort {
        /// The length that was found.
        bytes: usize,
    },
    /// Two keys of a ring have one `kid`, which then would choose neither. Input:
    /// `KeyRing::with_kid("1", a).and_kid("1", b)`.
    DuplicateKeyId,
    /// A lifetime is below one second. Input: `access_lifetime(Duration::ZERO)`.
    LifetimeTooShort,
    /// The system's clock stands before 1970-01-01T00:00:00Z.
    ClockBeforeEpoch,

    // Claims of the caller: refused before anything is signed.
    /// One of the caller's own claims has a name that is the crate's to write. Input: a private
    /// claim `exp`.
    ReservedClaim {
        /// The name.
        claim: &'static str,
    },
    /// The caller's claims are not a JSON object ([RFC 7519 §3]), or their `Serialize` failed, or
    /// wrote what no reader would accept, such as one name twice. Input: `encode(&[1, 2], &keys)`.
    ///
    /// [RFC 7519 §3]: https://www.rfc-editor.org/rfc/rfc7519#section-3
    ClaimsNotAnObject,

    // Compact serialization: nothing is authentic yet.
    /// The token is longer than the limit. Input: 8,193 bytes where the limit is 8,192.
    TokenTooLong {
        /// The token's length.
        bytes: usize,
        /// The longest token that is looked at.
        limit: usize,
    },
    /// A token has three segments and two dots ([RFC 7515 §3.1]). Input: `"a.b"` or `"a.b.c.d"`.
    ///
    /// [RFC 7515 §3.1]: https://www.rfc-editor.org/rfc/rfc7515#section-3.1
    NotThreeSegments,
    /// A segment is not base64url ([RFC 7515 §2]). For [`Segment::Payload`] the text is authentic.
    /// Input: a padding `=`.
    ///
    /// [RFC 7515 §2]: https://www.rfc-editor.org/rfc/rfc7515#section-2
    Base64 {
        /// Where.
        segment: Segment,
        /// Why.
        fault: Base64Fault,
    },
    /// The header segment is longer than [`MAX_HEADER_CHARACTERS`], which bounds the work for a
    /// token whose MAC has not been checked: its depth, its size and its members. Input: a `kid`
    /// of 2,000 bytes. (A header of 5,000 parameters is [`Error::TokenTooLong`] under the usual limit.)
    ///
    /// [`MAX_HEADER_CHARACTERS`]: crate::limits::MAX_HEADER_CHARACTERS
    HeaderTooLong {
        /// The length of the header segment, in characters.
        characters: usize,
    },
    /// A segment is not a strict JSON object ([RFC 7515 §4], [RFC 7519 §7.2]). For
    /// [`Segment::Payload`] the bytes are authentic. Input: `{"alg":"HS256","alg":"HS256"}`.
    ///
    /// [RFC 7515 §4]: https://www.rfc-editor.org/rfc/rfc7515#section-4
    /// [RFC 7519 §7.2]: https://www.rfc-editor.org/rfc/rfc7519#section-7.2
    Json {
        /// Where.
        segment: Segment,
        /// Why.
        fault: JsonFault,
    },
    /// No key of the ring has the token's `kid`; or the token has none, and each key has one
    /// ([RFC 7515 §4.1.4]). Input: a `kid` of `"2"` for a ring of `"1"`.
    ///
    /// [RFC 7515 §4.1.4]: https://www.rfc-editor.org/rfc/rfc7515#section-4.1.4
    UnknownKeyId,

    // The MAC: from here on the token is the work of somebody who has the key.
    /// The JWS Signature is not the HMAC-SHA256 of the JWS Signing Input under the key, all 32
    /// bytes of it ([RFC 7518 §3.2]). Input: any token under another key; a truncated signature; one
    /// of another algorithm, as `alg` is believed only after the MAC; a line break at the end.
    ///
    /// [RFC 7518 §3.2]: https://www.rfc-editor.org/rfc/rfc7518#section-3.2
    InvalidSignature,

    // JOSE header rules: authentic.
    /// A header parameter is not what it must be:
    ///
    /// | parameter | must be | source | input |
    /// |---|---|---|---|
    /// | `alg` | the string `HS256`, to the letter | [RFC 7515 §4.1.1], [RFC 8725 §3.1] | `{"alg":"none"}`, `{}` |
    /// | `crit` | absent, as no extension is understood | [RFC 7515 §4.1.11] | `{"alg":"HS256","crit":[]}` |
    /// | `b64` | anything but `false` | [RFC 7797 §3] | `{"alg":"HS256","b64":false}` |
    /// | `cty` | a string other than `JWT`: no nested tokens | [RFC 7519 §5.2] | `{"alg":"HS256","cty":"JWT"}` |
    /// | `kid`, `typ` | a string | [RFC 7515 §4.1.4, §4.1.9] | `{"alg":"HS256","kid":1}` |
    /// | `typ` | the expected media type, where one is | [RFC 8725 §3.11] | `at+jwt` for an access token of a pair |
    ///
    /// [RFC 7515 §4.1.1]: https://www.rfc-editor.org/rfc/rfc7515#section-4.1.1
    /// [RFC 7515 §4.1.4, §4.1.9]: https://www.rfc-editor.org/rfc/rfc7515#section-4.1.4
    /// [RFC 7515 §4.1.11]: https://www.rfc-editor.org/rfc/rfc7515#section-4.1.11
    /// [RFC 7519 §5.2]: https://www.rfc-editor.org/rfc/rfc7519#section-5.2
    /// [RFC 7797 §3]: https://www.rfc-editor.org/rfc/rfc7797#section-3
    /// [RFC 8725 §3.1]: https://www.rfc-editor.org/rfc/rfc8725#section-3.1
    /// [RFC 8725 §3.11]: https://www.rfc-editor.org/rfc/rfc8725#section-3.11
    HeaderParameter {
        /// The parameter's name.
        parameter: &'static str,
        /// What it must be.
        expected: &'static str,
    },

    // Claims: authentic, and malformed or meant for another use.
    /// A claim has a JSON type or range that is not its own. Input: `"exp": "1700000000"`.
    ClaimType {
        /// The claim's name.
        claim: &'static str,
        /// What it must be.
        expected: &'static str,
    },
    /// A required claim is not there. Input: `{}` where `exp` is required.
    MissingClaim {
        /// The claim's name.
        claim: &'static str,
    },
    /// A token of one kind was given where the other is expected, or its claims are those of the
    /// kind that its `typ` does not say: access tokens have a `user_type`, refresh tokens have none.
    /// Input: a refresh token for `verify_access` (RFC 8725 §3.11, §3.12).
    WrongKind {
        /// The kind that is accepted here.
        expected: TokenKind,
        /// The kind of the token.
        found: TokenKind,
    },
    /// `iss`, `sub`, `aud` or `jti` is not the expected one. Input: `"iss": "b"` where `"a"` is
    /// expected; `"aud": []`.
    ClaimMismatch {
        /// The claim's name.
        claim: &'static str,
    },
    /// `aud` is there and no audience is expected: "If the principal processing the claim does not
    /// identify itself with a value in the "aud" claim when this claim is present, then the JWT
    /// MUST be rejected" ([RFC 7519 §4.1.3]). Input: `"aud": "x"` under `Validation::new()`.
    ///
    /// [RFC 7519 §4.1.3]: https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3
    UnexpectedAudience,

    // Dates: authentic and well-formed, at another time acceptable.
    /// "the current date/time MUST be before the expiration date/time" ([RFC 7519 §4.1.4]).
    /// Input: `exp` equal to the current time, without leeway.
    ///
    /// [RFC 7519 §4.1.4]: https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4
    Expired {
        /// The claim.
        exp: NumericDate,
        /// The current time.
        now: UnixTime,
    },
    /// "the current date/time MUST be after or equal to the not-before date/time"
    /// ([RFC 7519 §4.1.5]). Input: `nbf` one second after the current time, without leeway.
    ///
    /// [RFC 7519 §4.1.5]: https://www.rfc-editor.org/rfc/rfc7519#section-4.1.5
    NotYetValid {
        /// The claim.
        nbf: NumericDate,
        /// The current time.
        now: UnixTime,
    },
    /// The token was issued `max_age` ago or longer; `iat` can be used for this
    /// ([RFC 7519 §4.1.6]). Input: `iat` 60 seconds ago under a `max_age` of 60 seconds.
    ///
    /// [RFC 7519 §4.1.6]: https://www.rfc-editor.org/rfc/rfc7519#section-4.1.6
    TooOld {
        /// The claim.
        iat: NumericDate,
        /// The oldest that is accepted.
        max_age: Duration,
        /// The current time.
        now: UnixTime,
    },
    /// `iat` lies ahead, and a policy with `max_age` cannot tell the token's age. Input: `iat` one
    /// second ahead, without leeway.
    IssuedInFuture {
        /// The claim.
        iat: NumericDate,
        /// The current time.
        now: UnixTime,
    },

    // The caller's type: authentic and valid.
    /// The claims are valid and do not fit the type that the caller decodes into. Input: no
    /// `user_id` for a `struct` that has one.
    ClaimsDoNotFit {
        /// Line of the payload's JSON, from 1; 0 where the reader gave none.
        line: usize,
        /// Column in that line, from 1, in bytes; 0 where the reader gave none.
        column: usize,
    },
}

/// A segment of a token ([RFC 7515 §3.1](https://www.rfc-editor.org/rfc/rfc7515#section-3.1)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Segment {
    /// The JWS Protected Header.
    Header,
    /// The JWS Payload: for a JWT, its claims set.
    Payload,
    /// The JWS Signature: for HS256, a MAC.
    Signature,
}

impl Error {
    /// What a client may be told: `Token has expired`, or `Invalid token` for all else.
    ///
    /// Only a token that is authentic, well-formed and acceptable but for its age has expired.
    pub const fn public_message(&self) -> &'static str {
        match self {
            Self::Expired { .. } | Self::TooOld { .. } => "Token has expired",
            _ => "Invalid token",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KeyTooShort { bytes } => {
                write!(f, "the key is {bytes} bytes long and must be at least {MIN_KEY_BYTES}; ")?;
                f.write_str("`openssl rand -hex 32` makes a good one")
            }
            Self::DuplicateKeyId => f.write_str("two keys of the ring have the same kid"),
            Self::LifetimeTooShort => f.write_str("a lifetime must be at least one second"),
            Self::ClockBeforeEpoch => f.write_str("the system clock stands before 1970"),
            Self::ReservedClaim { claim } => {
                write!(f, "the claim {claim} is reserved and is not the caller's to write")
            }
            Self::ClaimsNotAnObject => {
                f.write_str("the claims are not a JSON object of unique names")
            }
            Self::TokenTooLong { bytes, limit } => {
                write!(f, "the token is {bytes} bytes long, the limit is {limit}")
            }
            Self::NotThreeSegments => f.write_str("the token does not have three segments"),
            Self::Base64 { segment, fault } => write!(f, "the {segment} is not base64url: {fault}"),
            Self::HeaderTooLong { characters } => {
                let limit = MAX_HEADER_CHARACTERS;
                write!(f, "the header is {characters} characters long, the limit is {limit}")
            }
            Self::Json { segment, fault } => write!(f, "the {segment} is not strict JSON: {fault}"),
            Self::UnknownKeyId => f.write_str("no key is known for the token's kid"),
            Self::InvalidSignature => f.write_str("the signature is not valid"),
            Self::HeaderParameter { parameter, expected } => {
                write!(f, "the header parameter {parameter} must be {expected}")
            }
            Self::ClaimType { claim, expected } => {
                write!(f, "the claim {claim} must be {expected}")
            }
            Self::MissingClaim { claim } => write!(f, "the claim {claim} is missing"),
            Self::WrongKind { expected, found } => {
                write!(f, "the kind of the token is {found}, expected was {expected}")
            }
            Self::ClaimMismatch { claim } => write!(f, "the claim {claim} is not the expected one"),
            Self::UnexpectedAudience => {
                f.write_str("the token has aud, and no audience is expected")
            }
            Self::Expired { exp, now } => write!(f, "expired at {exp}, it is {now}"),
            Self::NotYetValid { nbf, now } => write!(f, "valid from {nbf}, it is {now}"),
            Self::TooOld { iat, max_age, now } => {
                let age = max_age.as_secs();
                write!(f, "issued at {iat}, for at most {age} seconds, it is {now}")
            }
            Self::IssuedInFuture { iat, now } => write!(f, "issued at {iat}, it is {now}"),
            Self::ClaimsDoNotFit { line, column } => {
                write!(f, "the claims do not fit the type, line {line} column {column}")
            }
        }
    }
}

impl core::error::Error for Error {}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "header",
            Self::Payload => "payload",
            Self::Signature => "signature",
        })
    }
}
