//! Many who ask at once.

extern crate alloc;

#[path = "../common/mod.rs"]
mod common;

mod model;
mod steps;
mod threads;
