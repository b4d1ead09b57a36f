//! The examples print what they promise.
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
    assert_eq!(
        run(&server, "postgres_login"),
        "login: 1 session\n\
         at once: kept\n\
         two tabs: rotated, repeated\n\
         the same next refresh token: true\n\
         after the logout: Invalid token\n"
    );
    assert_eq!(run(&server, "postgres_end_everybody"), "0 sessions have ended\n");
}

/// The README's program is the example that is run here, so that it compiles and does what it says.
#[test]
fn the_program_of_the_readme_is_the_example() {
    let readme = include_str!("../README.md");
    let (_, code) = readme.split_once("```rust\n").expect("a program");
    let (code, _) = code.split_once("```\n").expect("its end");
    let example = include_str!("../examples/postgres_readme.rs");
    assert_eq!(example, format!("//! The program of the README, word for word.\n\n{code}"));
}

/// It prints two access tokens.
#[test]
fn the_program_of_the_readme_runs() {
    let server = server_or_skip!(PostgresServer);
    let said = run(&server, "postgres_readme");
    let tokens: Vec<usize> = said.lines().map(|token| token.split('.').count()).collect();
    assert_eq!(tokens, [3, 3], "{said}");
}

fn run(server: &PostgresServer, example: &str) -> String {
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--example", example])
        .env("DATABASE_URL", server.url())
        .env("JWT_SECRET", "32 bytes of a vault, or some more")
        .output()
        .expect("cargo runs this test");
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}
