//! Sessions of `jwt-pair` in an axum service.
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
mod renew;
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
