//! A small auth service: accounts, login, refresh tokens that rotate, logout, and a page.
//!
//! # Reading order
//! Each module uses only those before it in this list:
//! `config`, `logging`, `accounts`, `password`, `client`, `attempts`, `keys`, `store`, `counters`,
//! `ends`, `events`, `app`, `refusal`, `layers`, `routes`, `server`, `metrics`, `tasks`, `run`,
//! `operator`.
#![forbid(unsafe_code)]

pub mod accounts;
pub mod app;
pub mod attempts;
pub mod client;
pub mod config;
pub mod counters;
pub mod ends;
pub mod events;
pub mod keys;
pub mod layers;
pub mod logging;
#[cfg(feature = "metrics")]
pub mod metrics;
pub mod operator;
pub mod password;
pub mod refusal;
pub mod routes;
pub mod run;
pub mod server;
pub mod store;
pub mod tasks;
