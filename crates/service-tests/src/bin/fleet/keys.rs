//! The file of keys, and the steps of a rotation.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

pub const SECRETS: [&str; 4] = [
    "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1",
    "b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1",
    "a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2",
    "b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2",
];

/// Replaces the file by the lines of a step.
pub fn write(data: &Path, step: usize) {
    let new = data.join("keys.new");
    let file =
        std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new);
    file.and_then(|mut file| file.write_all(lines(step).as_bytes())).expect("the test's own file");
    std::fs::rename(new, data.join("keys")).expect("the test's own file");
}

/// The steps of a rotation: the lines of the file at each.
fn lines(step: usize) -> String {
    let [a1, b1, a2, b2] = SECRETS;
    match step {
        0 => format!("access k1 {a1} sign\nrefresh k1 {b1} sign\n"),
        1 => {
            format!("access k1 {a1} sign\nrefresh k1 {b1} sign\naccess k2 {a2}\nrefresh k2 {b2}\n")
        }
        2 => {
            format!("access k1 {a1}\nrefresh k1 {b1}\naccess k2 {a2} sign\nrefresh k2 {b2} sign\n")
        }
        // A refresh token lives for days, so the key of the old ones stays.
        _ => format!("refresh k1 {b1}\naccess k2 {a2} sign\nrefresh k2 {b2} sign\n"),
    }
}
