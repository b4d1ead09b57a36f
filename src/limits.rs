//! The limits that no setting changes.

/// The fewest bytes that a key may have: 32, the output size of SHA-256 ([RFC 7518 §3.2]).
///
/// [RFC 7518 §3.2]: https://www.rfc-editor.org/rfc/rfc7518#section-3.2
pub const MIN_KEY_BYTES: usize = 32;

/// The longest header segment: 2,048 characters, which are 1,536 bytes of JSON.
///
/// A header is read before the MAC is checked, so its size, and thereby its depth and the number of
/// its members, has a bound of its own.
pub const MAX_HEADER_CHARACTERS: usize = 2048;

/// The deepest nesting of arrays and objects in a header or a claims set, itself included: 127,
/// where `serde_json` stops.
pub const MAX_NESTING: usize = 127;
