//! Login, refresh and logout of [`jwt_pair`] in an axum service. A complete one:
//!
//! ```no_run
#![doc = include_str!("../examples/service.rs")]
//! ```
//!
//! | what | where |
//! |---|---|
//! | routes for pages and for apps, the answer to a login | [`Auth`], [`AuthPolicy`], [`User`] |
//! | the claims of an access token | [`Access`], [`CheckedAccess`] |
//! | what a token must say | [`Rights`], [`Guard`] |
//! | refusals | [`Problem`], [`Reason`] |
//!
//! Sessions, stores and events are those of [`jwt_pair_sessions`]. The README lists the rules
//! and the reason for each, and says what they do not protect from.
//!
//! # Reading order
//!
//! Each module uses only those before it in this list:
//! `problem`, `origins`, `csrf`, `cors`, `cookie`, `bearer`, `policy`, `user`, `auth`, `answer`,
//! `login`, `rights`, `extract`, `guard`, `routes`.
#![forbid(unsafe_code)]

mod answer;
mod auth;
mod bearer;
mod cookie;
mod cors;
mod csrf;
mod extract;
mod guard;
mod login;
mod origins;
mod policy;
mod problem;
mod rights;
mod routes;
mod user;

pub use auth::Auth;
pub use cookie::{COOKIE_NAME, DEVELOPMENT_COOKIE_NAME};
pub use csrf::REQUESTED_WITH_VALUE;
pub use extract::{Access, CheckedAccess};
pub use guard::{Guard, Guarded};
pub use origins::NotAnOrigin;
pub use policy::AuthPolicy;
pub use problem::{Problem, Reason};
pub use rights::Rights;
pub use user::User;
