//! A server as a process: found, started, paused, killed, started again.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A process that is killed when it is dropped.
#[derive(Debug)]
pub(super) struct Process(Child);

impl Process {
    pub(super) fn spawn(command: &mut Command) -> Self {
        let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Self(quiet.spawn().expect("the program was found"))
    }

    pub(super) fn signal(&self, name: &str) {
        signal(&self.0.id().to_string(), name);
    }

    /// The ids of the processes that it has started.
    pub(super) fn children(&self) -> Vec<String> {
        let pid = self.0.id();
        let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
        children.unwrap_or_default().split_whitespace().map(String::from).collect()
    }

    /// `kill -9`, and waits until it is gone.
    pub(super) fn kill(&mut self) {
        self.0.kill().expect("it is this test's process");
        self.0.wait().expect("it was killed");
    }

    pub(super) fn wait(&mut self, patience: Duration) {
        let start = Instant::now();
        while self.0.try_wait().is_ok_and(|status| status.is_none()) {
            if start.elapsed() > patience {
                return self.kill();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// `kill -NAME`, for the signals that the standard library has no call for. Nothing if it is gone.
pub(super) fn signal(pid: &str, name: &str) {
    let quiet =
        Command::new("kill").args([&format!("-{name}"), pid]).stderr(Stdio::null()).status();
    quiet.expect("kill is part of every system");
}

/// The first of these programs that is there: by its name in `PATH`, or by its path.
pub(super) fn find(programs: &[PathBuf]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<_> = std::env::split_paths(&path).collect();
    let found =
        |program: &PathBuf| folders.iter().map(|dir| dir.join(program)).find(|p| p.is_file());
    programs.iter().find_map(found)
}

/// A port of 127.0.0.1 that nobody listens on.
///
/// # Panics
/// If there is none.
#[must_use]
pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("it is bound").port()
}

/// Makes a certificate for `localhost` that vouches for itself, `cert.pem`, and its `key.pem`; the
/// path of the first.
///
/// # Panics
/// If there is no `openssl`, which the servers' packages bring along.
#[must_use]
pub fn make_certificate(folder: &Path) -> PathBuf {
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"])
        .args(["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE", "-keyout", "key.pem"])
        .args(["-out", "cert.pem"])
        .current_dir(folder)
        .output()
        .expect("openssl is there");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    folder.join("cert.pem")
}

/// Waits until somebody listens on a port.
pub(super) fn wait_for_port(port: u16) {
    wait_until(&format!("a listener on port {port}"), || {
        TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()
    });
}

pub(super) fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(60), "waited a minute for {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
