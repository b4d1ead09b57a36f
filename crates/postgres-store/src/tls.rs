//! TLS under the certificates that the system trusts.

use std::sync::Arc;

use rustls::crypto::ring::default_provider;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::PostgresStoreError;

/// The server's certificate is always verified, and its name too. The cryptography is this
/// configuration's: which one the process uses elsewhere is the application's choice.
pub(crate) fn system() -> Result<MakeRustlsConnect, PostgresStoreError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err(PostgresStoreError::Address {
            hint: "the system trusts no certificates: see SSL_CERT_FILE",
        });
    }
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|_| PostgresStoreError::NO_ADDRESS)?;
    Ok(MakeRustlsConnect::new(config.with_root_certificates(roots).with_no_client_auth()))
}
