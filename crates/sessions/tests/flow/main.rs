//! Sessions from login to logout.

extern crate alloc;

#[path = "../common/mod.rs"]
mod common;

mod account;
mod adoption;
mod input;
mod promises;
mod refresh;
