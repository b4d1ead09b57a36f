//! The judge of the exercises. The cases are those of the project, `tests/vectors/*.json`.
//!
//! Each module judges one exercise: `cargo test base64url` runs the tests of that one alone.

mod base64url;
mod claims;
mod dates;
mod hmac_sha256;
mod jws;
mod rotation;
mod vectors;
