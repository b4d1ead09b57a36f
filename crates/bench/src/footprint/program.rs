//! The programs, each a package of its own.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};

use crate::lock::{lock_file, locked_version};

/// The program that has no dependency.
pub const EMPTY: &str = "";

pub struct Program {
    pub name: &'static str,
    pub package: &'static str,
    /// Further packages, and how the first one is asked for.
    dependencies: &'static str,
    source: &'static str,
}

const SERDE: &str = r#"serde = { version = "1", features = ["derive"] }"#;

pub const ALL: [Program; 8] = [
    Program {
        name: "no crate",
        package: EMPTY,
        dependencies: "",
        source: include_str!("programs/empty.rs"),
    },
    Program {
        name: "jwt-pair, a pair",
        package: "jwt-pair",
        dependencies: r#"jwt-pair = { path = "ROOT" }"#,
        source: include_str!("programs/pair.rs"),
    },
    Program {
        name: "jwt-pair, claims of one's own",
        package: "jwt-pair",
        dependencies: "jwt-pair = { path = \"ROOT\" }\nSERDE",
        source: include_str!("programs/jwt_pair.rs"),
    },
    Program {
        name: "jsonwebtoken (rust_crypto)",
        package: "jsonwebtoken",
        dependencies: "jsonwebtoken = { version = \"=VERSION\", default-features = false, \
                       features = [\"rust_crypto\"] }\nSERDE",
        source: include_str!("programs/jsonwebtoken.rs"),
    },
    Program {
        name: "jsonwebtoken (aws_lc)",
        package: "jsonwebtoken",
        dependencies: "jsonwebtoken = { version = \"=VERSION\", default-features = false, \
                       features = [\"aws_lc_rs\"] }\nSERDE",
        source: include_str!("programs/jsonwebtoken.rs"),
    },
    Program {
        name: "jwt-compact",
        package: "jwt-compact",
        dependencies: "jwt-compact = \"=VERSION\"\nSERDE\n\
                       chrono = { version = \"0.4\", default-features = false }",
        source: include_str!("programs/jwt_compact.rs"),
    },
    Program {
        name: "jwt",
        package: "jwt",
        dependencies: "jwt = \"=VERSION\"\nhmac = \"0.12\"\nsha2 = \"0.10\"\nSERDE",
        source: include_str!("programs/jwt.rs"),
    },
    Program {
        name: "jwt-simple (pure-rust)",
        package: "jwt-simple",
        dependencies: "jwt-simple = { version = \"=VERSION\", default-features = false, \
                       features = [\"pure-rust\"] }\nSERDE",
        source: include_str!("programs/jwt_simple.rs"),
    },
];

#[derive(Clone, Copy, PartialEq)]
pub enum Profile {
    Release,
    Dev,
}

pub struct Project {
    pub program: &'static Program,
    folder: PathBuf,
}

impl Project {
    pub fn make(program: &'static Program, parent: &Path) -> Result<Self> {
        let name: String =
            program.name.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
        let project = Self { program, folder: parent.join(name) };
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
        let version = match program.package {
            EMPTY => String::new(),
            package => locked_version(package)?,
        };
        let dependencies = program.dependencies.replace("SERDE", SERDE);
        let dependencies = dependencies.replace("VERSION", &version);
        let dependencies = dependencies.replace("ROOT", &root.display().to_string());
        let manifest = format!(
            "[package]\nname = \"program\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [workspace]\n\n[profile.release]\nstrip = true\n\n[dependencies]\n{dependencies}\n"
        );
        std::fs::create_dir_all(project.folder.join("src"))?;
        std::fs::write(project.folder.join("Cargo.toml"), manifest)?;
        std::fs::write(project.folder.join("src/main.rs"), program.source)?;
        std::fs::copy(lock_file(), project.folder.join("Cargo.lock"))?;
        // Takes from the lock what this package does not need, and downloads what it does.
        run(project.cargo(&["fetch", "--quiet"]))?;
        Ok(project)
    }

    /// How many packages are built beside the program, the crate itself among them.
    pub fn packages(&self) -> Result<usize> {
        let text =
            run(self.cargo(&["tree", "--offline", "-e", "normal,build", "--prefix", "none"]))?;
        let name = |line: &str| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
        let packages: BTreeSet<String> = text.lines().skip(1).map(name).collect();
        Ok(packages.len())
    }

    /// From clean, in seconds.
    pub fn build(&self, profile: Profile) -> Result<f64> {
        let target = self.folder.join("target");
        if target.exists() {
            std::fs::remove_dir_all(&target)?;
        }
        let mut cargo = self.cargo(&["build", "--quiet", "--offline", "--locked"]);
        if profile == Profile::Release {
            cargo.arg("--release");
        }
        let start = Instant::now();
        run(cargo)?;
        Ok(start.elapsed().as_secs_f64())
    }

    /// The size of the release binary, which does what it is there for.
    pub fn checked_bytes(&self) -> Result<u64> {
        let binary = self.folder.join("target/release/program");
        let mut command = Command::new(&binary);
        command.arg("a secret of 32 bytes for a bench");
        let said = run(command)?;
        ensure!(said == "123\n", "{} said {said:?}", self.program.name);
        Ok(std::fs::metadata(binary)?.len())
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.current_dir(&self.folder).args(arguments);
        command.env("CARGO_TARGET_DIR", self.folder.join("target"));
        command.env_remove("RUSTFLAGS");
        command
    }
}

fn run(mut command: Command) -> Result<String> {
    let name = command.get_program().display().to_string();
    let output = command.output().with_context(|| format!("{name} is not there"))?;
    let reason = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{name} failed: {reason}");
    Ok(String::from_utf8(output.stdout)?)
}
