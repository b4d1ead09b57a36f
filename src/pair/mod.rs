//! The token pair: an access token and a refresh token for one login.
//!
//! | file | has |
//! |---|---|
//! | `user_id`, `claim_names`, `private_claims` | the parts of a claims set |
//! | `claims` | the claims of either kind, as they are read |
//! | `predecessor` | tokens of another library, for the time of a change |
//! | `policy` | the settings |
//! | `payload` | the claims of either kind, as they are written |
//! | `verifier` | verification of one kind |
//! | `issuer` | issue, verify, renew |

mod claim_names;
mod claims;
mod issuer;
mod payload;
mod policy;
mod predecessor;
mod private_claims;
mod user_id;
mod verifier;

pub use claim_names::ClaimNames;
pub use claims::{AccessClaims, PairClaims, RefreshClaims};
pub use issuer::{IssuedToken, PairIssuer, TokenPair};
pub use payload::Identity;
pub use policy::PairPolicy;
pub use predecessor::Predecessor;
pub use private_claims::PrivateClaims;
pub use user_id::UserId;
pub use verifier::{AccessVerifier, RefreshVerifier, Verifier};
