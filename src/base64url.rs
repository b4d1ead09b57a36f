//! Base64url without padding ([RFC 4648 §5], [RFC 7515 §2]).
//!
//! In: untrusted text. Out: bytes, of which each sequence has exactly one text.
//! Not here: what the bytes mean. The only file that imports `base64`.
//!
//! [RFC 4648 §5]: https://www.rfc-editor.org/rfc/rfc4648#section-5
//! [RFC 7515 §2]: https://www.rfc-editor.org/rfc/rfc7515#section-2

use alloc::{string::String, vec::Vec};
use core::fmt;

use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::{DecodeError, DecodeSliceError, Engine as _};

/// Why a text is not base64url.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Base64Fault {
    /// A byte other than `A-Z a-z 0-9 - _`, such as `+`, `/`, `=`, a space or a line break.
    ///
    /// "Implementations MUST reject the encoded data if it contains characters outside the base
    /// alphabet" (RFC 4648 §3.3); padding is left out (RFC 7515 §2).
    ///
    /// Input: `"TQ=="`.
    OutsideAlphabet,
    /// The length is 1 modulo 4: six bits, which are not a byte (RFC 4648 §4). Input: `"A"`.
    Length,
    /// The last character holds bits that belong to no byte and are not zero (RFC 4648 §3.5), so
    /// that a second text would stand for the same bytes. Input: `"TR"`, where `"TQ"` is the text.
    TrailingBits,
}

impl fmt::Display for Base64Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OutsideAlphabet => "a byte is outside the base64url alphabet (A-Z a-z 0-9 - _)",
            Self::Length => "the length leaves a remainder of 1 when divided by 4",
            Self::TrailingBits => "the unused bits of the last character are not zero",
        })
    }
}

impl core::error::Error for Base64Fault {}

/// Bytes as base64url text.
///
/// ```
/// assert_eq!(jwt_pair::base64url::encode(&[0xfb, 0xff]), "-_8");
/// ```
pub fn encode(bytes: &[u8]) -> String {
    let mut text = Vec::new();
    encode_onto(&mut text, bytes);
    into_text(text)
}

/// The bytes that a base64url text stands for.
///
/// # Errors
/// One for each [`Base64Fault`]; its variants name an input.
///
/// ```
/// use jwt_pair::base64url::{Base64Fault, decode};
/// assert_eq!(decode("TQ"), Ok(b"M".to_vec()));
/// assert_eq!(decode("TR"), Err(Base64Fault::TrailingBits));
/// ```
pub fn decode(text: &str) -> Result<Vec<u8>, Base64Fault> {
    let mut scratch = Scratch::new();
    decode_into(text, &mut scratch).map(<[u8]>::to_vec)
}

/// Puts base64url text in the place of the bytes from `start` on.
#[expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a Vec is at most isize::MAX long, and holds the bytes behind the text's place"
)]
pub(crate) fn encode_tail(buffer: &mut Vec<u8>, start: usize) {
    let bytes = start..buffer.len();
    let text_end = start + encoded_len(bytes.len());
    buffer.resize(text_end, 0);
    buffer.extend_from_within(bytes);
    let (text, bytes) = buffer.split_at_mut(text_end);
    encode_slice(bytes, &mut text[start..]);
    buffer.truncate(text_end);
}

/// Appends the base64url text of these bytes.
#[expect(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "as above")]
pub(crate) fn encode_onto(buffer: &mut Vec<u8>, bytes: &[u8]) {
    let start = buffer.len();
    buffer.resize(start + encoded_len(bytes.len()), 0);
    encode_slice(bytes, &mut buffer[start..]);
}

#[expect(clippy::expect_used, reason = "4/3 of isize::MAX fits a usize")]
fn encoded_len(bytes: usize) -> usize {
    base64::encoded_len(bytes, false).expect("a length of memory is at most isize::MAX")
}

#[expect(clippy::expect_used, reason = "the text's place is sized by `encoded_len`")]
fn encode_slice(bytes: &[u8], text: &mut [u8]) {
    URL_SAFE_NO_PAD.encode_slice(bytes, text).expect("the text's place has the text's length");
}

/// Bytes of the alphabet and dots as text, which they always are.
pub(crate) fn into_text(ascii: Vec<u8>) -> String {
    String::from_utf8(ascii).unwrap_or_default()
}

/// Room for one decoded segment, on the stack for tokens of the usual size, so that neither
/// verifying nor refusing them takes an allocation.
#[derive(Debug)]
pub(crate) struct Scratch {
    stack: [u8; Self::STACK_BYTES],
    heap: Vec<u8>,
}

impl Scratch {
    pub(crate) const STACK_BYTES: usize = 1024;

    pub(crate) const fn new() -> Self {
        Self { stack: [0; Self::STACK_BYTES], heap: Vec::new() }
    }

    fn room(&mut self, bytes: usize) -> &mut [u8] {
        if let Some(room) = self.stack.get_mut(..bytes) {
            return room;
        }
        self.heap.resize(bytes, 0);
        &mut self.heap
    }
}

pub(crate) fn decode_into<'s>(
    text: &str,
    scratch: &'s mut Scratch,
) -> Result<&'s [u8], Base64Fault> {
    let room = scratch.room(base64::decoded_len_estimate(text.len()));
    let decoded = URL_SAFE_NO_PAD.decode_slice(text, room);
    let bytes = decoded.map_err(|error| match error {
        DecodeSliceError::DecodeError(DecodeError::InvalidLastSymbol { .. }) => {
            Base64Fault::TrailingBits
        }
        DecodeSliceError::DecodeError(DecodeError::InvalidLength(_))
        | DecodeSliceError::OutputSliceTooSmall => Base64Fault::Length,
        DecodeSliceError::DecodeError(
            DecodeError::InvalidByte(..) | DecodeError::InvalidPadding,
        ) => Base64Fault::OutsideAlphabet,
    })?;
    Ok(room.get(..bytes).unwrap_or_default())
}
