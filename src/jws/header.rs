//! The JOSE header of HS256 ([RFC 7515 §4]).
//!
//! In: the header segment, not yet authentic. Out: `kid`, which may choose a key before the MAC is
//! verified, and a verdict on the rest, which is asked for after the MAC.
//! Not here: keys, and what a `typ` means.
//!
//! [RFC 7515 §4]: https://www.rfc-editor.org/rfc/rfc7515#section-4

use alloc::borrow::Cow;
use alloc::string::{String, ToString as _};

use serde_json::{Map, Value};

use crate::base64url;
use crate::error::{Error, Segment};
use crate::json::{self, Json, JsonFault, Reading};
use crate::limits::MAX_HEADER_CHARACTERS;

const ALG: &str = "HS256";

/// A JOSE header, as far as this crate understands one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    alg: Option<String>,
    kid: Option<String>,
    typ: Option<String>,
}

impl Header {
    /// The algorithm (RFC 7515 §4.1.1). For a verified token it is always `HS256`.
    pub fn alg(&self) -> Option<&str> {
        self.alg.as_deref()
    }

    /// The id of the key, a hint (RFC 7515 §4.1.4). Never use it as a path or in a query.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The media type of the whole token (RFC 7515 §4.1.9), as the header writes it.
    pub fn typ(&self) -> Option<&str> {
        self.typ.as_deref()
    }
}

const MAX_HEADER_BYTES: usize = MAX_HEADER_CHARACTERS / 4 * 3;

/// The place of a header's bytes: on the stack, and filled only if the header has to be parsed.
pub(crate) type HeaderBytes = Option<[u8; MAX_HEADER_BYTES]>;

/// A header of a token that is being read.
#[derive(Debug)]
pub(crate) struct ReadHeader<'h> {
    alg: Option<Cow<'h, str>>,
    pub(crate) kid: Option<Cow<'h, str>>,
    typ: Option<Cow<'h, str>>,
    /// The first rule that the header breaks: the parameter, and what it must be.
    violation: Option<(&'static str, &'static str)>,
}

impl<'h> ReadHeader<'h> {
    pub(crate) fn parse(segment: &str, place: &'h mut HeaderBytes) -> Result<Self, Error> {
        let bytes = place.insert([0; MAX_HEADER_BYTES]);
        let len = base64url::decode_slice(segment, bytes)
            .map_err(|fault| Error::Base64 { segment: Segment::Header, fault })?;
        Self::read(bytes.get(..len).unwrap_or_default())
            .map_err(|fault| Error::Json { segment: Segment::Header, fault })
    }

    fn read(bytes: &'h [u8]) -> Result<Self, JsonFault> {
        // "all Header Parameters not defined by this specification MUST be ignored when not
        // understood" (RFC 7515 §4).
        let known = ["alg", "crit", "b64", "kid", "typ", "cty"];
        let mut values = [const { None }; 6];
        json::read_object(json::text(bytes)?, known, &mut values, Reading::Header)?;
        let [alg, crit, b64, kid, typ, cty] = values;

        let mut violation = None;
        let mut require = |holds: bool, parameter, expected| {
            if !holds && violation.is_none() {
                violation = Some((parameter, expected));
            }
        };
        // "The "alg" value is a case-sensitive ASCII string", and "MUST be present"
        // (RFC 7515 §4.1.1). A key is used with one algorithm, and a token cannot choose another
        // (RFC 8725 §3.1).
        let is_hs256 = matches!(&alg, Some(Json::Text(alg)) if alg.is(ALG));
        require(is_hs256, "alg", "HS256");
        // "If any of the listed extension Header Parameters are not understood and supported by the
        // recipient, then the JWS is invalid". The list is never empty (RFC 7515 §4.1.11).
        require(crit.is_none(), "crit", "absent, since no extension is supported");
        // "b64": false signs a payload that is not encoded (RFC 7797 §3).
        require(!matches!(b64, Some(Json::False)), "b64", "anything but false");
        let mut text = |parameter, value| match value {
            Some(Json::Text(text)) => Some(text.to_text()),
            other => {
                require(other.is_none(), parameter, "a string");
                None
            }
        };
        let (kid, typ, cty) = (text("kid", kid), text("typ", typ), text("cty", cty));
        // "it is RECOMMENDED that "JWT" always be spelled using uppercase characters"
        // (RFC 7519 §5.2), so other spellings mean a nested token as well.
        let is_nested = cty.is_some_and(|cty| is_media_type(&cty, "JWT"));
        require(!is_nested, "cty", "other than JWT, since nested tokens are not supported");
        let alg = match alg {
            Some(Json::Text(alg)) => Some(alg.to_text()),
            _ => None,
        };
        Ok(Self { alg, kid, typ, violation })
    }

    /// Whether the header obeys every rule. To be asked after the MAC has been verified.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match self.violation {
            None => Ok(()),
            Some((parameter, expected)) => Err(Error::HeaderParameter { parameter, expected }),
        }
    }

    pub(crate) fn has_typ(&self, expected: &str) -> bool {
        self.typ.as_ref().is_some_and(|typ| is_media_type(typ, expected))
    }

    /// Whether the header says no more than that this is a JWT, as most libraries write it.
    pub(crate) fn is_plain_jwt(&self) -> bool {
        self.typ.is_none() || self.has_typ("JWT")
    }

    pub(crate) fn to_header(&self) -> Header {
        let owned = |text: &Option<Cow<'_, str>>| text.as_deref().map(String::from);
        Header { alg: owned(&self.alg), kid: owned(&self.kid), typ: owned(&self.typ) }
    }
}

/// Whether two texts name one media type, without regard to case (RFC 2045 §5.1).
///
/// "A recipient using the media type value MUST treat it as if "application/" were prepended to any
/// "typ" value not containing a '/'" (RFC 7515 §4.1.9). So that prefix is taken off where the rest
/// has no slash.
fn is_media_type(found: &str, expected: &str) -> bool {
    found == expected || short(found).eq_ignore_ascii_case(short(expected))
}

fn short(media_type: &str) -> &str {
    match media_type.split_once('/') {
        Some((kind, subtype))
            if kind.eq_ignore_ascii_case("application") && !subtype.contains('/') =>
        {
            subtype
        }
        _ => media_type,
    }
}

/// A header that this crate writes. A segment that is equal to it is not parsed: its meaning is
/// known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct KnownHeader {
    segment: Cow<'static, str>,
    kid: Option<Cow<'static, str>>,
    typ: Cow<'static, str>,
}

impl KnownHeader {
    /// The headers that most libraries write, sorted: `{"typ":"JWT","alg":"HS256"}` and
    /// `{"alg":"HS256","typ":"JWT"}`.
    pub(crate) const PLAIN_JWT: [Self; 2] = [
        Self::plain_jwt("eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9"),
        Self::plain_jwt("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"),
    ];

    const fn plain_jwt(segment: &'static str) -> Self {
        Self { segment: Cow::Borrowed(segment), kid: None, typ: Cow::Borrowed("JWT") }
    }

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
            kid: kid.map(|kid| Cow::Owned(kid.into())),
            typ: Cow::Owned(typ.into()),
        }
    }

    pub(crate) fn segment(&self) -> &str {
        &self.segment
    }

    pub(super) fn read(&self) -> ReadHeader<'_> {
        ReadHeader {
            alg: Some(Cow::Borrowed(ALG)),
            kid: self.kid.as_deref().map(Cow::Borrowed),
            typ: Some(Cow::Borrowed(&self.typ)),
            violation: None,
        }
    }
}
