//! JWS Compact Serialization ([RFC 7515 §7.1]) with HS256.
//!
//! In: untrusted text. Out: bytes that are authentic, but not yet validated.
//! Not here: claims, clocks, the choice of an algorithm.
//!
//! One token, signed with a key of 32 bytes, each of them 7:
//!
//! ```
//! # use jwt_pair::{Key, jws, limits::DEFAULT_MAX_TOKEN_BYTES};
//! let token = "\
//! eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9\
//! .eyJzdWIiOiJhbGljZSIsImV4cCI6MTkwMDAwMDAwMH0\
//! .mIZLViOpDeiv4A17Te2biS6iZiyaeGZuc5A6fwPmnDk";
//! // header     BASE64URL of {"alg":"HS256","typ":"JWT"}
//! // payload    BASE64URL of {"sub":"alice","exp":1900000000}
//! // signature  BASE64URL of the HMAC-SHA256 of all that stands before the second dot
//! let keys = Key::new(&[7; 32])?.into();
//! let jws = jws::verify(token, &keys, DEFAULT_MAX_TOKEN_BYTES)?;
//! assert_eq!(jws.payload, br#"{"sub":"alice","exp":1900000000}"#);
//! # Ok::<(), jwt_pair::Error>(())
//! ```
//!
//! The steps of [RFC 7515 §5.2] are taken in an order of their own, so that an attacker reaches
//! little code: length, segments, header (for its `kid`), key, **MAC**, header rules, payload.
//!
//! [RFC 7515 §5.2]: https://www.rfc-editor.org/rfc/rfc7515#section-5.2
//! [RFC 7515 §7.1]: https://www.rfc-editor.org/rfc/rfc7515#section-7.1

use alloc::{string::String, vec::Vec};

use crate::base64url;
use crate::buffer::Buffer;
use crate::error::{Error, Segment};
use crate::hmac_sha256::{Key, KeyRing};
use crate::limits::{MAC_BYTES, MAX_HEADER_CHARACTERS};

mod header;

pub use header::Header;
pub(crate) use header::{HeaderBytes, KnownHeader, ReadHeader};

/// The characters of an HS256 signature: 32 bytes as base64url.
const SIGNATURE_CHARACTERS: usize = 43;

/// A JWS whose MAC is right and whose header obeys the rules. Nothing has been read of its payload:
/// it may be expired, meant for somebody else, or no JSON at all.
///
/// It does not pass for claims:
///
/// ```compile_fail,E0308
/// fn rights(claims: &jwt_pair::AccessClaims) -> &str { &claims.user_type }
/// fn handle(authenticated: &jwt_pair::jws::AuthenticatedJws) { rights(authenticated); }
/// ```
///
/// Only [`verify`] makes one:
///
/// ```compile_fail,E0639
/// use jwt_pair::jws::AuthenticatedJws;
/// fn forge(jws: AuthenticatedJws) -> AuthenticatedJws {
///     AuthenticatedJws { header: jws.header, payload: b"admin".to_vec() }
/// }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AuthenticatedJws {
    /// The JOSE header.
    pub header: Header,
    /// The JWS Payload, any bytes.
    pub payload: Vec<u8>,
}

/// Signs any bytes as a compact JWS with this `typ`, under the signing key of the ring.
///
/// The token may be longer than the limit of a verifier.
///
/// # Errors
/// [`Error::TooLongToIssue`] for a `typ` or a `kid` of 2,000 bytes. No verifier would read such a
/// header.
///
/// ```
/// use jwt_pair::{Key, KeyRing, jws, limits::DEFAULT_MAX_TOKEN_BYTES};
/// let keys = KeyRing::new(Key::new(&[7; 32])?);
/// let token = jws::sign(b"any bytes", "octet-stream", &keys)?;
/// assert_eq!(jws::verify(&token, &keys, DEFAULT_MAX_TOKEN_BYTES)?.payload, b"any bytes");
/// # Ok::<(), jwt_pair::Error>(())
/// ```
pub fn sign(payload: &[u8], typ: &str, keys: &KeyRing) -> Result<String, Error> {
    sign_under(&KnownHeader::new(typ, keys.signing_kid()), payload, keys.signing_key())
}

/// Verifies a compact JWS of at most `limit` bytes and decodes its payload.
///
/// # Errors
/// Those of [`Error`] from [`Error::TokenTooLong`] to [`Error::HeaderParameter`], except
/// [`Error::Json`] of the payload: an empty string is [`Error::NotThreeSegments`], a token under
/// another key is [`Error::InvalidSignature`].
pub fn verify(token: &str, keys: &KeyRing, limit: usize) -> Result<AuthenticatedJws, Error> {
    let mut header_bytes = HeaderBytes::None;
    let jws = UnverifiedJws::parse(token, limit, &[], &mut header_bytes)?;
    let mut buffer = Buffer::new();
    let payload = jws.verify(keys, &mut buffer)?.to_vec();
    Ok(AuthenticatedJws { payload, header: jws.header.to_header() })
}

/// Makes a token: one allocation of its exact length.
///
/// The JWS Signing Input is "ASCII(BASE64URL(UTF8(JWS Protected Header)) || '.' ||
/// BASE64URL(JWS Payload))" (RFC 7515 §2).
pub(crate) fn sign_under(header: &KnownHeader, payload: &[u8], key: &Key) -> Result<String, Error> {
    let header = header.segment().as_bytes();
    if header.len() > MAX_HEADER_CHARACTERS {
        return Err(Error::TooLongToIssue { bytes: header.len(), limit: MAX_HEADER_CHARACTERS });
    }
    let payload_len = base64url::encoded_len(payload.len());
    let signing_input_len = header.len().saturating_add(1).saturating_add(payload_len);
    let len = signing_input_len.saturating_add(1).saturating_add(SIGNATURE_CHARACTERS);

    let mut token = Vec::with_capacity(len);
    token.extend_from_slice(header);
    token.push(b'.');
    base64url::encode_onto(payload, &mut token);
    let mac = key.sign(&token);
    token.push(b'.');
    base64url::encode_onto(&mac, &mut token);
    Ok(base64url::into_text(token))
}

/// Three segments, not yet authentic.
pub(crate) struct UnverifiedJws<'t, 'h> {
    signing_input: &'t str,
    payload: &'t str,
    signature: &'t str,
    pub(crate) header: ReadHeader<'h>,
}

impl<'t, 'h> UnverifiedJws<'t, 'h> {
    /// `known` are headers that need not be parsed, sorted.
    pub(crate) fn parse(
        token: &'t str,
        limit: usize,
        known: &'h [KnownHeader],
        header_bytes: &'h mut HeaderBytes,
    ) -> Result<Self, Error> {
        let bytes = token.len();
        if bytes > limit {
            return Err(Error::TokenTooLong { bytes, limit });
        }
        // Three segments with two dots between them (RFC 7515 §3.1).
        let (signing_input, signature) = split_signature(token).ok_or(Error::NotThreeSegments)?;
        let (header, payload) = signing_input.split_once('.').ok_or(Error::NotThreeSegments)?;
        if has_dot(payload) {
            return Err(Error::NotThreeSegments);
        }
        let characters = header.len();
        if characters > MAX_HEADER_CHARACTERS {
            return Err(Error::HeaderTooLong { characters });
        }
        let place = known.binary_search_by(|known| known.segment().cmp(header)).ok();
        let header = match place.and_then(|place| known.get(place)) {
            Some(known) => known.read(),
            None => ReadHeader::parse(header, header_bytes)?,
        };
        Ok(Self { signing_input, payload, signature, header })
    }

    /// The payload, if the MAC is right and the header obeys the rules.
    pub(crate) fn verify<'b>(
        &self,
        keys: &KeyRing,
        buffer: &'b mut Buffer,
    ) -> Result<&'b [u8], Error> {
        // The MAC is compared whole: 256 bits (RFC 7518 §3.2).
        if self.signature.len() != SIGNATURE_CHARACTERS {
            return Err(Error::InvalidSignature);
        }
        let mut mac = [0; MAC_BYTES];
        base64url::decode_slice(self.signature, &mut mac)
            .map_err(|fault| Error::Base64 { segment: Segment::Signature, fault })?;
        keys.verify(self.header.kid.as_deref(), self.signing_input.as_bytes(), &mac)?;
        self.header.check()?;
        self.unverified_payload(buffer)
    }

    /// The payload of a token whose MAC has not been verified.
    pub(crate) fn unverified_payload<'b>(&self, buffer: &'b mut Buffer) -> Result<&'b [u8], Error> {
        let room = buffer.room(base64url::decoded_len_estimate(self.payload));
        let len = base64url::decode_slice(self.payload, room)
            .map_err(|fault| Error::Base64 { segment: Segment::Payload, fault })?;
        Ok(room.get(..len).unwrap_or_default())
    }
}

/// Splits at the last dot. In a token of HS256 it has one possible place.
fn split_signature(token: &str) -> Option<(&str, &str)> {
    let place = token.len().saturating_sub(SIGNATURE_CHARACTERS);
    match token.split_at_checked(place) {
        Some((head, signature)) if head.ends_with('.') && !has_dot(signature) => {
            Some((head.strip_suffix('.')?, signature))
        }
        _ if has_dot(token) => token.rsplit_once('.'),
        _ => None,
    }
}

/// Looks at 32 bytes at a time, which a processor compares at once.
fn has_dot(text: &str) -> bool {
    let any = |bytes: &[u8]| bytes.iter().fold(false, |found, byte| found | (*byte == b'.'));
    let (chunks, rest) = text.as_bytes().as_chunks::<32>();
    chunks.iter().any(|chunk| any(chunk)) || any(rest)
}
