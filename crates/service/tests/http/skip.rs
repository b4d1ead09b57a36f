//! Tests that need a program which may be missing.

use std::io::Write as _;

/// Says that a test was skipped, past what the test harness keeps to itself. In CI it is a fault.
pub fn skip(test: &str, program: &str) {
    assert!(std::env::var_os("CI").is_none(), "{program} is missing");
    let mut stderr = std::io::stderr();
    writeln!(stderr, "SKIPPED: {test}: {program} is missing").expect("stderr");
}
