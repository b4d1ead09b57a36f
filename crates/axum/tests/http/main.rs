//! The rules of the routes, the extractors and the guard, each by name, through the whole router.

mod common;
mod counting;

mod body;
mod cookie;
mod credentials;
mod csrf;
mod errors;
mod events;
mod extractors;
mod late_answers;
mod login;
