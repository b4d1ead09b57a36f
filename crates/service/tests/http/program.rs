//! The program: its start, its settings, its stop.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use clap::CommandFactory as _;
use serde_json::Value;

use crate::client::{connect, get, post, read};
use crate::running::{PASSWORD, credentials};
use crate::skip::skip;

/// The program with a directory of its own. It is killed with the test.
pub struct Program {
    child: Child,
    pub address: SocketAddr,
    stderr: Option<ChildStderr>,
}

fn command(flags: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jwt-pair-service"));
    command.args(flags).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

impl Program {
    pub fn start(data: &Path, flags: &[&str]) -> Self {
        let mut command = command(&["--listen", "127.0.0.1:0"]);
        let mut child = command.arg("--data").arg(data).args(flags).spawn().expect("the program");
        let mut line = String::new();
        let stdout = child.stdout.as_mut().expect("stdout");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let address = line.trim().strip_prefix("http://").and_then(|url| url.strip_suffix('/'));
        let address = address.and_then(|address| address.parse().ok());
        let stderr = child.stderr.take();
        let Some(address) = address else { panic!("no address: {line}") };
        Self { child, address, stderr }
    }

    pub fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status().expect("kill");
        assert!(sent.success());
    }

    /// How it ended, and its log.
    pub fn end(mut self) -> (ExitStatus, String) {
        let mut log = String::new();
        let mut stderr = self.stderr.take().expect("stderr");
        stderr.read_to_string(&mut log).expect("a log");
        (self.child.wait().expect("an end"), log)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// glibc would keep the memory of each hash in the thread that made it: 19 MiB for each of the four
/// that hash at once, however many processors there are.
#[cfg(target_os = "linux")]
#[test]
fn the_memory_of_the_hashes_goes_back_to_the_system() {
    let directory = tempfile::tempdir().expect("a directory");
    let program = Program::start(directory.path(), &["--sessions", "memory", "--hashes", "4"]);
    let resident = || {
        let status = std::fs::read_to_string(format!("/proc/{}/status", program.child.id()));
        let status = status.expect("a file");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a line");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number")
    };
    let before = resident();
    credentials("/auth/register", "ann", PASSWORD).send(program.address).is(201);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..8 {
                    credentials("/auth/login", "ann", PASSWORD).send(program.address).is(200);
                }
            });
        }
    });
    let after = resident();
    // Less than the memory of a single hash.
    assert!(after < before + 16 * 1024, "{before} KiB, and then {after} KiB");
    assert!(after < 40 * 1024, "{after} KiB");
}

/// All of them make or find the accounts and the keys.
#[test]
fn instances_that_start_at_once_share_the_files() {
    let directory = tempfile::tempdir().expect("a directory");
    let data = directory.path();
    let programs: Vec<Program> = std::thread::scope(|scope| {
        let starts: Vec<_> = (0..4).map(|_| scope.spawn(|| Program::start(data, &[]))).collect();
        starts.into_iter().map(|start| start.join().expect("a start")).collect()
    });
    let first = credentials("/auth/register", "ann", PASSWORD).send(programs[0].address);
    let token = first.is(201).text("access_token");
    let cookie = first.refresh_token().expect("a token");
    for program in &programs {
        get("/me").bearer(&token).send(program.address).is(200);
        post("/auth/refresh").page().cookie(&cookie).send(program.address).is(200);
        credentials("/auth/login", "ann", PASSWORD).send(program.address).is(200);
    }
}

/// What a start with settings that do not fit says. If it serves, it is ended, and the test fails.
fn refused(command: &mut Command) -> String {
    let mut child = command.spawn().expect("the program");
    let begin = Instant::now();
    while child.try_wait().expect("a program").is_none() {
        // Far more than any refusal takes.
        if begin.elapsed() > Duration::from_secs(60) {
            child.kill().expect("killed");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let output = child.wait_with_output().expect("an end");
    assert!(!output.status.success());
    assert_eq!(output.stdout, b"");
    String::from_utf8(output.stderr).expect("UTF-8")
}

/// An open request is answered; what is idle is closed.
#[test]
fn it_stops_at_sigterm_and_answers_what_is_open() {
    let directory = tempfile::tempdir().expect("a directory");
    // However slow the machine is, no time is over before the answer.
    let times = ["--stop-time", "1h", "--body-time", "1h", "--header-time", "1h"];
    let program = Program::start(directory.path(), &[&["--log", "json"][..], &times].concat());
    credentials("/auth/register", "ann", PASSWORD).send(program.address).is(201);
    let mut open = connect(program.address);
    let request = credentials("/auth/login", "ann", PASSWORD).bytes();
    let (first, rest) = request.split_at(request.len() - 10);
    open.write_all(first).expect("written");
    // One that has sent nothing, and one whose request was answered.
    let mut unused = connect(program.address);
    let mut kept = connect(program.address);
    kept.write_all(b"GET /readyz HTTP/1.1\r\nHost: test\r\n\r\n").expect("written");
    let mut part = [0; 15];
    kept.read_exact(&mut part).expect("an answer");
    assert_eq!(&part, b"HTTP/1.1 200 OK");
    // The program has read the first part: it answers requests that came later.
    get("/readyz").send(program.address).is(200);
    program.signal("TERM");
    open.write_all(rest).expect("written");
    assert_eq!(read(&mut open).expect("an answer").status, 200);
    // The service closes them by itself: until then this reads.
    assert!(read(&mut kept).is_none(), "the rest of one answer, and no other");
    assert!(read(&mut unused).is_none());
    let (status, log) = program.end();
    assert!(status.success(), "{log}");
    // One JSON object a line, and nothing secret in any.
    let lines: Vec<Value> =
        log.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert!(lines.iter().any(|line| line["route"] == "/auth/login" && line["status"] == 200));
    assert!(lines.iter().any(|line| line["message"] == "the service stops"));
    for secret in [PASSWORD, "eyJ", "ann"] {
        assert!(!log.contains(secret), "{log}");
    }
}

/// A request that never ends does not keep it.
#[test]
fn the_stop_has_a_time() {
    let directory = tempfile::tempdir().expect("a directory");
    let program = Program::start(directory.path(), &["--stop-time", "100ms", "--body-time", "1h"]);
    let mut open = connect(program.address);
    let request = credentials("/auth/login", "ann", PASSWORD).bytes();
    open.write_all(&request[..request.len() - 10]).expect("written");
    get("/readyz").send(program.address).is(200);
    program.signal("TERM");
    let (status, log) = program.end();
    assert!(status.success(), "{log}");
    assert!(log.contains("requests were still open when the time for the stop was over"), "{log}");
}

#[test]
fn sighup_reads_the_keys() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut program = Program::start(directory.path(), &["--key-poll", "1h"]);
    let path = directory.path().join("keys");
    let mut text = std::fs::read_to_string(&path).expect("keys");
    text.push_str("nonsense\n");
    std::fs::write(&path, text).expect("written");
    program.signal("HUP");
    let stderr = BufReader::new(program.stderr.take().expect("stderr"));
    let mut lines = stderr.lines().map(|line| line.expect("a line"));
    // A look that meets the file half written reports that first.
    let expected =
        "the old keys stay in force error=line 7: a line is `access|refresh kid secret [sign]`";
    assert!(lines.any(|line| line.contains(expected)));
}

#[test]
fn settings_that_do_not_fit_are_refused() {
    let directory = tempfile::tempdir().expect("a directory");
    let data = directory.path().to_str().expect("UTF-8");
    for (flags, expected) in [
        (
            &["--listen", "0.0.0.0:0"][..],
            "off loopback, --origin must name the origin of the page, such as https://auth.example",
        ),
        (
            &["--listen", "0.0.0.0:0", "--demo"],
            "--demo is for loopback alone: it shows rows, and replays old tokens",
        ),
        (
            &["--demo", "--sessions", "redis://localhost"],
            "--demo is for sessions in sqlite or memory: others may share this store",
        ),
        (
            &["--demo", "--sessions", "rediss://localhost"],
            "--demo is for sessions in sqlite or memory: others may share this store",
        ),
        (
            &["--demo", "--sessions", "postgres://localhost/db"],
            "--demo is for sessions in sqlite or memory: others may share this store",
        ),
        (
            &["--demo", "--sessions", "postgresql://localhost/db"],
            "--demo is for sessions in sqlite or memory: others may share this store",
        ),
        (
            &["--sessions", "mysql://localhost"],
            "--sessions is none of: sqlite, memory, redis://…, postgres://…",
        ),
        (
            &["--sessions", "redis://user:secret@localhost"],
            "an address with a password must not be an argument, since every user of the machine sees it: write it into JWT_PAIR_SESSIONS or the file of --config",
        ),
        (
            &["--sessions", "postgres://localhost/db?password=secret@"],
            "an address with a password must not be an argument, since every user of the machine sees it: write it into JWT_PAIR_SESSIONS or the file of --config",
        ),
        (
            &["--listen", "127.0.0.1:0", "--refresh-lifetime", "1m"],
            "the window has 300 s, more than half the refresh lifetime, 30 s",
        ),
        (
            &["--listen", "127.0.0.1:0", "--origin", "https://a.example/"],
            "`https://a.example/` is not an origin such as https://app.example or http://localhost:3000",
        ),
    ] {
        let error = refused(command(&["--data", data]).args(flags));
        assert_eq!(error.lines().last(), Some(&*format!("jwt-pair-service: {expected}")));
        assert!(!error.contains("secret@"), "{error}");
    }
}

/// A flag counts before the environment, and the environment before the file.
#[test]
fn settings_come_from_flags_the_environment_and_a_file() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("settings");
    let text = "# settings\nsessions = memory\n\naccess-lifetime = 1m\nwindow = 2m\nno-register = true\ndemo = false\n";
    std::fs::write(&file, text).expect("written");
    let data = directory.path().join("data");
    let mut command = command(&["--listen", "127.0.0.1:0", "--window", "4m"]);
    command.env("JWT_PAIR_ACCESS_LIFETIME", "3m").env("JWT_PAIR_WINDOW", "5m");
    let mut child =
        command.arg("--config").arg(&file).arg("--data").arg(&data).spawn().expect("the program");
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().expect("stdout")).read_line(&mut line).expect("a line");
    let url = line.trim().trim_start_matches("http://").trim_end_matches('/');
    let config = get("/config").send(url.parse().expect("an address")).json();
    child.kill().expect("killed");
    child.wait().expect("an end");
    let found = (&config["access_lifetime"], &config["window"], &config["register"]);
    assert_eq!(found, (&Value::from(180), &Value::from(240), &Value::from(false)));
    assert!(!data.join("sessions.db").exists(), "sessions are in memory");

    for (text, expected) in [
        ("sessions", "1: not `name = value`"),
        ("\ncolour = red", "2: there is no such setting"),
        ("demo = yes", "1: must be true or false"),
    ] {
        std::fs::write(&file, text).expect("written");
        let error = refused(self::command(&[]).arg("--config").arg(&file));
        assert_eq!(error, format!("jwt-pair-service: {}:{expected}\n", file.display()));
    }
}

/// One list has every setting, with its name in the environment. The settings are those of the parser.
#[test]
fn help_names_each_setting() {
    let output = command(&["--help"]).output().expect("the program");
    let help = String::from_utf8(output.stdout).expect("UTF-8");
    let parser = jwt_pair_service::config::Args::command();
    let names: Vec<&str> = parser.get_arguments().filter_map(clap::Arg::get_long).collect();
    assert!(names.contains(&"listen") && names.contains(&"login-wait"), "{names:?}");
    for name in names {
        let variable = name.to_uppercase().replace('-', "_");
        let mut lines = help.lines().skip_while(|line| !is_of(line, name)).skip(1);
        let own = lines.by_ref().take_while(|line| !line.trim_start().starts_with("--"));
        let own: Vec<&str> = own.map(str::trim).collect();
        assert!(!own.is_empty(), "--{name} is not explained");
        let own = own.join(" ");
        assert!(own.contains(&format!("[env: JWT_PAIR_{variable}")), "{name}: {own}");
    }
}

/// Whether the explanation of a flag begins with this line.
fn is_of(line: &str, name: &str) -> bool {
    let mut words = line.split_whitespace();
    words.next().is_some_and(|word| word == format!("--{name}"))
}

/// `systemd-analyze` is a tool of Debian's systemd. Without it the test says so.
#[test]
fn the_unit_of_systemd_is_valid() {
    let unit = include_str!("../../jwt-pair-service.service");
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("jwt-pair-service.service");
    let program = env!("CARGO_BIN_EXE_jwt-pair-service");
    assert!(unit.contains("/usr/local/bin/jwt-pair-service"));
    std::fs::write(&path, unit.replace("/usr/local/bin/jwt-pair-service", program))
        .expect("written");
    match Command::new("systemd-analyze").arg("verify").arg("--man=no").arg(&path).output() {
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stderr);
            let own: Vec<_> = text.lines().filter(|line| line.contains("jwt-pair")).collect();
            assert!(output.status.success() && own.is_empty(), "{text}");
        }
        Err(_) => skip("the_unit_of_systemd_is_valid", "systemd-analyze"),
    }
}
