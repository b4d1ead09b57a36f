//! The example prints what it promises.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::process::Command;

use jwt_pair_store_tests::{server_or_skip, servers::PostgresServer};

#[test]
fn login() {
    let server = server_or_skip!(PostgresServer);
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--example", "login"])
        .env("DATABASE_URL", server.url())
        .output()
        .expect("cargo runs this test");
    assert_eq!(
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat()),
        "login: 1 session\n\
         at once: kept\n\
         two tabs: rotated, repeated\n\
         the same next refresh token: true\n\
         after the logout: Invalid token\n"
    );
}
