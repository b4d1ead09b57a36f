//! One instance of the service as a process of its own.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rusqlite::{Connection, params};

/// The password of each user of a test.
pub const PASSWORD: &str = "correct horse battery staple";

/// An instance, and the file that has its log.
#[derive(Debug)]
pub struct Instance {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

/// How an instance is started.
#[derive(Clone, Debug)]
pub struct Start {
    /// The program.
    pub program: PathBuf,
    /// The directory of accounts and keys.
    pub data: PathBuf,
    /// Where sessions are kept.
    pub sessions: String,
    /// Further arguments.
    pub arguments: Vec<String>,
}

impl Start {
    /// Starts an instance, which appends its log to the file.
    ///
    /// # Panics
    /// If it does not start.
    pub fn at(&self, listen: &str, log: &Path) -> Instance {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(log);
        let mut child = Command::new(&self.program)
            .args(["--listen", listen, "--data"])
            .arg(&self.data)
            .args(&self.arguments)
            // An address with a password is no argument, since every user of the machine sees it.
            .env("JWT_PAIR_SESSIONS", &self.sessions)
            .stdout(Stdio::piped())
            .stderr(log.expect("a file of the test's own"))
            .spawn()
            .expect("the service is built");
        let mut line = String::new();
        let out = child.stdout.take().expect("it is piped");
        BufReader::new(out).read_line(&mut line).expect("text");
        let address = line.trim().trim_start_matches("http://").trim_end_matches('/').parse();
        let address = address.unwrap_or_else(|_| panic!("it did not start: {line:?}"));
        Instance { child, address }
    }
}

impl Instance {
    /// `kill -9`
    pub fn kill(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it was killed");
    }

    /// Its resident memory in KiB.
    ///
    /// # Panics
    /// Without `/proc`.
    pub fn resident_kib(&self) -> u64 {
        let path = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(path).expect("Linux");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.split_whitespace().next());
        number.and_then(|number| number.parse().ok()).expect("a number")
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Accounts `user-0` to `user-N`, each with the same hash.
///
/// # Panics
/// If the service has not made the file.
pub fn seed(data: &Path, users: usize, hash: &str) {
    let mut accounts = Connection::open(data.join("accounts.db")).expect("the service has made it");
    let all = accounts.transaction().expect("a transaction");
    for user in 0..users {
        all.execute(
            "INSERT INTO accounts (name, password, created_at) VALUES (?1, ?2, 0)",
            params![format!("user-{user}"), hash],
        )
        .expect("a row");
    }
    all.commit().expect("a commit");
}

/// The hash of an account that has registered.
///
/// # Panics
/// If there is none of this name.
pub fn hash_of(data: &Path, name: &str) -> String {
    let accounts = Connection::open(data.join("accounts.db")).expect("the service has made it");
    accounts
        .query_row("SELECT password FROM accounts WHERE name = ?1", [name], |row| row.get(0))
        .expect("an account")
}
