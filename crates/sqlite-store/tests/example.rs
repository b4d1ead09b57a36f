//! The examples print what they promise.
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::Command;

fn run(example: &str, file: &Path) -> String {
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--example", example, "--"])
        .arg(file)
        .output()
        .expect("cargo runs this test");
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

#[test]
fn a_login_and_the_end_of_everybody() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("sessions.db");
    assert_eq!(run("end_everybody", &file), "Error: \"there is no such file\"\n");
    assert_eq!(
        run("login", &file),
        "login: Firefox on the list\n\
         two tabs: rotated, repeated\n\
         the same next refresh token: true\n\
         logout: true\n\
         refresh: Invalid token\n"
    );
    assert_eq!(run("end_everybody", &file), "ended: 0\n");
}
