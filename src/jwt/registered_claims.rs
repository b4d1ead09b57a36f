//! The registered claims ([RFC 7519 §4.1]) and their JSON types.
//!
//! In: the members of an authentic claims set. Out: claims of the right type, not yet validated.
//! Not here: whether a value is acceptable; that is `validation`.
//!
//! [RFC 7519 §4.1]: https://www.rfc-editor.org/rfc/rfc7519#section-4.1

use alloc::borrow::Cow;
use alloc::vec::Vec;

use serde_json::Value;

use crate::error::{Error, Segment};
use crate::json::{self, Json, JsonFault, Reading};
use crate::time::{NumericDate, Rounding};

/// The names of RFC 7519 §4.1.
pub(crate) const REGISTERED_CLAIMS: [&str; 7] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

/// The registered claims of one token.
#[derive(Debug)]
pub(crate) struct RegisteredClaims<'de> {
    pub(crate) iss: Option<Cow<'de, str>>,
    pub(crate) sub: Option<Cow<'de, str>>,
    pub(crate) aud: Option<Audience<'de>>,
    pub(crate) exp: Option<NumericDate>,
    pub(crate) nbf: Option<NumericDate>,
    pub(crate) iat: Option<NumericDate>,
    pub(crate) jti: Option<Cow<'de, str>>,
}

/// "In the general case, the "aud" value is an array of case-sensitive strings". With one audience
/// it may be a string (RFC 7519 §4.1.3).
#[derive(Debug)]
pub(crate) enum Audience<'de> {
    One(Cow<'de, str>),
    Many(Vec<Value>),
}

impl<'de> RegisteredClaims<'de> {
    /// Reads a claims set. Other claims are checked as strictly, and dropped.
    pub(crate) fn read(claims_set: &'de str) -> Result<Self, Error> {
        let mut values = [const { None }; 7];
        json::read_object(claims_set, REGISTERED_CLAIMS, &mut values, Reading::Known)
            .map_err(payload_fault)?;
        Self::from_values(values)
    }

    /// Takes the values in the order of [`REGISTERED_CLAIMS`].
    pub(crate) fn from_values(values: [Option<Json<'de>>; 7]) -> Result<Self, Error> {
        let [iss, sub, aud, exp, nbf, iat, jti] = values;
        Ok(Self {
            iss: text("iss", iss)?,
            sub: text("sub", sub)?,
            aud: audience(aud)?,
            exp: date("exp", exp, Rounding::Down)?,
            nbf: date("nbf", nbf, Rounding::Up)?,
            iat: date("iat", iat, Rounding::Down)?,
            jti: text("jti", jti)?,
        })
    }
}

/// "Verify that the resulting octet sequence is a UTF-8-encoded representation of a completely
/// valid JSON object" (RFC 7519 §7.2). This is the first half: UTF-8.
pub(crate) fn claims_set(payload: &[u8]) -> Result<&str, Error> {
    json::text(payload).map_err(payload_fault)
}

pub(crate) const fn payload_fault(fault: JsonFault) -> Error {
    Error::Json { segment: Segment::Payload, fault }
}

impl Audience<'_> {
    pub(crate) fn contains(&self, audience: &str) -> bool {
        match self {
            Self::One(one) => one == audience,
            Self::Many(many) => many.iter().any(|one| one == audience),
        }
    }
}

/// "a case-sensitive string" (RFC 7519 §4.1.1, §4.1.2, §4.1.7).
pub(crate) fn text<'de>(
    claim: &'static str,
    value: Option<Json<'de>>,
) -> Result<Option<Cow<'de, str>>, Error> {
    match value {
        None => Ok(None),
        Some(Json::Text(text)) => Ok(Some(text.to_text())),
        Some(_) => Err(Error::ClaimType { claim, expected: "a string" }),
    }
}

/// "Its value MUST be a number containing a NumericDate value" (RFC 7519 §4.1.4 to §4.1.6). A value
/// of another type is malformed. It never counts as absent.
fn date(
    claim: &'static str,
    value: Option<Json<'_>>,
    rounding: Rounding,
) -> Result<Option<NumericDate>, Error> {
    let Some(value) = value else { return Ok(None) };
    let date = NumericDate::from_json(&value, rounding);
    date.map(Some).ok_or(Error::ClaimType { claim, expected: "a number below 2^63" })
}

fn audience(value: Option<Json<'_>>) -> Result<Option<Audience<'_>>, Error> {
    match value {
        None => Ok(None),
        Some(Json::Text(one)) => Ok(Some(Audience::One(one.to_text()))),
        Some(Json::Array(many)) if many.iter().all(Value::is_string) => {
            Ok(Some(Audience::Many(many)))
        }
        Some(_) => {
            Err(Error::ClaimType { claim: "aud", expected: "a string or an array of strings" })
        }
    }
}
