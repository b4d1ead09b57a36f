//! Who is measured, and how each one's process is built, started and asked.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde::{Deserialize, Serialize};

use crate::lock::locked_version;
use crate::provide::{build, install};
use crate::token::SECRET;

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// What cannot be saved.
    BareHmac,
    Own,
    /// Crates that this one is measured against.
    Peer,
    /// Other languages, for orientation.
    Foreign,
}

pub struct Contestant {
    pub name: &'static str,
    pub role: Role,
    program: Program,
}

enum Program {
    /// A binary of this package, built with no feature but this one.
    Rust {
        feature: &'static str,
        package: &'static str,
    },
    Python {
        package: &'static str,
        version: &'static str,
        script: &'static str,
    },
    Node {
        package: &'static str,
        version: &'static str,
        script: &'static str,
    },
}

const fn rust(
    name: &'static str,
    role: Role,
    feature: &'static str,
    package: &'static str,
) -> Contestant {
    Contestant { name, role, program: Program::Rust { feature, package } }
}

pub const ALL: [Contestant; 10] = [
    rust("bare HMAC", Role::BareHmac, "bare-hmac", "hmac"),
    rust("jwt-pair", Role::Own, "jwt-pair", "jwt-pair"),
    rust("jsonwebtoken (rust_crypto)", Role::Peer, "jsonwebtoken-rust-crypto", "jsonwebtoken"),
    rust("jsonwebtoken (aws_lc)", Role::Peer, "jsonwebtoken-aws-lc", "jsonwebtoken"),
    rust("jwt-compact", Role::Peer, "jwt-compact", "jwt-compact"),
    rust("jwt", Role::Peer, "jwt", "jwt"),
    rust("jwt-simple (pure-rust)", Role::Peer, "jwt-simple", "jwt-simple"),
    Contestant {
        name: "PyJWT",
        role: Role::Foreign,
        program: Program::Python { package: "PyJWT", version: "2.15.1", script: "pyjwt.py" },
    },
    Contestant {
        name: "jose (node)",
        role: Role::Foreign,
        program: Program::Node { package: "jose", version: "6.2.18", script: "jose.mjs" },
    },
    Contestant {
        name: "fast-jwt (node)",
        role: Role::Foreign,
        program: Program::Node { package: "fast-jwt", version: "6.3.6", script: "fast_jwt.mjs" },
    },
];

pub struct Process {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Contestant {
    pub fn version(&self) -> Result<String> {
        match self.program {
            Program::Python { version, .. } | Program::Node { version, .. } => Ok(version.into()),
            Program::Rust { package, .. } => locked_version(package),
        }
    }

    /// Builds or installs it, under `target`, and starts it.
    pub fn start(&self, target: &Path) -> Result<Process> {
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("contestants");
        let mut command = match self.program {
            Program::Rust { feature, .. } => Command::new(build(feature, target)?),
            Program::Python { package, version, script } => {
                let folder = target.join("bench").join(package);
                install(&folder, version, |folder| {
                    let mut pip = Command::new("python3");
                    pip.args(["-m", "pip", "install", "--quiet", "--target"]).arg(folder);
                    pip.arg(format!("{package}=={version}"));
                    pip
                })?;
                let mut python = Command::new("python3");
                python.arg(scripts.join(script)).arg(folder);
                python
            }
            Program::Node { package, version, script } => {
                let folder = target.join("bench").join(package);
                install(&folder, version, |folder| {
                    let mut npm = Command::new("npm");
                    npm.args(["install", "--silent", "--no-audit", "--no-fund", "--prefix"]);
                    npm.arg(folder).arg(format!("{package}@{version}"));
                    npm
                })?;
                let mut node = Command::new("node");
                node.arg(scripts.join(script)).arg(folder);
                node
            }
        };
        let secret: String = SECRET.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut child = command
            .arg(secret)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", command.get_program().display()))?;
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().context("its output is piped")?);
        Ok(Process { child, input, output })
    }
}

impl Process {
    pub fn ask(&mut self, request: &str) -> Result<String> {
        let input = self.input.as_mut().context("its input is piped")?;
        writeln!(input, "{request}")?;
        let mut answer = String::new();
        ensure!(self.output.read_line(&mut answer)? > 0, "it ended");
        Ok(answer.trim_end().to_owned())
    }
}

/// Its input ends, so it ends.
impl Drop for Process {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}
