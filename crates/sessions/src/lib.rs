//! Sessions for the token pair of [`jwt_pair`]: login, refresh, logout, a list of devices.
//!
//! | what | where |
//! |---|---|
//! | login, refresh, logout over a store | [`Sessions`], [`SessionPolicy`], [`Login`], [`Renewal`] |
//! | what they come to | [`Started`], [`Refreshed`], [`SessionError`], [`Event`] |
//! | rows in memory, or wherever you keep them | `MemoryStore`, [`SessionStore`], [`AnyStore`] |
//! | the parts, for a service without `async` | [`shown`], [`decide`], [`Refresh::apply`], [`Session`] |
//!
//! Most need only the first three. Keys, tokens and time are those of [`jwt_pair`].
//!
//! ```
//! # #[cfg(all(feature = "std", feature = "getrandom"))]
//! # async fn service(secret: &[u8], now: jwt_pair::UnixTime) -> Result<(), Box<dyn std::error::Error>> {
//! use jwt_pair::{Key, PairIssuer, PairPolicy};
//! use jwt_pair_sessions::{Login, MemoryStore, Renewal, SessionPolicy, Sessions};
//!
//! let issuer = PairIssuer::new(Key::new(secret)?.into(), PairPolicy::new());
//! let sessions = Sessions::new(issuer, MemoryStore::new(), SessionPolicy::new())?;
//!
//! // Login.
//! let login = Login::new(123, "customer").label("Firefox on Linux");
//! let pair = sessions.start(&login, now).await?.pair;
//!
//! // Refresh: between the two lines the service looks up what the user is today.
//! let claims = sessions.issuer().verify_refresh(&pair.refresh.token, now)?;
//! let refreshed = sessions.refresh(&claims, &Renewal::new("customer"), now).await?;
//!
//! // Logout, of one device and of all.
//! sessions.logout(&pair.refresh.token, now).await?;
//! sessions.revoke_user(&123.into(), now).await?;
//! # Ok(())
//! # }
//! ```
//!
//! The rule for refresh tokens is the table of [`decide`]. The README says what it buys and what it
//! does not buy.
//!
//! # Features
//!
//! | feature | default | adds |
//! |---|---|---|
//! | `std` | on | `MemoryStore`, and a clock for [`Event::latency`]. Without it the crate is `no_std` and needs `alloc`. |
//! | `getrandom` | on | random session ids. Without it each [`Login`] names its session. |
//! | `tracing` | off | an event of [`tracing`](https://docs.rs/tracing) for each outcome of each call, of the target `jwt_pair_sessions`. |
//!
//! # Reading order
//!
//! Each module uses only those before it in this list:
//! `session`, `decide`, `store`, `policy`, `login`, `refresh_token`, `outcome`, `error`, `event`,
//! `trace`, `sessions`, `any_store`, `memory_store`.
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
#[cfg(feature = "tracing")]
mod trace;

pub use any_store::{AnyStore, AnyStoreError};
pub use decide::{Decision, ShownToken, decide};
pub use error::SessionError;
pub use event::{Event, EventKind, Latency};
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
#[cfg(all(doctest, feature = "std", feature = "getrandom"))]
#[doc = include_str!("../README.md")]
struct Readme;
