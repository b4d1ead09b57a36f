//! Access and refresh token pairs as HS256 JSON Web Tokens.
//!
//! | level | what | where |
//! |---|---|---|
//! | the pair | issue, verify, renew | [`PairIssuer`], [`AccessVerifier`], [`PairPolicy`] |
//! | any claims | `encode`, `decode` under a policy | [`encode`], [`decode`], [`Validation`] |
//! | bytes | sign, verify | [`jws`], [`hmac_sha256`], [`base64url`] |
//!
//! Most need only the first. Login, logout and rotation are in the crate `jwt-pair-sessions`. Keys are [`Key`] and [`KeyRing`], time is [`UnixTime`] and is always an
//! argument, and all that can be wrong is in [`Error`].
//!
//! ```
//! use jwt_pair::{Identity, Key, PairIssuer, PairPolicy, UnixTime};
//!
//! # #[cfg(not(feature = "std"))] fn main() {}
//! # #[cfg(feature = "std")]
//! fn main() -> Result<(), jwt_pair::Error> {
//!     # let secret = [7; 32];
//!     let issuer = PairIssuer::new(Key::new(&secret)?.into(), PairPolicy::new());
//!     let now = UnixTime::now()?;
//!
//!     let pair = issuer.issue(&Identity::new(123, "customer", "session123"), now)?;
//!     let claims = issuer.verify_access(&pair.access.token, now)?;
//!     assert_eq!(claims.session_id, "session123");
//!     Ok(())
//! }
//! ```
//!
//! # Features
//!
//! `std` (default) adds `UnixTime::now`; without it the crate is `no_std` and needs
//! `alloc`. `zeroize` (default) wipes keys when they are dropped.
//!
//! # Reading order
//!
//! The modules use one another one way, each only those before it in this list:
//! [`limits`], [`base64url`], `json_value`, `json`, `numeric_date`, `token_kind`, `error`, `clock`,
//! [`hmac_sha256`], [`jose_header`], [`jws`], `claims`, [`validation`], [`jwt`], `private_claims`,
//! `pair_claims`, `pair_policy`, `pair_payload`, `pair_verifier`, [`token_pair`].
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod base64url;
mod claims;
#[cfg(feature = "std")]
mod clock;
mod error;
pub mod hmac_sha256;
pub mod jose_header;
mod json;
mod json_value;
pub mod jws;
pub mod jwt;
pub mod limits;
mod numeric_date;
mod pair_claims;
mod pair_payload;
mod pair_policy;
mod pair_verifier;
mod private_claims;
mod token_kind;
pub mod token_pair;
pub mod validation;

#[doc(inline)]
pub use base64url::Base64Fault;
pub use error::{Error, Segment};
#[doc(inline)]
pub use hmac_sha256::{Key, KeyRing};
pub use json_value::JsonFault;
#[doc(inline)]
pub use jwt::{UnverifiedJwt, decode, decode_unverified, encode, encode_with_typ};
pub use numeric_date::{NumericDate, UnixTime};
pub use pair_claims::{AccessClaims, PairClaims, RefreshClaims, UserId};
pub use pair_payload::Identity;
pub use pair_policy::PairPolicy;
pub use pair_verifier::AccessVerifier;
pub use private_claims::PrivateClaims;
pub use serde_json;
pub use token_kind::TokenKind;
#[doc(inline)]
pub use token_pair::{IssuedToken, PairIssuer, TokenPair};
#[doc(inline)]
pub use validation::Validation;
