//! A small auth service: accounts, login, refresh tokens that rotate, logout, and a page.
//!
//! # Reading order
//! Each module uses only those before it in this list:
//! `config`, `accounts`, `password`, `client`, `attempts`, `keys`, `store`.
#![forbid(unsafe_code)]

pub mod accounts;
pub mod attempts;
pub mod client;
pub mod config;
pub mod keys;
pub mod password;
pub mod store;
