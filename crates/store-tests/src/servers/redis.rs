//! `redis-server`, with nothing acknowledged before it is on the disk.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use super::Server;
use super::process::{Process, find, free_port, wait_for_port, wait_until};

/// A Redis server of a test's own: `appendonly yes`, `appendfsync always`, a password.
#[derive(Debug)]
pub struct RedisServer {
    process: Process,
    program: PathBuf,
    folder: TempDir,
    port: u16,
    settings: Vec<String>,
}

impl RedisServer {
    /// The program's name.
    pub const PROGRAM: &str = "redis-server";
    /// The password, which no error may show.
    pub const PASSWORD: &str = "redis-password-of-the-test";

    /// Starts one; `None` if the program is missing.
    #[must_use]
    pub fn start() -> Option<Self> {
        Self::start_with(&["--appendonly", "yes", "--appendfsync", "always"])
    }

    /// Starts one with these settings.
    #[must_use]
    pub fn start_with(settings: &[&str]) -> Option<Self> {
        let program = find(&["redis-server".into(), "valkey-server".into()])?;
        let folder = TempDir::new().expect("a temporary directory");
        let port = free_port();
        let settings = settings.iter().map(ToString::to_string).collect();
        let process = Process::spawn(&mut command(&program, &folder, port, &settings));
        let server = Self { process, program, folder, port, settings };
        server.wait_until_ready();
        Some(server)
    }

    /// Its address, with the password.
    #[must_use]
    pub fn url(&self) -> String {
        Self::url_at(self.port)
    }

    /// The same with another port, such as a proxy's.
    #[must_use]
    pub fn url_at(port: u16) -> String {
        format!("redis://:{}@127.0.0.1:{port}/", Self::PASSWORD)
    }

    /// Its port on 127.0.0.1.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// What `redis-cli` prints for a command.
    ///
    /// # Panics
    /// If it cannot be run.
    #[must_use]
    pub fn cli(&self, args: &[&str]) -> String {
        let port = self.port.to_string();
        let output = Command::new("redis-cli")
            .args(["-p", &port, "--no-auth-warning", "-a", Self::PASSWORD])
            .args(args)
            .output()
            .expect("redis-cli is in the same package");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn wait_until_ready(&self) {
        wait_for_port(self.port);
        wait_until("an answer of redis-server", || self.cli(&["PING"]).contains("PONG"));
    }
}

impl Server for RedisServer {
    fn kill(&mut self) {
        self.process.kill();
    }

    fn restart(&mut self) {
        let mut command = command(&self.program, &self.folder, self.port, &self.settings);
        self.process = Process::spawn(&mut command);
        self.wait_until_ready();
    }

    fn pause(&self) {
        self.process.signal("STOP");
    }

    fn resume(&self) {
        self.process.signal("CONT");
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.process.kill();
        self.process.wait(Duration::from_secs(1));
    }
}

fn command(program: &PathBuf, folder: &TempDir, port: u16, settings: &Vec<String>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder.path());
    command.args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", ""]);
    command.args(["--requirepass", RedisServer::PASSWORD]).args(settings);
    command
}
