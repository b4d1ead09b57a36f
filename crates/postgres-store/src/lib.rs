//! Sessions of `jwt_pair` on PostgreSQL.
//!
//! One row per session; one statement and one round trip per refresh, whether the token is rotated
//! or replayed.
//!
//! ```no_run
//! use jwt_pair::{Identity, Key, PairIssuer, PairPolicy, UnixTime};
//! use jwt_pair_sessions::{SessionPolicy, Sessions};
//! use jwt_pair_postgres::{PostgresOptions, PostgresStore};
//!
//! # async fn login() -> Result<(), Box<dyn std::error::Error>> {
//! # let secret = [7; 32];
//! let store = PostgresStore::connect("postgres://user@localhost/app", &PostgresOptions::new())?;
//! store.migrate().await?;
//! let issuer = PairIssuer::new(Key::new(&secret)?.into(), PairPolicy::new());
//! let sessions = Sessions::new(issuer, store, SessionPolicy::new());
//! let user = Identity::new(123, "customer", "128 random bits");
//! let pair = sessions.start(&user, "Firefox on Linux", UnixTime::now()?).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Guarantees
//! Each step is atomic, `revoke_user` included: every session whose `insert` was answered before it
//! was called has ended when it is answered. A login that is under way meanwhile may go either way,
//! as if it came before or after.
//!
//! The caller's `now` alone decides whether a session has expired; the server's clock is not asked.
//! Expired rows stay until [`purge`](jwt_pair_sessions::SessionStore::purge): call it once a day or so.
//!
//! A `bigint` ends at 2^63 - 1. Times from there on are kept as 2^63 - 1, as they are in tokens;
//! generations are not, and are refused with [`PostgresStoreError::OutOfRange`].
//!
//! Session ids may have 1,024 bytes; users and labels may be of any length.
//!
//! What the server must be set to, and what is lost otherwise: see the README.

mod connect;
mod error;
mod options;
mod pool;
mod row;
mod statements;
mod store;
#[cfg(feature = "tls")]
mod tls;

pub use error::PostgresStoreError;
pub use options::PostgresOptions;
pub use store::PostgresStore;
pub use tokio_postgres;
