//! JWS Compact Serialization (RFC 7515): what a token is, its header, the order of the checks.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

#[path = "../common/mod.rs"]
mod common;

mod check_order;
mod jose_header;
mod tampering;
mod token_structure;
