//! What a store keeps, and what happens when it does not answer.

extern crate alloc;

#[path = "../common/mod.rs"]
mod common;

mod attacks;
mod events;
mod faults;
mod kinds;
mod memory;
