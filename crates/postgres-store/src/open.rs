//! A store is made: on an address, a configuration or a pool.

use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{Config, NoTls, Socket};

use crate::address::parse;
use crate::error::PostgresStoreError;
use crate::migrate::migrate;
use crate::options::PostgresOptions;
use crate::pool::Pool;
use crate::statements::{Names, Statements};

/// A [`SessionStore`](jwt_pair_sessions::SessionStore) on PostgreSQL.
///
/// Each step is one statement and one round trip, within [`PostgresOptions::timeout`]; a connection
/// that is new or meets a statement for the first time needs more, and so does a refresh that loses a
/// race. `end_user` takes a statement for each 1,000 sessions, `purge` one for each 8 MiB.
#[derive(Debug)]
pub struct PostgresStore {
    pub(crate) pool: Pool,
    pub(crate) statements: Statements,
    names: Names,
}

impl PostgresStore {
    /// A store on the server at a URL such as `postgres://user:password@host/database`. No
    /// connection is made before the first step.
    ///
    /// # Errors
    /// [`PostgresStoreError::Address`] for a URL that is none, and for `sslmode=require` or
    /// `verify-full` without the feature `tls`; with it, if the system trusts no certificates.
    /// [`PostgresStoreError::Name`].
    pub fn connect(url: &str, options: &PostgresOptions) -> Result<Self, PostgresStoreError> {
        let config = parse(url)?;
        #[cfg(feature = "tls")]
        if config.get_ssl_mode() != tokio_postgres::config::SslMode::Disable {
            return Self::with_config(config, crate::tls::system()?, options);
        }
        Self::with_config(config, NoTls, options)
    }

    /// A store on the server of a configuration, through TLS of the caller's making.
    ///
    /// # Errors
    /// [`PostgresStoreError::Name`]; [`PostgresStoreError::Address`].
    pub fn with_config<T>(
        config: Config,
        tls: T,
        options: &PostgresOptions,
    ) -> Result<Self, PostgresStoreError>
    where
        T: MakeTlsConnect<Socket> + Clone + Sync + Send + 'static,
        T::Stream: Sync + Send,
        T::TlsConnect: Sync + Send,
        <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
    {
        Self::on(Pool::new(config, tls, options)?, options)
    }

    /// A store on a pool that the application has made and uses for other things too. How many
    /// connections it makes, and how, is the pool's business.
    ///
    /// # Errors
    /// [`PostgresStoreError::Name`].
    pub fn with_pool(
        pool: deadpool_postgres::Pool,
        options: &PostgresOptions,
    ) -> Result<Self, PostgresStoreError> {
        Self::on(Pool::of(pool, options), options)
    }

    fn on(pool: Pool, options: &PostgresOptions) -> Result<Self, PostgresStoreError> {
        let names = Names::new(options)?;
        Ok(Self { pool, statements: names.statements(), names })
    }

    /// Makes the table, or brings it forward from the schema of an earlier version, in one
    /// transaction. Safe to call twice, and from several processes at once. Where nothing is to be
    /// done it only reads, so that a role that may not create anything can call it.
    ///
    /// # Errors
    /// [`PostgresStoreError::Server`] with `42501` for a role that may not make tables, and with
    /// `55P03` if another transaction holds the table: try again. The others of a server that does
    /// not answer.
    pub async fn migrate(&self) -> Result<(), PostgresStoreError> {
        migrate(&self.pool, &self.names).await
    }
}
