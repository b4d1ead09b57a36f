//! Every command line of the README, with its output and its exit code.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

#[test]
fn every_line_of_the_readme() {
    trycmd::TestCases::new()
        .env("COLUMNS", "100")
        .case("README.md")
        .case("tests/help/*.trycmd")
        .run();
}

/// A line of another block is not run, so there is none.
#[test]
fn every_command_line_of_the_readme_is_run() {
    let readme = include_str!("../README.md");
    let mut block = "";
    let mut seen = 0;
    for line in readme.lines() {
        if let Some(language) = line.strip_prefix("```") {
            block = if block.is_empty() { language } else { "" };
        } else if line.starts_with("$ ") || line.starts_with("jwt-pair ") {
            assert_eq!(block, "console", "{line}");
            seen += 1;
        }
    }
    assert!(seen >= 12, "only {seen} lines were seen");
}
