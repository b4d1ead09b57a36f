//! The documents and the source: they name what is there, and keep the shape that is promised.
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

mod commands;
mod documents;
mod layout;
mod migration;
mod tour;
