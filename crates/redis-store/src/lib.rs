//! Sessions of `jwt_pair` on Redis or Valkey.
//!
//! A session is one hash that never grows. A refresh is one script and **one round trip**, whatever it
//! comes to: it decides and writes in one atomic step.
//!
//! ```no_run
//! use jwt_pair::{Key, PairIssuer, PairPolicy, UnixTime};
//! use jwt_pair_redis::{RedisOptions, RedisStore};
//! use jwt_pair_sessions::{Login, SessionPolicy, Sessions};
//!
//! # async fn login() -> Result<(), Box<dyn std::error::Error>> {
//! # let secret = [7; 32];
//! let store = RedisStore::connect("redis://127.0.0.1/", RedisOptions::new()).await?;
//! for finding in store.check_server().await? {
//!     eprintln!("Redis: {finding}");
//! }
//! let issuer = PairIssuer::new(Key::new(&secret)?.into(), PairPolicy::new());
//! let sessions = Sessions::new(issuer, store, SessionPolicy::new())?;
//! let login = Login::new(123, "customer").label("Firefox on Linux");
//! let started = sessions.start(&login, UnixTime::now()?).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Clocks
//! The caller's `now` alone decides whether a session has expired. The server's clock only counts
//! seconds: a row is kept for as long as it had to live when it was written, and 300 seconds more,
//! by whatever clock. So servers and callers may disagree on what time it is. Callers' clocks may
//! differ among themselves by up to 300 seconds before a row is missed that still lives for one of
//! them. The window of the session policy allows less: a clock's difference and the delay of an
//! answer must stay below it together.
//!
//! # Guarantees
//! Each step on one session is atomic. `end_user` and `list` are several: they read names of the
//! user's sessions, then visit each row. A row and its name in the list are written in one step (in a
//! cluster, the name first), and the list is kept for longer. So every session whose `insert` was
//! answered before `end_user` was called has ended when that is answered. A login that is under way
//! meanwhile may go either way, as if it came before or after: check the password's version after
//! `start` if that matters. If `end_user` fails halfway, some sessions have ended: call it again.
//!
//! A server that does not write answers no step, reads included, because what it has may be old: the
//! store then looks for the one that writes. A server that is full refuses new sessions only.
//!
//! What the server must be set to, and what is lost otherwise: see the README.

mod answer;
mod bounds;
mod check;
mod command;
mod connect;
mod error;
mod everybody;
mod keys;
mod link;
mod options;
mod row;
mod script;
#[cfg(feature = "sentinel")]
mod sentinel;
mod steps;
mod store;
#[cfg(feature = "tls")]
mod tls;
mod visit;

pub use check::Finding;
pub use error::RedisStoreError;
pub use options::RedisOptions;
pub use redis;
pub use store::RedisStore;
