//! The manifest of an adapter, and how its library comes to be there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Adapter {
    /// The name of the manifest, without its extension.
    #[serde(skip)]
    pub id: String,
    #[serde(skip)]
    folder: PathBuf,
    pub name: String,
    pub language: String,
    #[serde(default)]
    pub era: Era,
    pub clock: Clock,
    pub documentation: String,
    /// Dates that the library never looks at.
    #[serde(default)]
    pub ignores: Vec<String>,
    /// Debian packages.
    #[serde(default)]
    debian: Vec<String>,
    /// The folder below the runner's own that the adapter shares with others.
    shares: String,
    #[serde(default)]
    build: String,
    /// Prints the version.
    version: String,
    command: String,
    #[serde(default)]
    pub settings: Vec<Setting>,
    #[serde(default)]
    pub known: Vec<Known>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Debug, Deserialize, Serialize)]
pub enum Era {
    #[default]
    #[serde(rename = "current")]
    Current,
    /// Majors behind what its authors support, so it is compared with nothing.
    #[serde(rename = "Debian 12")]
    Debian12,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// The library has a parameter.
    Argument,
    /// One process for each time, under Debian's `faketime`.
    Faketime,
    /// The library looks at no date.
    None,
}

/// A documented setting, tried on the cases that failed.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    pub name: String,
    /// What the adapter finds in the variable `SETTING`.
    pub value: String,
}

/// A failure that is public already.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    pub case: String,
    pub cve: String,
}

impl Adapter {
    /// Every manifest of the folders below `folder`, this project's own first.
    pub fn all(folders: &[PathBuf]) -> Result<Vec<Self>> {
        let mut all = Vec::new();
        for folder in folders {
            let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
            for entry in entries {
                let path = entry?.path();
                if path.is_dir() {
                    Self::of_folder(&path, &mut all)?;
                }
            }
            Self::of_folder(folder, &mut all)?;
        }
        let key = |adapter: &Self| {
            let is_own = adapter.id == "jwt-pair";
            (!is_own, adapter.era, adapter.language.clone(), adapter.name.to_lowercase())
        };
        all.sort_by_key(key);
        Ok(all)
    }

    fn of_folder(folder: &Path, all: &mut Vec<Self>) -> Result<()> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let is_manifest = path.extension().is_some_and(|extension| extension == "toml")
                && path.file_name().is_some_and(|name| name != "Cargo.toml");
            if is_manifest {
                all.push(Self::read(&path).with_context(|| path.display().to_string())?);
            }
        }
        Ok(())
    }

    fn read(path: &Path) -> Result<Self> {
        let id = path.file_stem().unwrap_or_default().to_string_lossy();
        let folder = path.parent().unwrap_or(Path::new("."));
        Self::parse(&fs::read_to_string(path)?, &id, folder)
    }

    pub fn parse(manifest: &str, id: &str, folder: &Path) -> Result<Self> {
        let mut adapter: Self = toml::from_str(manifest)?;
        adapter.id = id.to_owned();
        adapter.folder = folder.canonicalize()?;
        Ok(adapter)
    }

    /// Installs the library, and says which version it is.
    pub fn provide(&self, out: &Path) -> Result<String> {
        self.install_debian()?;
        let out = out.join(&self.shares);
        fs::create_dir_all(&out)?;
        self.shell(&self.build, &out)?;
        let version = self.shell(&self.version, &out)?;
        Ok(version.trim().to_owned())
    }

    fn install_debian(&self) -> Result<()> {
        let mut wanted: Vec<&str> = self.debian.iter().map(String::as_str).collect();
        if self.clock == Clock::Faketime {
            wanted.push("faketime");
        }
        let is_there = |package: &&str| {
            let mut query = Command::new("dpkg-query");
            query.args(["--show", "--showformat=${db:Status-Abbrev}"]).arg(package);
            query.output().is_ok_and(|output| output.stdout.starts_with(b"ii"))
        };
        let missing: Vec<&str> = wanted.into_iter().filter(|package| !is_there(package)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let mut apt = Command::new("apt-get");
        apt.args(["install", "-y", "-qq", "--no-install-recommends"]).args(&missing);
        let output = apt.env("DEBIAN_FRONTEND", "noninteractive").output();
        match output {
            Ok(output) if output.status.success() => Ok(()),
            _ => bail!("Debian's {} cannot be installed", missing.join(", ")),
        }
    }

    fn shell(&self, script: &str, out: &Path) -> Result<String> {
        let output = self.command_of(script, out).output()?;
        if !output.status.success() {
            let reason = String::from_utf8_lossy(&output.stderr);
            bail!("{script}: {}", reason.lines().last().unwrap_or_default());
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn command_of(&self, script: &str, out: &Path) -> Command {
        let mut shell = Command::new("sh");
        shell.args(["-euc", script]);
        self.environment(&mut shell, out);
        shell
    }

    fn environment(&self, command: &mut Command, out: &Path) {
        command.current_dir(&self.folder).env("HERE", &self.folder).env("OUT", out);
    }

    /// The adapter's process, at a time of its own where the library has no parameter for it.
    pub fn process(&self, out: &Path, now: u64, setting: Option<&Setting>) -> Command {
        let script = format!("exec {}", self.command);
        let out = out.join(&self.shares);
        let mut command = if self.clock == Clock::Faketime {
            let mut shell = self.command_of(&script, &out);
            // The wrapper `faketime` shares memory by the name of its process, which is not always free.
            shell.env("LD_PRELOAD", faketime_library()).env("FAKETIME", date_and_time(now));
            // Else timers of Node never fire.
            shell.env("TZ", "UTC").env("DONT_FAKE_MONOTONIC", "1");
            shell
        } else {
            self.command_of(&script, &out)
        };
        command.env_remove("SETTING");
        if let Some(setting) = setting {
            command.env("SETTING", &setting.value);
        }
        command
    }
}

/// Debian's folder of libraries has the name of the processor in its own.
fn faketime_library() -> PathBuf {
    let folders = fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let files = folders.map(|folder| folder.path().join("faketime/libfaketimeMT.so.1"));
    files.into_iter().find(|file| file.exists()).unwrap_or_else(|| "libfaketimeMT.so.1".into())
}

/// `2023-11-14 22:13:20`, at which the faked clock stands still.
pub fn date_and_time(seconds: u64) -> String {
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(days);
    let (hour, minute) = (second / 3_600, second / 60 % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{:02}", second % 60)
}

/// The date of a day since 1970, in years that begin in March, so that the leap day is the last one.
const fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let is_early = month >= 10;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if is_early { month - 9 } else { month + 3 };
    (year + era * 400 + is_early as u64, month, day)
}

#[cfg(test)]
mod tests {
    use super::date_and_time;

    #[test]
    fn dates() {
        for (seconds, expected) in [
            (0, "1970-01-01 00:00:00"),
            (951_782_399, "2000-02-28 23:59:59"),
            (951_782_400, "2000-02-29 00:00:00"),
            (951_868_800, "2000-03-01 00:00:00"),
            (1_700_000_000, "2023-11-14 22:13:20"),
            (4_294_967_297, "2106-02-07 06:28:17"),
        ] {
            assert_eq!(date_and_time(seconds), expected);
        }
    }
}
