//! Attacks, and what users of other libraries report.

#[path = "../common/mod.rs"]
mod common;

mod attacks;
mod promises;
