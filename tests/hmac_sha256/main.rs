//! Keys and key rings (RFC 2104, RFC 7518 §3.2).

#[path = "../common/mod.rs"]
mod common;

mod key_migration;
mod key_rings;
