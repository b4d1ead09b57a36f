//! The message of each error: one sentence, without a secret and without a text of the token.

use core::fmt;

use super::{Error, Segment};
use crate::limits::{MAX_HEADER_CHARACTERS, MIN_KEY_BYTES};
use crate::token_kind::TokenKind;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KeyTooShort { bytes } => {
                write!(f, "the key is {bytes} bytes long and must be at least {MIN_KEY_BYTES}; ")?;
                f.write_str("`openssl rand -hex 32` makes a good one")
            }
            Self::KeyEncoding { expected } => write!(f, "the text of the key is not {expected}"),
            Self::DuplicateKeyId => f.write_str("two keys of the ring have the same kid"),
            Self::SharedSigningKey => {
                f.write_str("access and refresh tokens would be signed with the same key")
            }
            Self::LifetimeTooShort => f.write_str("a lifetime must be at least one second"),
            Self::ClaimName { claim } => {
                write!(f, "the claim name {claim} is reserved or is given twice")
            }
            Self::ClockBeforeEpoch => f.write_str("the system clock is before 1970"),
            Self::ReservedClaim { claim } => {
                write!(f, "the claim {claim} is reserved: only the crate writes it")
            }
            Self::ClaimsNotAnObject => {
                f.write_str("the claims are not a JSON object of unique names")
            }
            Self::InexactNumber => f.write_str("a number of the claims is not one that JSON keeps"),
            Self::TooLongToIssue { bytes, limit } => {
                write!(f, "the token would be too long to be read: {bytes} bytes of {limit}")
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
            Self::ClaimType { claim, expected } | Self::CallerClaimType { claim, expected } => {
                write!(f, "the claim {claim} must be {expected}")
            }
            Self::MissingClaim { claim } => write!(f, "the claim {claim} is missing"),
            Self::WrongKind { expected, found } => {
                write!(f, "this is {}, and {} is expected", token(*found), token(*expected))
            }
            Self::ClaimMismatch { claim } => write!(f, "the claim {claim} has an unexpected value"),
            Self::UnexpectedAudience => {
                f.write_str("the token has an aud, but no audience is expected")
            }
            Self::Expired { exp, now } => write!(f, "expired at {exp}, now it is {now}"),
            Self::NotYetValid { nbf, now } => write!(f, "not valid before {nbf}, now it is {now}"),
            Self::TooOld { iat, max_age, now } => {
                let age = max_age.as_secs();
                write!(f, "issued at {iat}, accepted for {age} seconds, now it is {now}")
            }
            Self::IssuedInFuture { iat, now } => write!(f, "issued at {iat}, but now it is {now}"),
            Self::PredecessorLifetime { expected, exp, iat } => {
                let expected = expected.as_secs();
                write!(
                    f,
                    "issued at {iat} until {exp}, but the lifetime must be {expected} seconds"
                )
            }
            Self::PredecessorEnded { until, now } => {
                write!(f, "old tokens are accepted until {until}, now it is {now}")
            }
            Self::BelongsToSession => f.write_str("the token belongs to a session"),
            Self::ClaimsDoNotFit { missing: Some(field), .. } => {
                write!(f, "the claims do not fit the type: the field {field} is missing")
            }
            Self::ClaimsDoNotFit { missing: None, line, column } => {
                write!(f, "the claims do not fit the type: line {line}, column {column}")
            }
        }
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "header",
            Self::Payload => "payload",
            Self::Signature => "signature",
        })
    }
}

const fn token(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Access => "an access token",
        TokenKind::Refresh => "a refresh token",
    }
}
