//! The chapter "Beside a Python service" is run as it stands.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::running::{PASSWORD, Running};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/python");

/// An environment with PyJWT, in the directory of the build. Needs python3 with venv and pip.
fn python() -> PathBuf {
    let venv = Path::new(env!("CARGO_TARGET_TMPDIR")).join("service-venv");
    let python = venv.join("bin/python");
    let run = |command: &mut Command| {
        let output = command.output().expect("python3 with venv: apt-get install python3-venv");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    if !Command::new(&python).args(["-c", "import jwt"]).output().is_ok_and(|o| o.status.success())
    {
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&venv));
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
        let pinned = ["--require-hashes", "--requirement", "requirements.txt"];
        run(Command::new(&python).args(pip).args(pinned).current_dir(FOLDER));
    }
    python
}

#[test]
fn a_python_service_stands_beside_it() {
    let service = Running::start(&[]);
    service.register("ann");
    let sidecar = format!("http://{}", service.address);
    let output = Command::new(python())
        .args(["-B", "-W", "error", "check.py", &sidecar])
        .arg(service.path("keys"))
        .args(["ann", PASSWORD])
        .current_dir(FOLDER)
        .output()
        .expect("python");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "python: ok\n", "{error}");
}

#[test]
fn the_readme_shows_what_is_run() {
    let client = include_str!("../../python/client.py");
    let readme = include_str!("../../README.md");
    let blocks: Vec<&str> = readme.split("```python\n").skip(1).collect();
    assert_eq!(blocks.len(), 2);
    for block in blocks {
        let block = block.split("```").next().expect("a block");
        assert!(client.contains(block), "{block}");
    }
}
