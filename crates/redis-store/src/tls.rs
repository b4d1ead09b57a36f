//! `rediss://`: TLS with rustls, under the certificates that the system trusts.
//!
//! The cryptography is named in this client's configuration alone. rustls also has a choice for the
//! whole process, which is the application's to make.

use std::sync::Arc;

use redis::aio::MultiplexedConnection;
use redis::{ConnectionAddr, ConnectionInfo, IntoConnectionInfo as _};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::connect::config;
use crate::error::RedisStoreError;

/// A server that is spoken to with TLS. Its certificate is always verified, and its name too.
pub(crate) struct TlsClient {
    host: String,
    port: u16,
    name: ServerName<'static>,
    info: ConnectionInfo,
    connector: TlsConnector,
}

impl TlsClient {
    /// `None` if the URL asks for no TLS.
    pub(crate) fn of(url: &str) -> Result<Option<Self>, RedisStoreError> {
        let Some(rest) = url.strip_prefix("rediss://").or_else(|| url.strip_prefix("valkeys://"))
        else {
            return Ok(None);
        };
        // A fragment would ask for TLS without verification.
        if rest.contains('#') {
            return Err(RedisStoreError::Address);
        }
        let info = format!("redis://{rest}").as_str().into_connection_info();
        let info = info.map_err(|_| RedisStoreError::Address)?;
        let ConnectionAddr::Tcp(host, port) = info.addr() else {
            return Err(RedisStoreError::Address);
        };
        let (host, port) = (host.clone(), *port);
        // An IPv6 address stands in brackets in a URL, and not in a certificate.
        let bare = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let name = ServerName::try_from(bare).map_err(|_| RedisStoreError::Address)?;
        let connector = TlsConnector::from(Arc::new(system_config()?));
        Ok(Some(Self { host, port, name, info, connector }))
    }

    pub(crate) async fn connect(&self) -> Result<MultiplexedConnection, RedisStoreError> {
        let refused = |error: std::io::Error| RedisStoreError::from(redis::RedisError::from(error));
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await.map_err(refused)?;
        stream.set_nodelay(true).map_err(refused)?;
        let stream = self.connector.connect(self.name.clone(), stream).await;
        let stream = stream.map_err(|_| RedisStoreError::disconnected("TLS failed"))?;
        let settings = self.info.redis_settings();
        let (connection, driver) =
            MultiplexedConnection::new_with_config(settings, stream, config()).await?;
        tokio::spawn(driver);
        Ok(connection)
    }
}

fn system_config() -> Result<ClientConfig, RedisStoreError> {
    let mut roots = RootCertStore::empty();
    // Certificates that cannot be read are left out: a server that needs one is then not trusted.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|_| RedisStoreError::Address)?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}
