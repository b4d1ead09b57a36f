//! What happens to servers in years of service: they fill up, are demoted, lose their replicas.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod check;
mod common;
mod failover;
mod full;
mod own;
mod replicas;
#[cfg(feature = "sentinel")]
mod sentinel;
