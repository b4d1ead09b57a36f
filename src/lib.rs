//! Access and refresh token pairs as HS256 JSON Web Tokens: issue, verify, renew.
//!
//! ```
//! use jwt_pair::{Identity, Key, PairIssuer, PairPolicy, UnixTime};
//!
//! # fn main() -> Result<(), jwt_pair::Error> {
//! # let secret = [7; 32];
//! # let now = UnixTime::from_secs(1_700_000_000); // UnixTime::now()? in a program
//! let issuer = PairIssuer::new(Key::new(&secret)?.into(), PairPolicy::new());
//!
//! let pair = issuer.issue(&Identity::new(123, "customer", "session123"), now)?;
//! let claims = issuer.verify_access(&pair.access.token, now)?;
//! assert_eq!(claims.session_id, "session123");
//! # Ok(())
//! # }
//! ```
//!
//! Refresh tokens that are used once, detection of theft, logout and lists of devices need a store.
//! They are in the crate `jwt-pair-sessions`.
//!
//! | level | does | where |
//! |---|---|---|
//! | the pair | issue, verify, renew | [`PairIssuer`], [`AccessVerifier`], [`PairPolicy`] |
//! | any claims | encode, decode under a policy | [`encode`], [`decode`], [`Validation`] |
//! | bytes | sign, verify | [`jws`], [`base64url`] |
//!
//! Most callers need only the first level. Keys are [`Key`] and [`KeyRing`]. Time is [`UnixTime`]
//! and is always an argument. Every refusal is in [`Error`].
//!
//! # Features
//!
//! | feature | default | adds |
//! |---|---|---|
//! | `std` | on | `UnixTime::now`. Without it the crate is `no_std` and needs `alloc`. |
//! | `zeroize` | on | keys are wiped when they are dropped |
//!
//! # Reading order
//!
//! Each module imports only those before it:
//! `limits`, `buffer`, `base64url`, `json`, `time`, `token_kind`, `error`, `clock`, `hmac_sha256`,
//! `jws`, `jwt`, `pair`.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod base64url;
mod buffer;
#[cfg(feature = "std")]
mod clock;
mod error;
mod hmac_sha256;
mod json;
pub mod jws;
mod jwt;
pub mod limits;
mod pair;
mod time;
mod token_kind;

pub use error::{Blame, Error, Segment, Stage};
pub use hmac_sha256::{Key, KeyRing};
pub use json::JsonFault;
pub use jwt::{
    UnverifiedJwt, Validation, decode, decode_ignoring_dates, decode_untyped, decode_unverified,
    decode_with_header, encode, encode_with_typ,
};
pub use pair::{
    AccessClaims, AccessVerifier, ClaimNames, Identity, IssuedToken, PairClaims, PairIssuer,
    PairPolicy, Predecessor, PrivateClaims, RefreshClaims, RefreshVerifier, TokenPair, UserId,
    Verifier,
};
pub use time::{NumericDate, UnixTime};
pub use token_kind::TokenKind;

/// The JSON library. Its [`Map`](serde_json::Map) and [`Value`](serde_json::Value) are in this API.
pub use serde_json;
