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
    let said = run(&server, "login");
    let (before, after) = said.split_once("the session is ended").expect("it met a thief");
    assert_eq!(
        before,
        "login: 1 sessions\n\
         two tabs: rotated, repeated\n\
         the same next refresh token: true\n\
         refresh: the token was replaced before; "
    );
    assert_eq!(after, "\nlogout: false\n");
    assert_eq!(run(&server, "end_everybody"), "ended: 0 sessions\n");
}

fn run(server: &RedisServer, example: &str) -> String {
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--all-features", "--example", example])
        .env("REDIS_URL", server.url())
        .output()
        .expect("cargo runs this test");
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}
