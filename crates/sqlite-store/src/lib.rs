//! Sessions of `jwt_pair` in an SQLite file: one machine, no server, and they outlive its restart.
//!
//! ```
//! use jwt_pair::{Key, PairIssuer, PairPolicy, UnixTime};
//! use jwt_pair_sessions::{Login, SessionPolicy, Sessions};
//! use jwt_pair_sqlite::{SqliteOptions, SqliteStore};
//!
//! # async fn login(secret: &[u8], path: &str) -> Result<(), Box<dyn std::error::Error>> {
//! let store = SqliteStore::open(path, &SqliteOptions::new())?;
//! let issuer = PairIssuer::new(Key::new(secret)?.into(), PairPolicy::new());
//! let sessions = Sessions::new(issuer, store, SessionPolicy::new())?;
//! let login = Login::new(123, "customer").label("Firefox on Linux");
//! let pair = sessions.start(&login, UnixTime::now()?).await?.pair;
//! # Ok(())
//! # }
//! ```
//!
//! # Guarantees
//! Each step is atomic. A step is answered after its commit, and by default a commit is on the disk:
//! what was acknowledged outlives the process, the system and the power ([`Synchronous`]).
//!
//! Several processes of one machine may open one file. A step that finds the file locked waits, up
//! to [`SqliteOptions::busy_timeout`].
//!
//! A refusal, a repeat and a kept token only read: they take no lock, and they wait for no writer.
//!
//! The caller's `now` alone decides whether a session has expired. Expired rows stay until
//! [`purge`](jwt_pair_sessions::SessionStore::purge): call it once a day or so.
//!
//! Times and generations are exact below 2^63, and refused from there on. Texts are of any length.
//!
//! # Reading order
//! `migrations/`, `error`, `options`, `schema`, `row`, `statements`, `step`, `answer`, `reserve`,
//! `workers`, `batch`, `file`, `store`.

mod answer;
mod batch;
mod error;
mod file;
mod options;
mod reserve;
mod row;
mod schema;
mod statements;
mod step;
mod store;
mod workers;

pub use error::SqliteStoreError;
pub use options::{SqliteOptions, Synchronous};
pub use store::SqliteStore;
