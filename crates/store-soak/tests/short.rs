//! A run of some seconds, and one that must be caught.

use std::process::Command;

use jwt_pair_store_tests::{server_or_skip, servers::RedisServer};

fn soak(arguments: [&str; 3]) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_store-soak"))
        .args(arguments)
        .output()
        .expect("it was built with this test");
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn three_processes_on_a_file_break_no_promise() {
    let (is_good, said) = soak(["sqlite", "8", "1"]);
    assert!(is_good && said.starts_with("sqlite: no promise was broken in "), "{said}");
    assert!(said.contains(" rotated") && said.contains(" logouts"), "{said}");
}

#[test]
fn a_server_without_a_log_is_caught() {
    // It is started again by the run.
    drop(server_or_skip!(RedisServer));
    let (is_good, said) = soak(["redis-without-aof", "60", "1"]);
    assert!(is_good && said.starts_with("redis-without-aof: caught after "), "{said}");
}
