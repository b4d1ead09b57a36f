//! The token pair: issuing, kinds, policy, private claims, renewal, predecessors.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

#[path = "../common/mod.rs"]
mod common;

mod claim_names;
mod kinds_of_rings;
mod pair_issue;
mod pair_kinds;
mod pair_model;
mod pair_private_claims;
mod policy_tables;
mod predecessors;
mod renewal;
mod serialized;
mod verifiers;
mod ways;
mod written;
