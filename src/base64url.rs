//! Base64url without padding ([RFC 4648 §5], [RFC 7515 §2]).
//!
//! In: untrusted text. Out: bytes. Every sequence of bytes has exactly one text.
//! Not here: what the bytes mean. This is the only file that imports `base64`.
//!
//! Three bytes are 24 bits, and four characters carry six bits each:
//!
//! ```text
//! bytes       M        a        n
//! bits    01001101 01100001 01101110
//! groups  010011 010110 000101 101110
//! value     19     22      5     46
//! text      T      W       F      u        0-25 A-Z, 26-51 a-z, 52-61 0-9, 62 -, 63 _
//! ```
//!
//! Where one byte is left at the end, two characters carry it and their last four bits are zero
//! (`M` is `TQ`). Where two bytes are left, three characters carry them and the last two bits are
//! zero (`Ma` is `TWE`).
//!
//! [RFC 4648 §5]: https://www.rfc-editor.org/rfc/rfc4648#section-5
//! [RFC 7515 §2]: https://www.rfc-editor.org/rfc/rfc7515#section-2

use alloc::{string::String, vec, vec::Vec};
use core::fmt;

use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, URL_SAFE_NO_PAD};
use base64::engine::{DecodePaddingMode, Engine as _};
use base64::{DecodeError, DecodeSliceError, alphabet};

/// Why a text is not base64url.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Base64Fault {
    /// A byte other than `A-Z a-z 0-9 - _`, such as `+`, `/`, `=`, a space or a line break.
    ///
    /// "Implementations MUST reject the encoded data if it contains characters outside the base
    /// alphabet" (RFC 4648 §3.3). Padding is left out (RFC 7515 §2).
    ///
    /// Input: `"TQ=="`.
    OutsideAlphabet,
    /// The length divided by 4 leaves 1. One character is six bits, and a byte has eight
    /// (RFC 4648 §4). Input: `"A"`.
    Length,
    /// The unused bits of the last character are not zero (RFC 4648 §3.5). If such a text were
    /// accepted, two texts would stand for the same bytes. Input: `"TR"`; the right text is `"TQ"`.
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

/// Encodes bytes as base64url text.
///
/// ```
/// assert_eq!(jwt_pair::base64url::encode(&[0xfb, 0xff]), "-_8");
/// ```
pub fn encode(bytes: &[u8]) -> String {
    let mut text = Vec::with_capacity(encoded_len(bytes.len()));
    encode_onto(bytes, &mut text);
    into_text(text)
}

/// Decodes base64url text.
///
/// # Errors
/// One for each [`Base64Fault`]. Its variants name an input.
///
/// ```
/// use jwt_pair::base64url::{Base64Fault, decode};
/// assert_eq!(decode("TQ"), Ok(b"M".to_vec()));
/// assert_eq!(decode("TR"), Err(Base64Fault::TrailingBits));
/// ```
pub fn decode(text: &str) -> Result<Vec<u8>, Base64Fault> {
    let mut bytes = vec![0; decoded_len_estimate(text)];
    let len = decode_slice(text, &mut bytes)?;
    bytes.truncate(len);
    Ok(bytes)
}

/// Appends the text of these bytes.
#[expect(clippy::expect_used, reason = "the place is sized by `encoded_len`")]
pub(crate) fn encode_onto(bytes: &[u8], text: &mut Vec<u8>) {
    let start = text.len();
    text.resize(start.saturating_add(encoded_len(bytes.len())), 0);
    let place = text.get_mut(start..).unwrap_or_default();
    URL_SAFE_NO_PAD.encode_slice(bytes, place).expect("the place has the length of the text");
}

#[expect(clippy::expect_used, reason = "4/3 of isize::MAX fits a usize")]
pub(crate) fn encoded_len(bytes: usize) -> usize {
    base64::encoded_len(bytes, false).expect("the length of a slice is at most isize::MAX")
}

/// Turns encoded bytes into text. They are ASCII, so the check always succeeds.
pub(crate) fn into_text(ascii: Vec<u8>) -> String {
    String::from_utf8(ascii).unwrap_or_default()
}

/// How many bytes to reserve for a text: as many as it stands for, or up to two more.
pub(crate) fn decoded_len_estimate(text: &str) -> usize {
    base64::decoded_len_estimate(text.len())
}

/// Writes the decoded bytes to the start of `room` and says how many they are.
pub(crate) fn decode_slice(text: &str, room: &mut [u8]) -> Result<usize, Base64Fault> {
    URL_SAFE_NO_PAD.decode_slice(text, room).map_err(|error| match error {
        DecodeSliceError::DecodeError(DecodeError::InvalidLastSymbol { .. }) => {
            Base64Fault::TrailingBits
        }
        DecodeSliceError::DecodeError(DecodeError::InvalidLength(_))
        | DecodeSliceError::OutputSliceTooSmall => Base64Fault::Length,
        DecodeSliceError::DecodeError(
            DecodeError::InvalidByte(..) | DecodeError::InvalidPadding,
        ) => Base64Fault::OutsideAlphabet,
    })
}

/// Decodes the text of a key: either alphabet (RFC 4648 §4 or §5), with padding or without.
/// Returns the length, or `None` if the text is not base64. `room` may hold part of the key then.
pub(crate) fn decode_key(text: &str, room: &mut [u8]) -> Option<usize> {
    const CONFIG: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let alphabets = [alphabet::URL_SAFE, alphabet::STANDARD];
    let mut engines = alphabets.iter().map(|alphabet| GeneralPurpose::new(alphabet, CONFIG));
    engines.find_map(|engine| engine.decode_slice(text, room).ok())
}
