//! The registered claims ([RFC 7519 §4.1]) and their JSON types.
//!
//! In: the members of an authenticated claims set. Out: claims of the right type, not yet validated.
//! Not here: whether a value is acceptable; that is `validation`.
//!
//! [RFC 7519 §4.1]: https://www.rfc-editor.org/rfc/rfc7519#section-4.1

use alloc::borrow::Cow;
use alloc::vec::Vec;

use serde_json::Value;

use crate::error::{Error, Segment};
use crate::json;
use crate::json_value::{Json, JsonFault};
use crate::numeric_date::NumericDate;

/// The names of RFC 7519 §4.1.
pub(crate) const REGISTERED_CLAIMS: [&str; 7] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

/// The registered claims of one token.
#[derive(Debug, Default)]
pub(crate) struct RegisteredClaims<'de> {
    pub(crate) iss: Option<Cow<'de, str>>,
    pub(crate) sub: Option<Cow<'de, str>>,
    pub(crate) aud: Option<Audience<'de>>,
    pub(crate) exp: Option<NumericDate>,
    pub(crate) nbf: Option<NumericDate>,
    pub(crate) iat: Option<NumericDate>,
    pub(crate) jti: Option<Cow<'de, str>>,
}

/// "In the general case, the "aud" value is an array of case-sensitive strings", in the special case
/// of one audience a string (RFC 7519 §4.1.3).
#[derive(Debug)]
pub(crate) enum Audience<'de> {
    One(Cow<'de, str>),
    Many(Vec<Value>),
}

impl<'de> RegisteredClaims<'de> {
    /// Reads a claims set; what is not registered goes to `other`.
    pub(crate) fn read(
        payload: &'de str,
        mut other: impl FnMut(&str, Json<'de>),
    ) -> Result<Self, Error> {
        let mut claims = Self::default();
        let mut fault = None;
        json::read_object(payload, |name, value| {
            let result = match name {
                "iss" => text("iss", value).map(|iss| claims.iss = Some(iss)),
                "sub" => text("sub", value).map(|sub| claims.sub = Some(sub)),
                "aud" => audience(value).map(|aud| claims.aud = Some(aud)),
                "exp" => date("exp", &value).map(|exp| claims.exp = Some(exp)),
                "nbf" => date("nbf", &value).map(|nbf| claims.nbf = Some(nbf)),
                "iat" => date("iat", &value).map(|iat| claims.iat = Some(iat)),
                "jti" => text("jti", value).map(|jti| claims.jti = Some(jti)),
                _ => {
                    other(name, value);
                    Ok(())
                }
            };
            if let Err(error) = result {
                fault.get_or_insert(error);
            }
        })
        .map_err(payload_fault)?;
        fault.map_or(Ok(claims), Err)
    }
}

/// "Verify that the resulting octet sequence is a UTF-8-encoded representation of a completely valid
/// JSON object" (RFC 7519 §7.2): the first half of it.
pub(crate) fn claims_set(payload: &[u8]) -> Result<&str, Error> {
    json::text(payload).map_err(payload_fault)
}

pub(crate) fn payload_fault(fault: JsonFault) -> Error {
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
pub(crate) fn text<'de>(claim: &'static str, value: Json<'de>) -> Result<Cow<'de, str>, Error> {
    let expected = "a string";
    match value {
        Json::Text(text) => Ok(text),
        Json::Other(_) => Err(Error::ClaimType { claim, expected }),
    }
}

/// "Its value MUST be a number containing a NumericDate value" (RFC 7519 §4.1.4 to §4.1.6): a value
/// of another type is malformed, never absent.
fn date(claim: &'static str, value: &Json<'_>) -> Result<NumericDate, Error> {
    let expected = "a number below 2^63";
    let date = match value {
        Json::Other(Value::Number(number)) => NumericDate::from_json(number),
        _ => None,
    };
    date.ok_or(Error::ClaimType { claim, expected })
}

fn audience(value: Json<'_>) -> Result<Audience<'_>, Error> {
    let expected = "a string or an array of strings";
    match value {
        Json::Text(one) => Ok(Audience::One(one)),
        Json::Other(Value::Array(many)) if many.iter().all(Value::is_string) => {
            Ok(Audience::Many(many))
        }
        Json::Other(_) => Err(Error::ClaimType { claim: "aud", expected }),
    }
}
