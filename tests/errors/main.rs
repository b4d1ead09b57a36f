//! Errors: each variant, its text, and the secrets that no text holds.
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

mod error_faults;
mod errors;
mod secrets;
mod stages;
mod system_clock;
