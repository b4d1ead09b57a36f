//! Keys and key rings (RFC 2104, RFC 7518 §3.2).
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

mod formula;
mod key_migration;
mod key_rings;
mod key_texts;
