//! The token pair: issuing, kinds, private claims, renewal.

#[path = "../common/mod.rs"]
mod common;

mod pair_issue;
mod pair_kinds;
mod pair_model;
mod pair_private_claims;
