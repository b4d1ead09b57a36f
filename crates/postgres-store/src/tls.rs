//! TLS under the certificates that the system trusts.

use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::PostgresStoreError;

/// The server's certificate is always verified, and its name too.
pub(crate) fn system() -> Result<MakeRustlsConnect, PostgresStoreError> {
    // rustls asks the process which cryptography to use, and panics where that is open. An error
    // means that the process has chosen before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let made = MakeRustlsConnect::with_native_certs();
    made.map(|(connect, _)| connect).map_err(|_| PostgresStoreError::Address)
}
