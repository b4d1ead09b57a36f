//! Processes of their own on the file: this test program, started again with a variable.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use jwt_pair::{Key, PairIssuer, PairPolicy, UnixTime};
use jwt_pair_sessions::{SessionPolicy, Sessions};
use jwt_pair_sqlite::{SqliteOptions, SqliteStore};

const VARIABLE: &str = "JWT_PAIR_SQLITE_CHILD";

/// The window of the tests' sessions.
pub(crate) const WINDOW: u64 = 10;

/// A child on a file, and what it says.
pub(crate) struct Process {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Process {
    /// Starts the test of this name in a process of its own.
    pub(crate) fn start(test: &str, path: &Path) -> Self {
        let mut child = Command::new(std::env::current_exe().expect("a path"))
            .args(["--exact", test, "--nocapture", "--test-threads=1"])
            .env(VARIABLE, path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("this program runs");
        let input = child.stdin.take().expect("a pipe");
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { child, input, output }
    }

    pub(crate) fn write(&mut self, line: &str) {
        writeln!(self.input, "{line}").expect("the child reads");
    }

    /// The words of the next line that a child wrote by [`say`]; `None` at the end.
    pub(crate) fn read(&mut self) -> Option<Vec<String>> {
        loop {
            let mut line = String::new();
            let read = self.output.read_line(&mut line).expect("the child writes text");
            if read == 0 {
                return None;
            }
            // The harness writes lines of its own, and a kill may cut the last one short.
            if let Some((_, said)) = line.split_once("> ")
                && said.ends_with('\n')
            {
                return Some(said.split_whitespace().map(str::to_owned).collect());
            }
        }
    }

    /// `kill -9`, and what it had said until then.
    pub(crate) fn kill(mut self) -> Vec<Vec<String>> {
        self.child.kill().expect("it runs");
        std::iter::from_fn(|| self.read()).collect()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The file, in a child.
pub(crate) fn file() -> Option<String> {
    std::env::var(VARIABLE).ok()
}

/// One line for the parent, in one write.
pub(crate) fn say(line: &str) {
    let line = format!("> {line}\n");
    std::io::stdout().lock().write_all(line.as_bytes()).expect("the parent reads");
    std::io::stdout().lock().flush().expect("the parent reads");
}

pub(crate) fn sessions(path: impl AsRef<Path>) -> Sessions<SqliteStore> {
    let key = Key::new(&[7; 32]).expect("32 bytes");
    let issuer = PairIssuer::new(key.into(), PairPolicy::new());
    let store = SqliteStore::open(path, &SqliteOptions::new()).expect("a file");
    let policy = SessionPolicy::new().window(std::time::Duration::from_secs(WINDOW));
    Sessions::new(issuer, store, policy).expect("10 seconds")
}

/// A time of its own for each generation, one window after the other, the same in all processes.
pub(crate) fn time_of(generation: u64) -> UnixTime {
    UnixTime::from_secs(1_800_000_000 + generation * WINDOW)
}
