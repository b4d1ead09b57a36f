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
mod beside;
mod client;
mod debug;
mod demo;
mod ends;
mod flow;
mod hashes;
mod headers;
mod inside;
mod key_file;
mod keys;
mod layout;
mod limits;
#[cfg(feature = "metrics")]
mod metrics;
mod only_this;
mod openapi;
mod operator;
#[cfg(unix)]
mod private;
mod program;
mod python;
mod random;
mod running;
mod servers;
mod settings;
mod skip;
mod slow;
mod stop;
mod store;
mod unread;
