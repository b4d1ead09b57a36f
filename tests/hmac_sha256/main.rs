//! Keys and key rings (RFC 2104, RFC 7518 §3.2).

#[path = "../common/mod.rs"]
mod common;

mod formula;
mod key_migration;
mod key_rings;
mod key_texts;
