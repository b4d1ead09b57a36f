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
    assert_eq!(run("sqlite_end_everybody", &file), "Error: \"there is no such file\"\n");
    assert_eq!(
        run("sqlite_login", &file),
        "login: Firefox on the list\n\
         two tabs: rotated, repeated\n\
         the same next refresh token: true\n\
         logout: true\n\
         refresh: Invalid token\n"
    );
    assert_eq!(run("sqlite_end_everybody", &file), "ended: 0\n");
}

/// The README's program is the example that is run here, so that it compiles and does what it says.
#[test]
fn the_program_of_the_readme_is_the_example() {
    let readme = include_str!("../README.md");
    let (_, code) = readme.split_once("```rust\n").expect("a program");
    let (code, _) = code.split_once("```\n").expect("its end");
    let example = include_str!("../examples/sqlite_readme.rs");
    assert_eq!(example, format!("//! The program of the README, word for word.\n\n{code}"));
}

#[test]
fn the_program_of_the_readme_runs() {
    let directory = tempfile::tempdir().expect("a directory");
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--example", "sqlite_readme", "--manifest-path"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .current_dir(&directory)
        .output()
        .expect("cargo runs this test");
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    // The client keeps its refresh token, as the window is not over.
    let seconds = said.strip_prefix("access token until ").expect("a line").trim();
    assert!(seconds.parse::<u64>().is_ok(), "{said}");
    assert!(directory.path().join("sessions.db").is_file());
}
