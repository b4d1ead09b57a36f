//! Strict JSON (RFC 8259): text, names, depth.

#[path = "../common/mod.rs"]
mod common;

mod duplicate_names;
mod json_depth;
mod reader_model;
mod strict_json;
