//! Errors: each variant, its text, and the secrets that no text holds.

#[path = "../common/mod.rs"]
mod common;

mod error_faults;
mod errors;
mod secrets;
mod system_clock;
