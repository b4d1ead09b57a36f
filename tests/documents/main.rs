//! The documents and the source: they name what is there, and keep the shape that is promised.

#[path = "../common/mod.rs"]
mod common;

mod documents;
mod layout;
