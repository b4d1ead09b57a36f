//! Sessions of `jwt_pair` on PostgreSQL.
//!
//! One row per session; one statement and one round trip per refresh. A refusal or a repeat costs
//! what a read costs: no lock is taken and nothing is written.
//!
//! ```no_run
//! use jwt_pair::{Key, PairIssuer, PairPolicy, UnixTime};
//! use jwt_pair_sessions::{Login, SessionPolicy, Sessions};
//! use jwt_pair_postgres::{PostgresOptions, PostgresStore};
//!
//! # async fn login() -> Result<(), Box<dyn std::error::Error>> {
//! # let secret = [7; 32];
//! let store = PostgresStore::connect("postgres://user@localhost/app", &PostgresOptions::new())?;
//! store.migrate().await?;
//! let issuer = PairIssuer::new(Key::new(&secret)?.into(), PairPolicy::new());
//! let sessions = Sessions::new(issuer, store, SessionPolicy::new())?;
//! let login = Login::new(123, "customer").label("Firefox on Linux");
//! let started = sessions.start(&login, UnixTime::now()?).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Guarantees
//! Each step is atomic. `end_user` takes several, one for each 1,000 sessions: every session whose
//! `insert` was answered before it was called has ended when it is answered. A login that is under
//! way meanwhile may go either way, as if it came before or after. [`PostgresStore::end_user_in`]
//! does it in a transaction of the caller's.
//!
//! The caller's `now` alone decides whether a session has expired; the server's clock is not asked.
//! Expired rows stay until [`purge`](jwt_pair_sessions::SessionStore::purge): call it once a day.
//!
//! A `bigint` ends at 2^63 - 1. Generations from there on are refused with
//! [`PostgresStoreError::OutOfRange`]. Session ids may have 1,024 bytes; users and labels may be of
//! any length.
//!
//! What the server must be set to, and what is lost otherwise: see the README.

mod address;
mod connect;
mod end_many;
mod error;
mod migrate;
mod open;
mod options;
mod pool;
mod row;
mod statements;
mod store;
#[cfg(feature = "tls")]
mod tls;

pub use deadpool_postgres;
pub use error::PostgresStoreError;
pub use open::PostgresStore;
pub use options::PostgresOptions;
pub use tokio_postgres;
