//! The versions that are measured: those of Cargo.lock.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

pub fn lock_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock")
}

pub fn locked_version(package: &str) -> Result<String> {
    let lock = std::fs::read_to_string(lock_file())?;
    let name = format!("name = \"{package}\"");
    // Of `hmac` there are two; the bare one is, like this crate's, the newer, which comes last.
    let mut lines = lock.lines().rev();
    let mut version = "";
    for line in &mut lines {
        if let Some(found) = line.strip_prefix("version = ") {
            version = found.trim_matches('"');
        } else if line == name {
            return Ok(version.to_owned());
        }
    }
    bail!("{package} is not in Cargo.lock")
}
