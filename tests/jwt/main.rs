//! Claims sets (RFC 7519): types, dates, expected values; `encode` and `decode`.

#[path = "../common/mod.rs"]
mod common;

mod claim_types;
mod conformance;
mod encode;
mod headers;
mod own_types;
mod policy_model;
mod signing;
mod validation_dates;
mod validation_values;
