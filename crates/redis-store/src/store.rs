//! The store: how it is opened.

use core::fmt;
use core::future::Future;

use redis::Client;
use redis::aio::MultiplexedConnection;

use crate::connect::Connect;
use crate::error::RedisStoreError;
use crate::link::{Link, SingleLink};
use crate::options::RedisOptions;
use crate::script::Steps;

/// A [`SessionStore`](jwt_pair_sessions::SessionStore) on Redis or Valkey.
///
/// | step | round trips, each within [`RedisOptions::timeout`] |
/// |---|---|
/// | `refresh`, `load`, `end` | 1 |
/// | `insert` | 1, and at times 2 more for names of a user's sessions that are long gone |
/// | `list` | 2 a page |
/// | `end_user` | 2 for each 256 of the user's sessions |
/// | `purge` | 0: the server removes what has expired |
///
/// A step takes one more where the server has not seen its script since it started. In a cluster, a
/// user's list is on another server than the row: `insert` and a rotation take one more.
pub struct RedisStore {
    pub(crate) link: Link,
    pub(crate) options: RedisOptions,
    pub(crate) steps: Steps,
}

/// Shows no address, which may hold a password.
impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore").field("options", &self.options).finish_non_exhaustive()
    }
}

impl RedisStore {
    /// A store on the server at a URL such as `redis://:password@host:6379/0`.
    ///
    /// # Errors
    /// [`RedisStoreError::Address`] for a URL that is none, and for `rediss://` without the feature
    /// `tls`; the other errors if the server does not answer.
    pub async fn connect(url: &str, options: RedisOptions) -> Result<Self, RedisStoreError> {
        Self::with(Connect::to(url)?, options).await
    }

    /// A store on the server of a client, such as one with certificates of its own.
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    pub async fn with_client(
        client: Client,
        options: RedisOptions,
    ) -> Result<Self, RedisStoreError> {
        Self::with(Connect::Client(client), options).await
    }

    /// A store on connections that the application makes. The store asks for one at first, and again
    /// whenever one breaks, is silent or leads to a server that does not write. It shares each among
    /// all its steps.
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    pub async fn with_connections<F, C>(
        connect: F,
        options: RedisOptions,
    ) -> Result<Self, RedisStoreError>
    where
        F: Fn() -> C + Send + Sync + 'static,
        C: Future<Output = redis::RedisResult<MultiplexedConnection>> + Send + 'static,
    {
        let connect = Connect::Own(Box::new(move || Box::pin(connect())));
        Self::with(connect, options).await
    }

    /// A store on the primary of a group of servers that sentinels watch. `sentinels` are URLs;
    /// `primary` is a URL too, and says how the primary is spoken to: its user, password and database
    /// count, its host and port do not.
    ///
    /// # Errors
    /// As [`connect`](Self::connect). [`RedisStoreError::Address`] for `rediss://` and for no
    /// sentinels.
    #[cfg(feature = "sentinel")]
    pub async fn with_sentinels(
        sentinels: &[&str],
        group: &str,
        primary: &str,
        options: RedisOptions,
    ) -> Result<Self, RedisStoreError> {
        let time = options.timeout;
        let sentinels = crate::sentinel::Sentinels::new(sentinels, group, primary, time)?;
        Self::with(Connect::Sentinels(sentinels), options).await
    }

    /// A store on the Redis Cluster of a client.
    ///
    /// # Errors
    /// As [`connect`](Self::connect). [`RedisStoreError::Options`] if replicas are to be waited for.
    #[cfg(feature = "cluster")]
    pub async fn with_cluster(
        client: &redis::cluster::ClusterClient,
        options: RedisOptions,
    ) -> Result<Self, RedisStoreError> {
        if options.replicas.is_some() {
            return Err(RedisStoreError::Options);
        }
        let time = options.timeout;
        let config = redis::cluster::ClusterConfig::new()
            .set_connection_timeout(time)
            .set_response_timeout(time);
        let connecting =
            tokio::time::timeout(time, client.get_async_connection_with_config(config));
        let late = RedisStoreError::TimedOut { after: time };
        Self::on(Link::Cluster(connecting.await.map_err(|_| late)??), options).await
    }

    async fn with(connect: Connect, options: RedisOptions) -> Result<Self, RedisStoreError> {
        // A connection that waits for replicas lets nobody else through.
        let connections = if options.replicas.is_some() { 8 } else { 1 };
        let link = SingleLink::new(connect, connections, options.timeout);
        Self::on(Link::Single(link), options).await
    }

    async fn on(link: Link, options: RedisOptions) -> Result<Self, RedisStoreError> {
        let store = Self { link, options, steps: Steps::new() };
        store.link.ask(&redis::cmd("PING"), store.options.timeout).await?;
        Ok(store)
    }

    /// Whether a user's list is on the same server as the rows.
    pub(crate) const fn is_one_server(&self) -> bool {
        matches!(self.link, Link::Single(_))
    }
}
