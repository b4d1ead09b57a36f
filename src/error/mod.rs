//! Every refusal, in the order of the checks.
//!
//! No variant holds a secret, a text of a token or a type of a dependency. Some hold dates of a
//! token.

use core::time::Duration;

use crate::base64url::Base64Fault;
use crate::json::JsonFault;
use crate::time::{NumericDate, UnixTime};
use crate::token_kind::TokenKind;

mod messages;
mod stage;

pub use stage::Stage;

/// Why a key, a setting, a token or a claim was refused.
///
/// Where an RFC demands a check, the variant quotes it. The variants stand in the order of the
/// checks. Up to [`Error::InvalidSignature`] nothing of the token is authentic. After it everything
/// is, and so are the faults of [`Segment::Payload`], which are found after the MAC has been
/// verified.
///
/// [`Error::public_message`] is for the user of a service: it says only that a token has expired or
/// is invalid. [`Error::blame`] says whether the client or the service must act, and
/// [`Error::stage`] says which check failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    // Keys and settings. No token has been read.
    /// "A key of the same size as the hash output (for instance, 256 bits for "HS256") or larger
    /// MUST be used" ([RFC 7518 §3.2]). Input: `Key::new(b"your-secret-key")`, 15 bytes.
    ///
    /// [RFC 7518 §3.2]: https://www.rfc-editor.org/rfc/rfc7518#section-3.2
    KeyTooShort {
        /// The length of the key.
        bytes: usize,
    },
    /// The text of a key is not in the encoding that was named. Input: `Key::from_hex("xyz")`.
    KeyEncoding {
        /// What the text must be.
        expected: &'static str,
    },
    /// Two keys of a ring have one `kid`, so it would choose neither. Input:
    /// `KeyRing::with_kid("1", a).also_verify_kid("1", b)`.
    DuplicateKeyId,
    /// Access tokens and refresh tokens would be signed with the same key. Then whoever verifies
    /// access tokens could make refresh tokens. Input:
    /// `PairIssuer::with_refresh_keys(a.clone().into(), a.into(), policy)`.
    SharedSigningKey,
    /// A lifetime is below one second. Input: `access_lifetime(Duration::ZERO)`.
    LifetimeTooShort,
    /// A name that the caller gives to a claim of the pair is reserved, or is given twice. Input:
    /// `ClaimNames::new("exp", "role", "sid")`.
    ClaimName {
        /// The name.
        claim: &'static str,
    },
    /// The system's clock is before 1970-01-01T00:00:00Z.
    ClockBeforeEpoch,

    // Claims of the caller. They are refused before anything is signed.
    /// One of the caller's own claims has a name that only the crate writes. Input: a private
    /// claim `exp`.
    ReservedClaim {
        /// The name.
        claim: &'static str,
    },
    /// The caller's claims are not a JSON object ([RFC 7519 §3]), or their `Serialize` failed, or
    /// it wrote a name twice or more than 127 levels. Input: `encode(&[1, 2], &keys)`.
    ///
    /// [RFC 7519 §3]: https://www.rfc-editor.org/rfc/rfc7519#section-3
    ClaimsNotAnObject,
    /// A number of the caller's claims would come back as another value: NaN or an infinity, which
    /// JSON does not have, or an integer below -2^63 or from 2^64 on. Input: `f64::NAN`.
    InexactNumber,
    /// One of the caller's claims has a type that no reader of it accepts. Input:
    /// `encode(&json!({"aud": null}), &keys)`; a user id of `123` that is written as `sub`.
    CallerClaimType {
        /// The name.
        claim: &'static str,
        /// What it must be.
        expected: &'static str,
    },
    /// The token that was to be made, or its header, is longer than its reader accepts. Input: own
    /// claims of 8 KiB; a `kid` of 2,000 bytes.
    TooLongToIssue {
        /// The length that it would have.
        bytes: usize,
        /// The longest that is read.
        limit: usize,
    },

    // Compact serialization. Nothing is authentic yet.
    /// The token is longer than the limit. Input: 8,193 bytes where the limit is 8,192.
    TokenTooLong {
        /// The length of the token.
        bytes: usize,
        /// The longest token that is read.
        limit: usize,
    },
    /// A token has three segments and two dots ([RFC 7515 §3.1]). Input: `"a.b"` or `"a.b.c.d"`.
    ///
    /// [RFC 7515 §3.1]: https://www.rfc-editor.org/rfc/rfc7515#section-3.1
    NotThreeSegments,
    /// A segment is not base64url ([RFC 7515 §2]). The text of [`Segment::Payload`] is authentic.
    /// Input: a padding `=`.
    ///
    /// [RFC 7515 §2]: https://www.rfc-editor.org/rfc/rfc7515#section-2
    Base64 {
        /// Which segment.
        segment: Segment,
        /// Why it is not base64url.
        fault: Base64Fault,
    },
    /// The header segment is longer than [`MAX_HEADER_CHARACTERS`]. That limit bounds the work for
    /// a token whose MAC has not been verified. Input: a `kid` of 2,000 bytes.
    ///
    /// [`MAX_HEADER_CHARACTERS`]: crate::limits::MAX_HEADER_CHARACTERS
    HeaderTooLong {
        /// The length of the header segment, in characters.
        characters: usize,
    },
    /// A segment is not a strict JSON object ([RFC 7515 §4], [RFC 7519 §7.2]). The bytes of
    /// [`Segment::Payload`] are authentic. Input: `{"alg":"HS256","alg":"HS256"}`.
    ///
    /// [RFC 7515 §4]: https://www.rfc-editor.org/rfc/rfc7515#section-4
    /// [RFC 7519 §7.2]: https://www.rfc-editor.org/rfc/rfc7519#section-7.2
    Json {
        /// Which segment.
        segment: Segment,
        /// Why it is not a strict JSON object.
        fault: JsonFault,
    },
    /// No key of the ring has the `kid` of the token, or the token has no `kid` and every key has
    /// one ([RFC 7515 §4.1.4]). Input: a `kid` of `"2"` for a ring of `"1"`.
    ///
    /// [RFC 7515 §4.1.4]: https://www.rfc-editor.org/rfc/rfc7515#section-4.1.4
    UnknownKeyId,

    // The MAC. After it, the token is known to come from a holder of the key.
    /// The JWS Signature is not the whole HMAC-SHA256 of the JWS Signing Input under the key
    /// ([RFC 7518 §3.2]). Input: a token under another key; a truncated signature; a signature of
    /// another algorithm, since `alg` is read only after the MAC; a line break at the end.
    ///
    /// [RFC 7518 §3.2]: https://www.rfc-editor.org/rfc/rfc7518#section-3.2
    InvalidSignature,

    // JOSE header rules. The header is authentic.
    /// A header parameter is not what it must be:
    ///
    /// | parameter | must be | source | input |
    /// |---|---|---|---|
    /// | `alg` | the string `HS256`, to the letter | [RFC 7515 §4.1.1], [RFC 8725 §3.1] | `{"alg":"none"}`, `{}` |
    /// | `crit` | absent, since no extension is supported | [RFC 7515 §4.1.11] | `{"alg":"HS256","crit":[]}` |
    /// | `b64` | anything but `false` | [RFC 7797 §3] | `{"alg":"HS256","b64":false}` |
    /// | `cty` | a string other than `JWT`: no nested tokens | [RFC 7519 §5.2] | `{"alg":"HS256","cty":"JWT"}` |
    /// | `kid`, `typ` | a string | [RFC 7515 §4.1.4, §4.1.9] | `{"alg":"HS256","kid":1}` |
    /// | `typ` | the media type that is expected | [RFC 8725 §3.11] | `at+jwt` for an access token of a pair |
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

    // Claims. They are authentic, but malformed or meant for another use.
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
    /// A token of one kind was given where the other is expected, or its `typ` names one kind and
    /// its claims are of the other: access tokens have a `user_type`, refresh tokens have none.
    /// Input: a refresh token for `verify_access` (RFC 8725 §3.11, §3.12).
    WrongKind {
        /// The kind that is accepted here.
        expected: TokenKind,
        /// The kind of the token.
        found: TokenKind,
    },
    /// `iss`, `sub`, `aud` or `jti` is not one of the expected values. Input: `"iss": "b"` where
    /// `"a"` is expected; `"aud": []`.
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

    /// A predecessor's token has another lifetime (`exp` - `iat`) than the policy names for its
    /// kind. Input: a link for a password reset that the predecessor signed with the same secret.
    PredecessorLifetime {
        /// The lifetime that the policy names.
        expected: Duration,
        /// The claim.
        exp: NumericDate,
        /// The claim.
        iat: NumericDate,
    },
    /// Tokens of the predecessor are no longer accepted: the date that the policy names has come.
    PredecessorEnded {
        /// The date that the policy names.
        until: UnixTime,
        /// The current time.
        now: UnixTime,
    },

    // Dates. The claims are authentic and well-formed, and acceptable at another time.
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
    /// The token was issued `max_age` ago or longer: `iat` tells its age ([RFC 7519 §4.1.6]).
    /// Input: `iat` 60 seconds ago under a `max_age` of 60 seconds.
    ///
    /// [RFC 7519 §4.1.6]: https://www.rfc-editor.org/rfc/rfc7519#section-4.1.6
    TooOld {
        /// The claim.
        iat: NumericDate,
        /// From this age on a token is refused.
        max_age: Duration,
        /// The current time.
        now: UnixTime,
    },
    /// `iat` is later than the current time, so a policy with `max_age` cannot tell the age. Input:
    /// `iat` one second ahead, without leeway.
    IssuedInFuture {
        /// The claim.
        iat: NumericDate,
        /// The current time.
        now: UnixTime,
    },

    // The use of valid claims.
    /// `renew_access` was given a refresh token with a `jti`. It belongs to a session, and only the
    /// session's store knows whether it was replaced or revoked. Input: a token of a session.
    BelongsToSession,
    /// The claims are valid but are not of the type that the caller decodes into. Input: no
    /// `tenant` for a `struct` that has one.
    ClaimsDoNotFit {
        /// The name of the caller's field that has no claim, if that is the reason.
        missing: Option<&'static str>,
        /// Line of the payload's JSON, from 1, or 0 if it is not known.
        line: usize,
        /// Column in that line, from 1, in bytes, or 0 if it is not known.
        column: usize,
    },
}

/// Who must act to mend an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Blame {
    /// Whoever sent the token. Over HTTP: 401.
    Client,
    /// The service: its keys, its settings, its claims or its clock. Over HTTP: 500, never 401.
    Service,
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
    /// What a client may be told: `Token has expired`, or `Invalid token` for everything else.
    ///
    /// A token has expired only if it is authentic, well-formed, and acceptable except for its age.
    pub const fn public_message(&self) -> &'static str {
        match self {
            Self::Expired { .. } | Self::TooOld { .. } => "Token has expired",
            _ => "Invalid token",
        }
    }

    /// Who must act: the client that sent a token, or the service that checks or makes one.
    pub const fn blame(&self) -> Blame {
        match self.stage() {
            Some(_) => Blame::Client,
            None => Blame::Service,
        }
    }
}

impl core::error::Error for Error {}
