//! Fixed bounds. Only the length of a token can be set by the caller.

/// The fewest bytes that a key may have: 32, the output size of SHA-256 ([RFC 7518 §3.2]).
///
/// [RFC 7518 §3.2]: https://www.rfc-editor.org/rfc/rfc7518#section-3.2
pub const MIN_KEY_BYTES: usize = 32;

/// The length of a MAC: 32 bytes, the output size of SHA-256. A token carries it whole.
pub const MAC_BYTES: usize = 32;

/// The longest token that is read unless the caller sets another limit: 8,192 bytes.
pub const DEFAULT_MAX_TOKEN_BYTES: usize = 8 * 1024;

/// The longest header segment: 2,048 characters, which stand for 1,536 bytes of JSON.
///
/// A header is read before the MAC is verified, so everybody can make one. This bound and
/// [`MAX_HEADER_NESTING`] keep the work for it small.
pub const MAX_HEADER_CHARACTERS: usize = 2048;

/// The deepest nesting of arrays and objects in a header: 8 levels. The header itself is level 1.
/// A refusal takes at most 16 KiB of stack in a release build, and 56 KiB in a debug build.
pub const MAX_HEADER_NESTING: usize = 8;

/// The deepest nesting of arrays and objects in a claims set: 127 levels, where `serde_json` stops.
/// The claims set itself is level 1. Reading 127 levels takes up to 96 KiB of stack in a release
/// build, and 256 KiB in a debug build.
pub const MAX_NESTING: usize = 127;
