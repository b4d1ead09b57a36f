//! Claims sets (RFC 7519): types, dates, expected values; `encode` and `decode`.
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

mod claim_types;
mod conformance;
mod encode;
mod headers;
mod own_types;
mod policy_model;
mod signing;
mod validation_dates;
mod validation_values;
