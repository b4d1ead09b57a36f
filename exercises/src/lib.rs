//! Write a JSON Web Token library in six exercises. Start with `README.md`.
#![cfg_attr(
    not(feature = "solution"),
    allow(unused_variables, unused_imports, reason = "an exercise that is not solved yet")
)]

pub mod given;

#[cfg_attr(feature = "solution", path = "../solutions/base64url.rs")]
pub mod base64url;
#[cfg_attr(feature = "solution", path = "../solutions/claims.rs")]
pub mod claims;
#[cfg_attr(feature = "solution", path = "../solutions/dates.rs")]
pub mod dates;
#[cfg_attr(feature = "solution", path = "../solutions/hmac_sha256.rs")]
pub mod hmac_sha256;
#[cfg_attr(feature = "solution", path = "../solutions/jws.rs")]
pub mod jws;
#[cfg_attr(feature = "solution", path = "../solutions/rotation.rs")]
pub mod rotation;
