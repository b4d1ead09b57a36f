//! Many who ask at once.

extern crate alloc;

#[path = "../common/mod.rs"]
mod common;

mod checker;
mod model;
mod server;
mod stepped_store;
mod steps;
mod threads;
