//! How a connection is made: by a client, with TLS, through sentinels, or by the application.

use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, RedisResult};

use crate::error::RedisStoreError;

/// Makes a connection of its own each time. The name of the server is looked up each time too, so that
/// it may move.
pub(crate) enum Connect {
    Client(Client),
    #[cfg(feature = "tls")]
    Tls(crate::tls::TlsClient),
    #[cfg(feature = "sentinel")]
    Sentinels(crate::sentinel::Sentinels),
    Own(Box<dyn Fn() -> Connecting + Send + Sync>),
}

pub(crate) type Connecting =
    Pin<Box<dyn Future<Output = RedisResult<MultiplexedConnection>> + Send>>;

impl Connect {
    /// To the server of a URL.
    pub(crate) fn to(url: &str) -> Result<Self, RedisStoreError> {
        #[cfg(feature = "tls")]
        if let Some(client) = crate::tls::TlsClient::of(url)? {
            return Ok(Self::Tls(client));
        }
        // Without the feature `tls`, the client refuses `rediss://`.
        Client::open(url).map(Self::Client).map_err(|_| RedisStoreError::Address)
    }

    pub(crate) async fn once(&self) -> Result<MultiplexedConnection, RedisStoreError> {
        match self {
            Self::Client(client) => {
                Ok(client.get_multiplexed_async_connection_with_config(&config()).await?)
            }
            #[cfg(feature = "tls")]
            Self::Tls(client) => client.connect().await,
            #[cfg(feature = "sentinel")]
            Self::Sentinels(sentinels) => sentinels.connect().await,
            Self::Own(connect) => Ok(connect().await?),
        }
    }

    /// Tries a few times while nobody listens, as when a server starts again.
    pub(crate) async fn patiently(&self) -> Result<MultiplexedConnection, RedisStoreError> {
        for pause in [20, 60, 180].map(Duration::from_millis) {
            match self.once().await {
                Err(RedisStoreError::Disconnected { .. }) => tokio::time::sleep(pause).await,
                made => return made,
            }
        }
        self.once().await
    }
}

/// No time limits: the store's own are around each step.
pub(crate) fn config() -> AsyncConnectionConfig {
    AsyncConnectionConfig::new()
        .set_connection_timeout(None)
        .set_response_timeout(None)
        .set_pipeline_buffer_size(1_024)
}

/// Shows no address, which may hold a password.
impl fmt::Debug for Connect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connect").finish_non_exhaustive()
    }
}
