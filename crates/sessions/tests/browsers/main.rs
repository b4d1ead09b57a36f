//! Browsers, phones and thieves over days of virtual time.

extern crate alloc;

#[path = "../common/mod.rs"]
mod common;

mod browser;
mod bursts;
mod random;
mod theft;
