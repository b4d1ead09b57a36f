//! JWS Compact Serialization ([RFC 7515 §7.1]) with HS256.
//!
//! In: untrusted text. Out: bytes that are authenticated, not yet validated.
//! Not here: claims, clocks, the choice of an algorithm.
//!
//! The steps of [RFC 7515 §5.2] in an order in which nothing is parsed before the MAC has been
//! verified but what chooses the key:
//! length, segments, key, MAC, header rules, payload.
//!
//! [RFC 7515 §5.2]: https://www.rfc-editor.org/rfc/rfc7515#section-5.2
//! [RFC 7515 §7.1]: https://www.rfc-editor.org/rfc/rfc7515#section-7.1

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::base64url::{self, Scratch};
use crate::error::{Error, Segment};
use crate::hmac_sha256::KeyRing;
use crate::jose_header::{Header, OwnHeader};
use crate::limits::MAX_HEADER_CHARACTERS;

/// The longest token that is looked at unless the caller says otherwise: 8,192 bytes.
pub const DEFAULT_MAX_TOKEN_BYTES: usize = 8 * 1024;

/// The characters of an HS256 signature: 32 bytes as base64url.
const SIGNATURE_CHARACTERS: usize = 43;

/// A JWS whose MAC is right and whose header obeys the rules. What the payload says has not been
/// looked at: it may be expired, meant for somebody else, or no JSON at all.
///
/// It is not the claims of anybody, and does not pass for them:
///
/// ```compile_fail,E0308
/// fn rights(claims: &jwt_pair::AccessClaims) -> &str { &claims.user_type }
/// fn handle(authenticated: &jwt_pair::jws::AuthenticatedJws) { rights(authenticated); }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AuthenticatedJws {
    /// The JOSE header.
    pub header: Header,
    /// The JWS Payload, any bytes.
    pub payload: Vec<u8>,
}

/// Signs any bytes as a compact JWS of media type `typ`, under the ring's signing key.
///
/// The token may be longer than a verifier's limit.
///
/// # Errors
/// [`Error::HeaderTooLong`] for a `typ` or a `kid` of 2,000 bytes, which no verifier would read.
///
/// ```
/// use jwt_pair::{Key, KeyRing, jws};
/// let keys = KeyRing::new(Key::new(&[7; 32])?);
/// let token = jws::sign(b"any bytes", "octet-stream", &keys)?;
/// assert_eq!(jws::verify(&token, &keys, jws::DEFAULT_MAX_TOKEN_BYTES)?.payload, b"any bytes");
/// # Ok::<(), jwt_pair::Error>(())
/// ```
pub fn sign(payload: &[u8], typ: &str, keys: &KeyRing) -> Result<String, Error> {
    let mut token = Unsigned::new(&OwnHeader::new(typ, keys.signing_kid()))?;
    token.buffer.extend_from_slice(payload);
    Ok(token.sign(keys))
}

/// Verifies a compact JWS of at most `limit` bytes and decodes its payload.
///
/// # Errors
/// Those of [`Error`] from [`Error::TokenTooLong`] to [`Error::HeaderParameter`] but
/// [`Error::Json`] of the payload: an empty string is [`Error::NotThreeSegments`], a token under
/// another key [`Error::InvalidSignature`].
pub fn verify(token: &str, keys: &KeyRing, limit: usize) -> Result<AuthenticatedJws, Error> {
    let mut scratch = Scratch::new();
    let parsed = UnverifiedJws::parse(token, limit, &[], &mut scratch)?;
    let payload = parsed.verify(keys, &mut scratch)?.to_vec();
    Ok(AuthenticatedJws { payload, header: parsed.header.into_owned() })
}

/// A token in the making: its header is there, its payload is being written.
///
/// The payload's bytes are encoded where they stand, so that a token is one allocation.
pub(crate) struct Unsigned {
    buffer: Vec<u8>,
    payload: usize,
}

impl Unsigned {
    pub(crate) fn new(header: &OwnHeader) -> Result<Self, Error> {
        /// Of the usual access token, while its payload is encoded.
        const CAPACITY: usize = 512;
        let characters = header.segment.len();
        if characters > MAX_HEADER_CHARACTERS {
            return Err(Error::HeaderTooLong { characters });
        }
        let mut buffer = Vec::with_capacity(CAPACITY);
        buffer.extend_from_slice(header.segment.as_bytes());
        buffer.push(b'.');
        let payload = buffer.len();
        Ok(Self { buffer, payload })
    }

    /// The JWS Signing Input is "ASCII(BASE64URL(UTF8(JWS Protected Header)) || '.' ||
    /// BASE64URL(JWS Payload))" (RFC 7515 §2).
    pub(crate) fn sign(self, keys: &KeyRing) -> String {
        let mut token = self.buffer;
        base64url::encode_tail(&mut token, self.payload);
        let mac = keys.sign(&token);
        token.push(b'.');
        base64url::encode_onto(&mut token, &mac);
        base64url::into_text(token)
    }
}

/// Payloads that are written as text.
impl fmt::Write for Unsigned {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.buffer.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

/// Three segments, of which nothing is authentic.
pub(crate) struct UnverifiedJws<'t, 'h> {
    signing_input: &'t str,
    payload: &'t str,
    signature: &'t str,
    pub(crate) header: Cow<'h, Header>,
}

impl<'t, 'h> UnverifiedJws<'t, 'h> {
    /// `own` are headers whose meaning is known.
    pub(crate) fn parse(
        token: &'t str,
        limit: usize,
        own: &'h [OwnHeader],
        scratch: &mut Scratch,
    ) -> Result<Self, Error> {
        let bytes = token.len();
        if bytes > limit {
            return Err(Error::TokenTooLong { bytes, limit });
        }
        // Three parts with two dots between (RFC 7515 §3.1). No part is made for a further dot,
        // however many there are.
        let (signing_input, signature) = token.rsplit_once('.').ok_or(Error::NotThreeSegments)?;
        let (header, payload) = signing_input.split_once('.').ok_or(Error::NotThreeSegments)?;
        if payload.contains('.') {
            return Err(Error::NotThreeSegments);
        }
        let known = own.iter().find(|known| known.segment == header);
        let header = match known {
            Some(known) => Cow::Borrowed(&known.header),
            None => Cow::Owned(Header::parse(header, scratch)?),
        };
        Ok(Self { signing_input, payload, signature, header })
    }

    /// The payload, once the MAC is right and the header obeys the rules.
    pub(crate) fn verify<'s>(
        &self,
        keys: &KeyRing,
        scratch: &'s mut Scratch,
    ) -> Result<&'s [u8], Error> {
        // The MAC is 256 bits long and is never compared in part (RFC 7518 §3.2).
        if self.signature.len() != SIGNATURE_CHARACTERS {
            return Err(Error::InvalidSignature);
        }
        let mac = decode(self.signature, Segment::Signature, scratch)?;
        keys.verify(self.header.kid(), self.signing_input.as_bytes(), mac)?;
        self.header.check()?;
        self.unverified_payload(scratch)
    }

    /// The payload of a token that nobody has vouched for.
    pub(crate) fn unverified_payload<'s>(
        &self,
        scratch: &'s mut Scratch,
    ) -> Result<&'s [u8], Error> {
        decode(self.payload, Segment::Payload, scratch)
    }
}

fn decode<'s>(text: &str, segment: Segment, scratch: &'s mut Scratch) -> Result<&'s [u8], Error> {
    base64url::decode_into(text, scratch).map_err(|fault| Error::Base64 { segment, fault })
}
