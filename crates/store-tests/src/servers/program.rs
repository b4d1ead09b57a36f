//! A program of the caller's that listens on a port.

use std::fmt;
use std::process::Command;

use super::Server;
use super::process::{Process, wait_for_port};

/// A program that listens on a port of 127.0.0.1.
pub struct Program {
    process: Process,
    command: Command,
    port: u16,
}

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Program").field("port", &self.port).finish_non_exhaustive()
    }
}

impl Program {
    /// Starts it, and waits until it listens.
    ///
    /// # Panics
    /// If it cannot be started, or does not listen within a minute.
    #[must_use]
    pub fn start(mut command: Command, port: u16) -> Self {
        let process = Process::spawn(&mut command);
        wait_for_port(port);
        Self { process, command, port }
    }
}

impl Server for Program {
    fn kill(&mut self) {
        self.process.kill();
    }

    fn restart(&mut self) {
        self.process = Process::spawn(&mut self.command);
        wait_for_port(self.port);
    }

    fn pause(&self) {
        self.process.signal("STOP");
    }

    fn resume(&self) {
        self.process.signal("CONT");
    }
}
