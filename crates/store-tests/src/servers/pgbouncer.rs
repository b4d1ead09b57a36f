//! `pgbouncer` in transaction mode, before a PostgreSQL server.

use std::process::Command;

use tempfile::TempDir;

use super::postgres::{PostgresServer, own_by_postgres};
use super::process::{Process, find, free_port, wait_for_port};

/// A pooler that hands two connections of the server's to whoever begins a transaction.
#[derive(Debug)]
pub struct PgBouncer {
    _process: Process,
    _folder: TempDir,
    port: u16,
}

impl PgBouncer {
    /// The program's name.
    pub const PROGRAM: &str = "pgbouncer";

    /// Starts one before a server; `None` if the program is missing.
    ///
    /// # Panics
    /// If it is there and cannot be started.
    #[must_use]
    pub fn before(server: &PostgresServer) -> Option<Self> {
        let program = find(&["/usr/sbin/pgbouncer".into(), Self::PROGRAM.into()])?;
        let folder = TempDir::new().expect("a temporary directory");
        let (port, settings) = (free_port(), folder.path().join("pgbouncer.ini"));
        let text = format!(
            "[databases]\n\
             postgres = host=127.0.0.1 port={} user=test password={}\n\
             [pgbouncer]\n\
             listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n\
             auth_type = any\npool_mode = transaction\ndefault_pool_size = 2\n",
            server.port(),
            PostgresServer::PASSWORD
        );
        std::fs::write(&settings, text).expect("a file of the test's own");
        let as_root = own_by_postgres(folder.path());
        let mut command = super::postgres::as_postgres(&program, folder.path(), as_root);
        let process = Process::spawn(Command::arg(&mut command, &settings));
        wait_for_port(port);
        Some(Self { _process: process, _folder: folder, port })
    }

    /// The address of the server behind it.
    #[must_use]
    pub fn url(&self) -> String {
        PostgresServer::url_at(self.port)
    }
}
