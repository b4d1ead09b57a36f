//! What a refresh token is worth, and which generation it names.

extern crate alloc;

#[path = "../common/mod.rs"]
mod common;

mod jti;
mod table;
