//! Bad input for the command as users run it: a clear error, the right code, no panic, no secret.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]
#![cfg(unix)]

mod common;

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::process::{Child, Command, Output, Stdio};

use common::{ACCESS, ACCESS_CLAIMS, SECRET, assert_harmless, signed};

/// The command without a terminal and without a secret in its environment.
fn command(arguments: &[&OsStr]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jwt-pair"));
    command.args(arguments).env_remove("JWT_SECRET");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Writes the input. The command may end before it has read all of it.
fn feed(mut child: Child, stdin: &[u8]) -> Output {
    let mut pipe = child.stdin.take().unwrap();
    let stdin = stdin.to_vec();
    let writer = std::thread::spawn(move || drop(pipe.write_all(&stdin)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

/// The exit code is this one; the two outputs are harmless, together have this text, and have no
/// secret. Nothing panics.
#[track_caller]
fn test(arguments: &[&str], stdin: &[u8], code: i32, text: &str) {
    let arguments: Vec<&OsStr> = arguments.iter().map(OsStr::new).collect();
    check(command(&arguments).spawn().unwrap(), stdin, code, text);
}

#[track_caller]
fn check(child: Child, stdin: &[u8], code: i32, text: &str) {
    let output = feed(child, stdin);
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), output.stderr);
    let all = out + &String::from_utf8(err).unwrap();
    assert_eq!(output.status.code(), Some(code), "{all}");
    assert!(all.contains(text), "{text:?} is not in {all}");
    assert!(!all.contains("panicked") && !all.contains(SECRET), "{all}");
    assert_harmless(&all);
}

/// A folder with a file of the secret, and the path of that file.
fn secret_file() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    fs::write(&path, SECRET).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

#[test]
fn tokens_that_are_none() {
    let (_folder, secret) = secret_file();
    let ten_megabytes = vec![b'a'; 10_000_000];
    let binary: Vec<u8> = (0..=255).cycle().take(5_000).collect();
    for command in ["inspect", "verify"] {
        for options in [&["--secret", secret.as_str()][..], &[]] {
            let arguments = [&[command], options].concat();
            test(&arguments, b"", 1, "the token does not have three segments");
            test(&arguments, b"\n\n", 1, "the token does not have three segments");
            let text = "the token is 10000000 bytes long, the limit is 8192";
            test(&arguments, &ten_megabytes, 1, text);
            test(&arguments, &binary, 1, "the token is not UTF-8");
            test(&arguments, b"a.b\xff.c", 1, "the token is not UTF-8");
            test(&arguments, &b".".repeat(8_000), 1, "the token does not have three segments");
        }
    }
    test(&["renew", "--secret", &secret, "--user-type", "t"], &binary, 1, "is not UTF-8");
}

/// More than the 16 MiB that are read: what is left over is not waited for.
#[test]
fn an_endless_input_ends() {
    let endless = vec![b'.'; 20_000_000];
    test(&["verify"], &endless, 1, "the limit is 8192");
}

#[test]
fn files_that_cannot_be_read() {
    let (folder, secret) = secret_file();
    let directory = folder.path().to_str().unwrap();
    let text = "the secret of --secret cannot be read: Is a directory";
    test(&["verify", "--secret", directory, "a.b.c"], b"", 2, text);
    test(&["verify", "--secret", SECRET, "a.b.c"], b"", 2, "No such file");
    let text = "the secret of --refresh-secret cannot be read: Is a directory";
    test(&["verify", "--secret", &secret, "--refresh-secret", directory, "a.b.c"], b"", 2, text);
    let text = "the file of the token cannot be read: Is a directory";
    test(&["inspect", "--token-file", directory], b"", 2, text);
    test(&["inspect", "--token-file", "/nowhere/at/all"], b"", 2, "No such file");
    test(&["verify", "--secret", "/dev/null", "a.b.c"], b"", 2, "the key is 0 bytes long");
    test(&["verify", "--secret", "/dev/zero", "a.b.c"], b"", 2, "longer than 1 MiB");
    test(&["verify", "--secret", "env:NOT_SET_AT_ALL", "a.b.c"], b"", 2, "no such variable");
    test(&["verify", "--secret", "env:", "a.b.c"], b"", 2, "env: needs a name");
}

#[test]
fn a_prompt_without_a_terminal() {
    // `setsid` takes the terminal away, where the tests have one.
    let mut command = Command::new("setsid");
    command.args(["-w", env!("CARGO_BIN_EXE_jwt-pair"), "verify", "--secret", "prompt", "a.b.c"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let text = "the secret of --secret cannot be read: no line could be read from a terminal";
    check(command.spawn().unwrap(), b"", 2, text);
}

#[test]
fn standard_input_carries_one_thing() {
    let text = "standard input cannot carry both the token and the secret";
    for arguments in [
        &["verify", "--secret", "-"][..],
        &["inspect", "--secret", "stdin", "-"],
        &["renew", "--user-type", "t", "--secret", "-"],
    ] {
        test(arguments, SECRET.as_bytes(), 2, text);
    }
    let text = "standard input cannot carry both the claims and the secret";
    test(&["issue", "jwt", "--secret", "-"], SECRET.as_bytes(), 2, text);
    let two = ["verify", "--secret", "-", "--refresh-secret", "-", "a.b.c"];
    test(&two, SECRET.as_bytes(), 2, "standard input cannot carry two secrets");
    let token = signed(ACCESS, ACCESS_CLAIMS);
    let arguments = ["verify", "--secret", "-", "--now", "1700000000", token.as_str()];
    test(&arguments, SECRET.as_bytes(), 0, r#"{"user_id":123,"#);
}

#[test]
fn a_pipe_that_is_closed_and_a_disk_that_is_full() {
    let (_folder, secret) = secret_file();
    let token = signed(ACCESS, ACCESS_CLAIMS);
    let arguments = ["inspect", "--secret", &secret, "--now", "1700000000", &token].map(OsStr::new);
    // The verdict is the same, whoever reads it.
    let mut child = command(&arguments).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), err.as_str()), (Some(0), ""));

    let mut full = command(&arguments);
    full.stdout(File::options().write(true).open("/dev/full").unwrap());
    check(full.spawn().unwrap(), b"", 2, "error: standard output: No space left on device");
}

#[test]
fn text_that_is_not_utf_8() {
    let bytes = |bytes: &[u8]| OsString::from(OsStr::from_bytes(bytes));
    let foreign = bytes(b"\xff\x1b[31m\xe2\x80");
    let [verify, now, secret] = ["verify", "--now", "--secret"].map(OsString::from);
    let cases: [(Vec<OsString>, i32, &str); 5] = [
        (vec![verify.clone(), foreign.clone()], 1, "the token is not UTF-8"),
        (vec![verify.clone(), now, foreign.clone()], 2, "an argument is not UTF-8"),
        (vec![verify.clone(), secret, foreign.clone(), "a.b.c".into()], 2, "No such file"),
        (vec![foreign.clone()], 2, "error: "),
        (vec![verify, "--kid".into(), foreign], 2, "an argument is not UTF-8"),
    ];
    for (arguments, code, text) in cases {
        let arguments: Vec<&OsStr> = arguments.iter().map(OsString::as_os_str).collect();
        check(command(&arguments).spawn().unwrap(), b"", code, text);
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    fs::write(&file, b"a.\xff\x1b]0;evil\x07.c").unwrap();
    let file = file.to_str().unwrap();
    test(&["inspect", "--token-file", file], b"", 1, "the token is not UTF-8");
    test(&["verify", "--token-file", file], b"", 1, "the token is not UTF-8");
}

/// A secret of any bytes is one, as the file has it.
#[test]
fn a_secret_of_any_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    let secret: Vec<u8> = (0x80..0xc0).collect();
    fs::write(&path, &secret).unwrap();
    let key = jwt_pair::Key::new(&secret).unwrap();
    let token = common::signed_with(&key, ACCESS, ACCESS_CLAIMS);
    let path = path.to_str().unwrap();
    test(&["verify", "--secret", path, "--now", "1700000000", &token], b"", 0, "customer");
    let hex = ["verify", "--secret", path, "--secret-format", "hex", &token];
    test(&hex, b"", 2, "the text of the key is not hexadecimal digits");
}

/// The last of 32 random bytes is a line break once in 256 times, and no line break then.
#[test]
fn a_secret_of_bytes_that_ends_in_0x0a_keeps_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    let secret: Vec<u8> = (0x80..0x9f).chain([0x0a]).collect();
    fs::write(&path, &secret).unwrap();
    let token = common::signed_with(&jwt_pair::Key::new(&secret).unwrap(), ACCESS, ACCESS_CLAIMS);
    let path = path.to_str().unwrap();
    test(&["verify", "--secret", path, "--now", "1700000000", &token], b"", 0, "customer");
}

/// A secret at the wrong place is not repeated.
#[test]
fn a_secret_at_the_wrong_place() {
    for arguments in [
        &[SECRET][..],
        &["verify", "a.b.c", SECRET],
        &["verify", "--now", SECRET],
        &["verify", "--as", SECRET],
        &["verify", "--leeway", SECRET],
        &["verify", "--secret", SECRET, "a.b.c"],
        &["verify", &format!("--sekret={SECRET}"), "a.b.c"],
        &["verify", &format!("--{SECRET}"), "a.b.c"],
        &["verify", "--refresh-kid", SECRET, "a.b.c"],
        &["secret", "--bits", SECRET],
        &["explain", SECRET],
        &["completions", SECRET],
    ] {
        test(arguments, b"", 2, "error: ");
        test(&[arguments, &["--json"]].concat(), b"", 2, r#""outcome":"usage""#);
    }
}
