//! The real router over a real socket.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

mod account;
mod attempts;
mod away;
mod bad_input;
mod client;
mod debug;
mod demo;
mod ends;
mod flow;
mod headers;
mod key_file;
mod keys;
mod layout;
mod limits;
#[cfg(feature = "metrics")]
mod metrics;
mod openapi;
mod operator;
#[cfg(unix)]
mod private;
mod program;
mod python;
mod random;
mod running;
mod slow;
mod stop;
mod store;
mod unread;
