//! The example prints what it promises.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::process::Command;

use jwt_pair_store_tests::{server_or_skip, servers::RedisServer};

#[test]
fn login_and_the_end_of_everybody() {
    let server = server_or_skip!(RedisServer);
    let said = run(&server, "redis_login");
    let (before, after) = said.split_once("the session is ended").expect("it met a thief");
    assert_eq!(
        before,
        "login: 1 sessions\n\
         two tabs: rotated, repeated\n\
         the same next refresh token: true\n\
         refresh: the token was replaced before; "
    );
    assert_eq!(after, "\nlogout: false\n");
    assert_eq!(run(&server, "redis_end_everybody"), "ended: 0 sessions\n");
}

/// The README's program is the example that is run here, so that it compiles and does what it says.
#[test]
fn the_program_of_the_readme_is_the_example() {
    let readme = include_str!("../README.md");
    let (_, code) = readme.split_once("```rust\n").expect("a program");
    let (code, _) = code.split_once("```\n").expect("its end");
    let example = include_str!("../examples/redis_readme.rs");
    assert_eq!(example, format!("//! The program of the README, word for word.\n\n{code}"));
}

/// Its options wait for a replica.
#[test]
fn the_program_of_the_readme_runs() {
    let primary = server_or_skip!(RedisServer);
    let port = primary.port().to_string();
    let replica = ["--replicaof", "127.0.0.1", &port, "--masterauth", RedisServer::PASSWORD];
    let Some(_replica) = RedisServer::start_with(&replica) else { return };
    while !primary.cli(&["INFO", "replication"]).contains("state=online") {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let warning = "warning: maxmemory-policy is allkeys-lru: a full server logs users out\n";
    for (setting, value) in [("min-replicas-to-write", "1"), ("maxmemory-policy", "allkeys-lru")] {
        assert_eq!(primary.cli(&["CONFIG", "SET", setting, value]).trim(), "OK");
    }
    let said = run(&primary, "redis_readme");
    assert_eq!(said, format!("the client keeps the refresh token that it has\n{warning}"));
}

fn run(server: &RedisServer, example: &str) -> String {
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--all-features", "--example", example])
        .env("REDIS_URL", server.url())
        .env("JWT_KEY", "07".repeat(32))
        .output()
        .expect("cargo runs this test");
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}
