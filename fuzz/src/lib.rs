//! The properties that the fuzz targets assert.
//!
//! Each module has one function `check`, which panics where its property does not hold. libFuzzer
//! calls it with inputs of its own (`fuzz_targets/`), `cargo test` with those that are kept.
//!
//! Oracles share no code with the crate: `data-encoding` for base64url, `hmac-sha256` for the MAC,
//! `serde_json` and `jiter` for JSON, and models that are written from the rules. The crate's limits
//! stand in the oracles as numbers of their own.

pub mod base64url;
pub mod claims;
pub mod difference_classes;
pub mod differential;
pub mod forge;
pub mod jws;
pub mod oracle;
pub mod sessions;
pub mod token_pair;
pub mod validation;

mod choices;
mod claim_types;
mod json_oracle;
mod media_types;
mod own_claims;
mod peers;
mod sessions_model;
mod sessions_refresh;
mod validation_model;

/// A property, as `check` of each module.
pub type Property = fn(&[u8]);

/// Every property by the name of its target.
pub const PROPERTIES: &[(&str, Property)] = &[
    ("base64url", base64url::check),
    ("jws", jws::check),
    ("forge", forge::check),
    ("claims", claims::check),
    ("validation", validation::check),
    ("token_pair", token_pair::check),
    ("differential", differential::check),
    ("sessions", sessions::check),
];
