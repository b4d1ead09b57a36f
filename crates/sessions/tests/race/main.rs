//! Many who ask at once.

extern crate alloc;

#[path = "../common/mod.rs"]
mod common;

mod steps;
mod threads;
