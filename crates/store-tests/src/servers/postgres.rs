//! `postgres`, in a cluster of its own that `initdb` makes.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use super::Server;
use super::process::{Process, find, free_port, make_certificate, signal, wait_until};

/// A PostgreSQL server of a test's own, with a password.
#[derive(Debug)]
pub struct PostgresServer {
    process: Process,
    folder: TempDir,
    bin: PathBuf,
    as_root: bool,
    port: u16,
}

impl PostgresServer {
    /// The program's name.
    pub const PROGRAM: &str = "postgres";
    /// The password, which no error may show.
    pub const PASSWORD: &str = "postgres-password-of-the-test";

    /// Starts one; `None` if the program is missing.
    ///
    /// # Panics
    /// If it is there and cannot be started.
    #[must_use]
    pub fn start() -> Option<Self> {
        // Debian keeps it out of `PATH`; the newest that is there.
        let mut programs: Vec<PathBuf> =
            (14..30).rev().map(|v| format!("/usr/lib/postgresql/{v}/bin/initdb").into()).collect();
        programs.push("initdb".into());
        let bin = find(&programs)?.parent()?.to_path_buf();
        let folder = TempDir::new().expect("a temporary directory");
        let password = folder.path().join("password");
        std::fs::write(&password, Self::PASSWORD).expect("a file of the test's own");
        // It refuses to run as root, and so runs as the user that Debian's package has made.
        let as_root = own_by_postgres(folder.path());
        let mut initdb = as_postgres(&bin.join("initdb"), folder.path(), as_root);
        initdb.args(["--username", "test", "--auth", "scram-sha-256", "--no-sync", "--pgdata"]);
        initdb.arg(folder.path().join("data")).arg("--pwfile").arg(&password);
        run(initdb.args(["--encoding", "UTF8", "--locale", "C"]));
        let port = free_port();
        let process = Process::spawn(&mut command(&bin, &folder, as_root, port));
        let server = Self { process, folder, bin, as_root, port };
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
        format!("postgres://test:{}@127.0.0.1:{port}/postgres", Self::PASSWORD)
    }

    /// Its port on 127.0.0.1.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// What `psql` prints for a statement, without frills; the error, if there is one.
    ///
    /// # Panics
    /// If it cannot be run.
    #[must_use]
    pub fn psql(&self, sql: &str) -> String {
        let output = Command::new(self.bin.join("psql"))
            .args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--command", sql])
            .arg(self.url())
            .output()
            .expect("psql is in the same package");
        let text = [output.stdout, output.stderr].concat();
        String::from_utf8_lossy(&text).trim().to_owned()
    }

    /// Speaks TLS from now on, under a certificate for `localhost` that vouches for itself; its path.
    ///
    /// # Panics
    /// If there is no `openssl`.
    #[must_use]
    pub fn enable_tls(&self) -> PathBuf {
        let data = self.folder.path().join("data");
        let certificate = make_certificate(&data);
        let key = data.join("key.pem");
        if self.as_root {
            run(Command::new("chown").arg("postgres").args([&certificate, &key]));
        }
        for setting in ["ssl_cert_file = 'cert.pem'", "ssl_key_file = 'key.pem'", "ssl = on"] {
            assert_eq!(self.psql(&format!("ALTER SYSTEM SET {setting}")), "");
        }
        assert_eq!(self.psql("SELECT pg_reload_conf()"), "t");
        let in_use =
            || self.psql("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()") == "t";
        wait_until("a connection under TLS", in_use);
        certificate
    }

    /// A standby of this server: a server of its own that follows it.
    ///
    /// # Panics
    /// If it cannot be made.
    #[must_use]
    pub fn standby(&self) -> Self {
        let folder = TempDir::new().expect("a temporary directory");
        own_by_postgres(folder.path());
        let backup = self.bin.join("pg_basebackup");
        let mut backup = as_postgres(&backup, folder.path(), self.as_root);
        backup.args(["--write-recovery-conf", "--checkpoint=fast", "--no-sync", "--pgdata"]);
        run(backup.arg(folder.path().join("data")).arg("--dbname").arg(self.url()));
        let (bin, as_root, port) = (self.bin.clone(), self.as_root, free_port());
        let process = Process::spawn(&mut command(&bin, &folder, as_root, port));
        let server = Self { process, folder, bin, as_root, port };
        server.wait_until_ready();
        server
    }

    /// Makes a standby the server that writes, when it has all that the other had written.
    ///
    /// # Panics
    /// If it is no standby, or takes more than a minute.
    pub fn promote(&self) {
        assert_eq!(self.psql("SELECT pg_promote()"), "t");
    }

    fn signal_all(&self, name: &str) {
        self.process.signal(name);
        for child in self.process.children() {
            signal(&child, name);
        }
    }

    fn wait_until_ready(&self) {
        wait_until("an answer of postgres", || self.psql("SELECT 1") == "1");
    }
}

impl Server for PostgresServer {
    fn kill(&mut self) {
        let children = self.process.children();
        self.process.kill();
        for child in &children {
            signal(child, "KILL");
        }
        wait_until("the end of its children", || {
            children.iter().all(|child| !Path::new("/proc").join(child).exists())
        });
    }

    fn restart(&mut self) {
        let mut command = command(&self.bin, &self.folder, self.as_root, self.port);
        self.process = Process::spawn(&mut command);
        self.wait_until_ready();
    }

    fn pause(&self) {
        self.signal_all("STOP");
    }

    fn resume(&self) {
        self.signal_all("CONT");
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        self.signal_all("CONT");
        // An immediate shutdown takes the children along, as a kill would not.
        self.process.signal("QUIT");
        self.process.wait(Duration::from_secs(10));
    }
}

fn command(bin: &Path, folder: &TempDir, as_root: bool, port: u16) -> Command {
    let mut command = as_postgres(&bin.join("postgres"), folder.path(), as_root);
    command.arg("-D").arg(folder.path().join("data")).args(["-p", &port.to_string()]);
    command.args(["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]);
    command.args(["-c", "max_connections=60"]);
    command
}

/// The program itself, or through `setpriv`, which becomes it: its process id is the program's.
pub(super) fn as_postgres(program: &Path, folder: &Path, as_root: bool) -> Command {
    let mut command = if as_root {
        let mut command = Command::new("setpriv");
        command.args(["--reuid", "postgres", "--regid", "postgres", "--init-groups"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.current_dir(folder);
    command
}

/// If this process is root's, gives a folder to the user that the programs run as, and says so.
pub(super) fn own_by_postgres(folder: &Path) -> bool {
    let as_root = is_root(folder);
    if as_root {
        run(Command::new("chown").args(["-R", "postgres"]).arg(folder));
        let all = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(folder, all).expect("a folder of the test's own");
    }
    as_root
}

/// Whether this process is root's: by a file that it has made, as the standard library has no call.
fn is_root(made: &Path) -> bool {
    made.metadata().is_ok_and(|made| made.uid() == 0)
}

fn run(command: &mut Command) {
    let output = command.output().expect("the program was found");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
