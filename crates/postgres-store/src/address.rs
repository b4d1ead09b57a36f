//! The server's address, as other programs write it too.

use tokio_postgres::Config;

use crate::error::PostgresStoreError;

/// Reads a URL, or words such as `host=a user=b`. `sslmode=verify-full` is `require` here: with the
/// feature `tls` the certificate and the name are always verified.
pub(crate) fn parse(address: &str) -> Result<Config, PostgresStoreError> {
    let (before, settings) = match address.split_once('?') {
        Some((before, settings)) if address.contains("://") => (Some(before), settings),
        _ => (None, address),
    };
    let separator = if before.is_some() { '&' } else { ' ' };
    let mut words = Vec::new();
    for word in settings.split(separator) {
        words.push(match word {
            "sslmode=verify-full" => "sslmode=require",
            "sslmode=verify-ca" => return Err(hint("write sslmode=verify-full")),
            word if word.starts_with("sslrootcert=") => {
                return Err(hint("name the certificates in SSL_CERT_FILE, or use `with_config`"));
            }
            word => word,
        });
    }
    let settings = words.join(&separator.to_string());
    let address = before.map_or_else(|| settings.clone(), |before| format!("{before}?{settings}"));
    let config: Config = address.parse().map_err(|_| PostgresStoreError::NO_ADDRESS)?;
    #[cfg(not(feature = "tls"))]
    if config.get_ssl_mode() == tokio_postgres::config::SslMode::Require {
        return Err(hint("switch on the feature `tls`"));
    }
    Ok(config)
}

const fn hint(hint: &'static str) -> PostgresStoreError {
    PostgresStoreError::Address { hint }
}
