//! The rules of the routes, the extractors and the guard, each by name, through the whole router.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod common;
mod counting;

mod body;
mod cookie;
mod credentials;
mod csrf;
mod errors;
mod events;
mod extractors;
mod late_answers;
mod log;
mod login;
mod property;
