//! The JOSE header of HS256 ([RFC 7515 §4]).
//!
//! In: the header segment's bytes, not yet authenticated. Out: `kid`, which may choose a key before
//! the MAC is checked, and a verdict on the rest, which is to be asked for only after it.
//! Not here: keys; what a `typ` means.
//!
//! [RFC 7515 §4]: https://www.rfc-editor.org/rfc/rfc7515#section-4

use alloc::borrow::Cow;
use alloc::borrow::ToOwned as _;
use alloc::string::ToString as _;

use serde_json::{Map, Value};

use crate::base64url::{self, Scratch};
use crate::error::{Error, Segment};
use crate::json;
use crate::json_value::Json;
use crate::limits::MAX_HEADER_CHARACTERS;

const ALG: &str = "HS256";

/// A JOSE header, as far as this crate understands one.
#[derive(Clone, Debug)]
pub struct Header {
    pub(crate) kid: Option<Cow<'static, str>>,
    pub(crate) typ: Option<Cow<'static, str>>,
    /// The first rule that the header breaks.
    fault: Option<Error>,
}

impl Header {
    /// The key's id, a hint (RFC 7515 §4.1.4). Never a path or a query of a database.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The media type of the whole token (RFC 7515 §4.1.9), as it stands in the header.
    pub fn typ(&self) -> Option<&str> {
        self.typ.as_deref()
    }

    pub(crate) fn has_typ(&self, expected: &str) -> bool {
        self.typ().is_some_and(|typ| is_media_type(typ, expected))
    }

    /// Whether the header obeys every rule; asked for once the MAC has been verified.
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.fault.clone().map_or(Ok(()), Err)
    }

    pub(crate) fn parse(segment: &str, scratch: &mut Scratch) -> Result<Self, Error> {
        let characters = segment.len();
        if characters > MAX_HEADER_CHARACTERS {
            return Err(Error::HeaderTooLong { characters });
        }
        let bytes = base64url::decode_into(segment, scratch)
            .map_err(|fault| Error::Base64 { segment: Segment::Header, fault })?;

        let json_fault = |fault| Error::Json { segment: Segment::Header, fault };
        let text = json::text(bytes).map_err(json_fault)?;
        let (mut alg, mut crit, mut b64) = (None, None, None);
        let (mut kid, mut typ, mut cty) = (None, None, None);
        json::read_object(text, |name, value| match name {
            "alg" => alg = Some(value),
            "crit" => crit = Some(value),
            "b64" => b64 = Some(value),
            "kid" => kid = Some(value),
            "typ" => typ = Some(value),
            "cty" => cty = Some(value),
            // "all Header Parameters not defined by this specification MUST be ignored when not
            // understood" (RFC 7515 §4), and none but `kid` chooses anything here.
            _ => {}
        })
        .map_err(json_fault)?;

        let mut fault = None;
        let mut require = |holds: bool, parameter, expected| {
            if !holds && fault.is_none() {
                fault = Some(Error::HeaderParameter { parameter, expected });
            }
        };
        // "The "alg" value is a case-sensitive ASCII string", and "MUST be present"
        // (RFC 7515 §4.1.1). The key is for one algorithm, whatever the token says (RFC 8725 §3.1).
        let is_hs256 = matches!(alg, Some(Json::Text(alg)) if alg == ALG);
        require(is_hs256, "alg", "HS256");
        // "If any of the listed extension Header Parameters are not understood and supported by the
        // recipient, then the JWS is invalid", and the list is never empty (RFC 7515 §4.1.11).
        require(crit.is_none(), "crit", "absent, as no extension is supported");
        let is_unencoded = matches!(b64, Some(Json::Other(Value::Bool(false))));
        require(!is_unencoded, "b64", "anything but false");
        let mut text = |parameter, value| match value {
            Some(Json::Text(text)) => Some(Cow::Owned(text.into_owned())),
            other => {
                require(other.is_none(), parameter, "a string");
                None
            }
        };
        let (kid, typ, cty) = (text("kid", kid), text("typ", typ), text("cty", cty));
        // "it is RECOMMENDED that "JWT" always be spelled using uppercase characters"
        // (RFC 7519 §5.2), so other spellings mean it as well.
        let is_nested = cty.is_some_and(|cty| is_media_type(&cty, "JWT"));
        require(!is_nested, "cty", "other than JWT, as nested tokens are not supported");
        Ok(Self { kid, typ, fault })
    }
}

/// `typ` is not the one that the recipient expects (RFC 8725 §3.11).
pub(crate) const UNEXPECTED_TYP: Error =
    Error::HeaderParameter { parameter: "typ", expected: "the expected media type" };

/// Whether a `typ` or `cty` names this media type.
///
/// Without regard to case (RFC 2045 §5.1). "A recipient using the media type value MUST treat it as
/// if "application/" were prepended to any "typ" value not containing a '/'" (RFC 7515 §4.1.9).
fn is_media_type(value: &str, expected: &str) -> bool {
    const PREFIX: &str = "application/";
    let subtype = match value.split_at_checked(PREFIX.len()) {
        Some((prefix, subtype)) if prefix.eq_ignore_ascii_case(PREFIX) => subtype,
        _ => value,
    };
    subtype.eq_ignore_ascii_case(expected)
}

/// A header that this crate writes, encoded once.
///
/// A token's header segment that is equal to it needs no parsing: this is its meaning.
#[derive(Clone, Debug)]
pub(crate) struct OwnHeader {
    pub(crate) segment: Cow<'static, str>,
    pub(crate) header: Header,
}

impl OwnHeader {
    /// `{"alg":"HS256","typ":"JWT"}`, the header that most libraries write.
    pub(crate) const JWT: Self = Self {
        segment: Cow::Borrowed("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"),
        header: Header { kid: None, typ: Some(Cow::Borrowed("JWT")), fault: None },
    };

    pub(crate) fn new(typ: &str, kid: Option<&str>) -> Self {
        let mut parameters = Map::new();
        parameters.insert("alg".into(), ALG.into());
        if let Some(kid) = kid {
            parameters.insert("kid".into(), kid.into());
        }
        parameters.insert("typ".into(), typ.into());
        let json = Value::Object(parameters).to_string();
        Self {
            segment: Cow::Owned(base64url::encode(json.as_bytes())),
            header: Header {
                kid: kid.map(|kid| Cow::Owned(kid.to_owned())),
                typ: Some(Cow::Owned(typ.to_owned())),
                fault: None,
            },
        }
    }
}
