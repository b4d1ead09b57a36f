//! Strict JSON (RFC 8259): text, names, depth.
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

mod duplicate_names;
mod json_depth;
mod reader_model;
mod strict_json;
