//! The checks of a token in their order, and which of them raises each error.
//!
//! In: an error. Out: the check that failed. Every check before it has passed, and none after it
//! was made.
//! Not here: the checks themselves.

use super::{Error, Segment};

/// A check of a token. The variants stand in the order of the checks, and so do their values.
///
/// [`Error::stage`] names the check that failed. So a tool can show a student which checks a token
/// has passed, without knowing one of them.
///
/// ```
/// use jwt_pair::{Error, Stage};
/// assert_eq!(Error::InvalidSignature.stage(), Some(Stage::Signature));
/// assert!(Stage::Signature < Stage::Expiry);
/// assert!(Stage::ALL.is_sorted());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// The length of the token. No RFC has a limit.
    Length,
    /// Three segments with two dots between them (RFC 7515 §3.1).
    Segments,
    /// The header segment is not too long, is base64url, and is a strict JSON object (RFC 7515 §4).
    Header,
    /// The signature is 43 characters of base64url, a key has the `kid` of the token, and the MAC
    /// is right under that key (RFC 7515 §4.1.4 and §5.2, RFC 7518 §3.2).
    Signature,
    /// `alg`, `crit`, `b64`, `cty`, and the types of `kid` and `typ` (RFC 7515 §4.1, RFC 8725
    /// §3.1).
    HeaderRules,
    /// The payload is base64url (RFC 7515 §5.2).
    Payload,
    /// `typ` names the use that is expected, or one of the two kinds of a pair (RFC 8725 §3.11).
    Typ,
    /// The payload is a strict JSON object (RFC 7519 §7.2).
    ClaimsSet,
    /// Each claim has its type, those that are required are there, the kind is the one that is
    /// expected, and `iss`, `sub`, `jti` and `aud` have expected values (RFC 7519 §4.1, RFC 8725
    /// §3.12).
    Claims,
    /// The lifetime of a predecessor's token, and the date until which it is accepted. No RFC has
    /// such a rule.
    Predecessor,
    /// `exp` (RFC 7519 §4.1.4).
    Expiry,
    /// `nbf` (RFC 7519 §4.1.5).
    NotBefore,
    /// `iat`, if the policy has a `max_age` (RFC 7519 §4.1.6).
    Age,
    /// What a caller does with valid claims: renew a token, or read them into its own type.
    Use,
}

impl Stage {
    /// All checks, in their order.
    pub const ALL: [Self; 14] = [
        Self::Length,
        Self::Segments,
        Self::Header,
        Self::Signature,
        Self::HeaderRules,
        Self::Payload,
        Self::Typ,
        Self::ClaimsSet,
        Self::Claims,
        Self::Predecessor,
        Self::Expiry,
        Self::NotBefore,
        Self::Age,
        Self::Use,
    ];
}

impl Error {
    /// The check that the token did not pass, or `None` if no token was read: for errors of keys,
    /// settings and claims of the caller.
    pub const fn stage(&self) -> Option<Stage> {
        Some(match self {
            Self::KeyTooShort { .. }
            | Self::KeyEncoding { .. }
            | Self::DuplicateKeyId
            | Self::SharedSigningKey
            | Self::LifetimeTooShort
            | Self::ClaimName { .. }
            | Self::ClockBeforeEpoch
            | Self::ReservedClaim { .. }
            | Self::ClaimsNotAnObject
            | Self::InexactNumber
            | Self::CallerClaimType { .. }
            | Self::TooLongToIssue { .. } => return None,
            Self::TokenTooLong { .. } => Stage::Length,
            Self::NotThreeSegments => Stage::Segments,
            Self::HeaderTooLong { .. } => Stage::Header,
            Self::Base64 { segment, .. } => match segment {
                Segment::Header => Stage::Header,
                Segment::Payload => Stage::Payload,
                Segment::Signature => Stage::Signature,
            },
            Self::Json { segment: Segment::Header, .. } => Stage::Header,
            Self::Json { .. } => Stage::ClaimsSet,
            Self::UnknownKeyId | Self::InvalidSignature => Stage::Signature,
            Self::HeaderParameter { parameter, expected } => {
                match (parameter.as_bytes(), expected.as_bytes()) {
                    // A `typ` that is no string breaks a rule of every header.
                    (b"typ", b"a string") => Stage::HeaderRules,
                    (b"typ", _) => Stage::Typ,
                    _ => Stage::HeaderRules,
                }
            }
            Self::ClaimType { .. }
            | Self::MissingClaim { .. }
            | Self::WrongKind { .. }
            | Self::ClaimMismatch { .. }
            | Self::UnexpectedAudience => Stage::Claims,
            Self::PredecessorLifetime { .. } | Self::PredecessorEnded { .. } => Stage::Predecessor,
            Self::Expired { .. } => Stage::Expiry,
            Self::NotYetValid { .. } => Stage::NotBefore,
            Self::TooOld { .. } | Self::IssuedInFuture { .. } => Stage::Age,
            Self::BelongsToSession | Self::ClaimsDoNotFit { .. } => Stage::Use,
        })
    }
}
