//! JWS Compact Serialization (RFC 7515): what a token is, its header, the order of the checks.

#[path = "../common/mod.rs"]
mod common;

mod check_order;
mod jose_header;
mod tampering;
mod token_structure;
