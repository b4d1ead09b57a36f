//! The Rust side of `docs/MIGRATION.md`, as the page shows it.

pub mod everyday;
pub mod others;
pub mod pyjwt;
