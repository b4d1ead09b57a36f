//! Sessions for the token pair of [`jwt_pair`]: login, refresh, logout, a list of devices.
//!
//! | what | where |
//! |---|---|
//! | login, refresh, logout over a store | [`Sessions`], [`SessionPolicy`], [`Refreshed`], [`SessionError`] |
//! | rows in memory, or wherever you keep them | `MemoryStore`, [`SessionStore`] |
//! | the parts, for a service without `async` | [`generation`], [`decide`], [`Session`] |
//!
//! Most need only the first two. Keys, tokens and time are those of [`jwt_pair`].
//!
//! ```
//! # #[cfg(feature = "std")]
//! # async fn service(secret: &[u8], now: jwt_pair::UnixTime) -> Result<(), Box<dyn std::error::Error>> {
//! use jwt_pair::{Identity, Key, PairIssuer, PairPolicy, PrivateClaims};
//! use jwt_pair_sessions::{MemoryStore, SessionPolicy, Sessions};
//!
//! let issuer = PairIssuer::new(Key::new(secret)?.into(), PairPolicy::new());
//! let sessions = Sessions::new(issuer, MemoryStore::new(), SessionPolicy::new());
//!
//! // Login, under a name that no session had before.
//! let identity = Identity::new(123, "customer", "b5f1c1a0e7d24ad2");
//! let pair = sessions.start(&identity, "Firefox on Linux", now).await?;
//!
//! // Refresh: between the two lines the service looks up what the user is today.
//! let claims = sessions.issuer().verify_refresh(&pair.refresh.token, now)?;
//! let next = sessions.refresh(&claims, "customer", &PrivateClaims::default(), now).await?.into_pair();
//!
//! // Logout, of one device and of all.
//! sessions.revoke(&claims.session_id, now).await?;
//! sessions.revoke_user(&claims.user_id, now).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! `std` (default) adds `MemoryStore`; without it the crate is `no_std` and needs `alloc`.
//!
//! # Reading order
//!
//! The modules use one another one way, each only those before it in this list:
//! `session`, `decide`, `refresh_token`, `policy`, `outcome`, `store`, `sessions`, `memory_store`.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod any_store;
mod decide;
mod error;
mod event;
mod login;
#[cfg(feature = "std")]
mod memory_store;
mod outcome;
mod policy;
mod refresh_token;
mod session;
mod sessions;
mod store;

pub use any_store::{AnyStore, AnyStoreError};
pub use decide::{Decision, ShownToken, decide};
pub use error::SessionError;
pub use event::{Event, EventKind};
pub use login::{Login, Renewal};
#[cfg(feature = "std")]
pub use memory_store::MemoryStore;
pub use outcome::{Refreshed, Started};
pub use policy::{SessionPolicy, WindowTooLong};
pub use refresh_token::shown;
pub use session::{EndReason, Ended, Session};
pub use sessions::Sessions;
pub use store::{
    Cursor, End, EndUser, List, Page, Refresh, SessionStore, StoreError, StoreFault, Verdict,
};

/// The example of the README, so that it is run.
#[cfg(all(doctest, feature = "std"))]
#[doc = include_str!("../README.md")]
struct Readme;
