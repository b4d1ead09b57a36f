//! The examples of the help do what they say, in a shell.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Runs a line as a person types it: in a shell, in this folder, which lets everybody read new files.
fn shell(line: &str, folder: &Path) -> Output {
    let programs = Path::new(env!("CARGO_BIN_EXE_jwt-pair")).parent().unwrap();
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("sh");
    command.args(["-c", &format!("umask 022; {line}")]).current_dir(folder).stdin(Stdio::null());
    command.env("PATH", path).env_remove("JWT_SECRET").output().unwrap()
}

/// What it prints, if it ends well.
#[track_caller]
fn printed(line: &str, folder: &Path) -> String {
    let output = shell(line, folder);
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{line}: {err}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// The examples of one help, in their order.
fn examples(command: &str, folder: &Path) -> Vec<String> {
    let help = printed(&format!("jwt-pair {command} --help"), folder);
    let Some((_, examples)) = help.split_once("Examples:\n") else { return Vec::new() };
    let lines = examples.lines().map_while(|line| line.strip_prefix("  "));
    lines.filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
}

#[test]
fn every_example_of_the_help_runs() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let commands = ["", "secret", "inspect", "verify", "issue", "renew"];
    let examples: Vec<String> =
        commands.iter().flat_map(|command| examples(command, folder)).collect();
    assert!(examples.len() >= 15, "{examples:?}");

    // The first example makes the secret that the others read.
    let [first, others @ ..] = examples.as_slice() else { panic!("no examples") };
    assert_eq!(printed(first, folder), "");
    let secret = folder.join("secret.txt");
    let mode = fs::metadata(&secret).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "{first}");

    printed("umask 077; jwt-pair secret > refresh.txt", folder);
    let user = "jwt-pair issue pair --secret secret.txt --user-id 1 --user-type customer";
    let pair = |options: &str, kind: &str| {
        let out = printed(&format!("{user} {options}"), folder);
        out.lines().find_map(|line| line.strip_prefix(kind)).unwrap().trim().to_owned()
    };
    let claims = r#"'{"iss":"https://login.example"}'"#;
    let issue = "jwt-pair issue jwt --secret secret.txt --expires-in 1h";
    for line in others {
        // An example before this one may have made another secret.
        let access = pair("", "access");
        fs::write(folder.join("token.txt"), &access).unwrap();
        // Each token is the one that its example asks for.
        let token = match line {
            _ if line.contains("REFRESH_TOKEN") => pair("", "refresh"),
            _ if line.contains("--refresh-secret") => {
                pair("--refresh-secret refresh.txt", "refresh")
            }
            _ if line.contains("--typ at+jwt") => {
                printed(&format!("{issue} --typ at+jwt {claims}"), folder)
            }
            _ if line.contains("--as jwt") => printed(&format!("{issue} {{}}"), folder),
            _ => access,
        };
        let line = line.replace("REFRESH_TOKEN", &token).replace("TOKEN", &token);
        let (line, code) = match line {
            // There is no terminal here.
            _ if line.contains("prompt") => (format!("setsid -w {line}"), 2),
            _ if line.contains("env:JWT_KEY") => {
                let made = printed(&format!("{user} --now 2026-11-25T17:59:00Z"), folder);
                let token = made.split_whitespace().nth(1).unwrap();
                fs::write(folder.join("token.txt"), token).unwrap();
                (format!("export JWT_KEY=$(cat secret.txt); {line}"), 0)
            }
            _ if line.starts_with("jwt-pair inspect") && !line.contains("--secret") => (line, 4),
            _ => (line, 0),
        };
        let output = shell(&line, folder);
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{line}: {err}");
    }
}

/// A reader who tries one example after the other must not read one file in two ways, or leave a
/// secret for every user of the machine to read.
#[test]
fn an_example_reads_the_secret_in_one_way_and_keeps_it_for_its_user() {
    let folder = tempfile::tempdir().unwrap();
    let commands = ["", "secret", "inspect", "verify", "issue", "renew"];
    let helps = commands.iter().flat_map(|command| examples(command, folder.path()));
    let readme = include_str!("../README.md").lines().map(str::to_owned);
    let mut made = 0;
    for line in helps.chain(readme.filter(|line| line.starts_with("$ jwt-pair"))) {
        assert!(!line.contains("--secret-format"), "{line}");
        if line.contains("jwt-pair secret >") {
            assert!(line.starts_with("(umask 077; "), "{line}");
            made += 1;
        }
    }
    assert!(made >= 2, "only {made} examples make a secret");
}
