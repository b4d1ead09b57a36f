//! How contestants come to be there: built by cargo, or installed by their own package managers.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

pub fn build(feature: &str, target: &Path) -> Result<PathBuf> {
    let binary = format!("contestant-{feature}");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["build", "--release", "--quiet", "--locked", "--no-default-features"])
        .args(["--package", "bench", "--features", feature, "--bin", &binary, "--target-dir"])
        .arg(target)
        .status()?;
    ensure!(status.success(), "cargo build --features {feature} failed");
    Ok(target.join("release").join(binary))
}

/// Once for each version: the folder says which one it holds.
pub fn install(folder: &Path, version: &str, command: impl Fn(&Path) -> Command) -> Result<()> {
    let mark = folder.join("installed-version");
    if std::fs::read_to_string(&mark).is_ok_and(|installed| installed == version) {
        return Ok(());
    }
    std::fs::create_dir_all(folder)?;
    let mut command = command(folder);
    let name = command.get_program().display().to_string();
    let output = command.output().with_context(|| format!("{name} is not there"))?;
    if !output.status.success() {
        let reason = String::from_utf8_lossy(&output.stderr);
        bail!("{name} failed: {}", reason.lines().last().unwrap_or_default());
    }
    Ok(std::fs::write(mark, version)?)
}
