//! Real servers for tests: on a free port of the loopback interface, with their data in a temporary
//! directory, and stopped when they are dropped, also by a panic.
//!
//! What is run is what the machine has: Debian's packages `redis-server`, `postgresql` and
//! `pgbouncer`.

mod pgbouncer;
mod postgres;
mod process;
mod program;
mod proxy;
mod redis;

pub use pgbouncer::PgBouncer;
pub use postgres::PostgresServer;
pub use process::{free_port, make_certificate};
pub use program::Program;
pub use proxy::Proxy;
pub use redis::RedisServer;

/// A server that can be hurt.
pub trait Server: Send {
    /// `kill -9` of it and of all that it has started.
    fn kill(&mut self);
    /// Starts it again on the same port and with the same data, and waits until it answers.
    fn restart(&mut self);
    /// `kill -STOP`: it holds its connections and answers nothing.
    fn pause(&self);
    /// `kill -CONT`.
    fn resume(&self);
}

/// Says that a test cannot run because a server's program is missing.
///
/// # Panics
/// If the environment has `CI`: there, what is missing is a fault.
pub fn skip(program: &str) {
    assert!(std::env::var_os("CI").is_none(), "{program} is missing");
    let packages = "redis-server, redis-sentinel, postgresql or pgbouncer";
    eprintln!("SKIPPED: {program} is missing; Debian has it in {packages}");
}

/// The server of this kind, or a return from the test if its program is missing.
///
/// ```
/// use jwt_pair_store_tests::{server_or_skip, servers::RedisServer};
/// let redis = server_or_skip!(RedisServer);
/// assert!(redis.url().starts_with("redis://"));
/// ```
#[macro_export]
macro_rules! server_or_skip {
    ($server:ty) => {
        match <$server>::start() {
            Some(server) => server,
            None => return $crate::servers::skip(<$server>::PROGRAM),
        }
    };
}
