//! Sessions of `jwt_pair` on Redis or Valkey.
//!
//! One row per session, a hash that never grows; one script and one round trip per refresh, whether
//! the token is rotated or replayed.
//!
//! ```no_run
//! use jwt_pair::{Identity, Key, PairIssuer, PairPolicy, UnixTime};
//! use jwt_pair_sessions::{SessionPolicy, Sessions};
//! use jwt_pair_redis::{RedisOptions, RedisStore};
//!
//! # async fn login() -> Result<(), Box<dyn std::error::Error>> {
//! # let secret = [7; 32];
//! let store = RedisStore::connect("redis://127.0.0.1/", RedisOptions::new()).await?;
//! let issuer = PairIssuer::new(Key::new(&secret)?.into(), PairPolicy::new());
//! let sessions = Sessions::new(issuer, store, SessionPolicy::new());
//! let user = Identity::new(123, "customer", "128 random bits");
//! let pair = sessions.start(&user, "Firefox on Linux", UnixTime::now()?).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Clocks
//! The caller's `now` alone decides whether a session has expired. The server's clock only counts
//! seconds: a row is kept for as long as it had to live when it was written, and 300 seconds more,
//! by whatever clock. So servers and callers may disagree on what time it is; among callers, up to
//! 300 seconds do no harm.
//!
//! # Guarantees
//! Each step on one session is atomic. `revoke_user` and `list_user` are several: first the names
//! of the user's sessions are read, then each row is visited. A name is written before its row, and
//! is kept for longer, so that every session whose `insert` was answered before `revoke_user` was
//! called has ended when that is answered. A login that is under way meanwhile may go either way, as
//! if it came before or after: check the password's version after `start` if that matters. If
//! `revoke_user` fails halfway, some sessions have ended: call it again.
//!
//! What the server must be set to, and what is lost otherwise: see the README.

mod error;
mod keys;
mod link;
mod options;
mod row;
mod script;
mod store;
mod visit;

pub use error::RedisStoreError;
pub use options::RedisOptions;
pub use redis;
pub use store::RedisStore;
