//! The steps of the store, each one statement.

use jwt_pair::{UnixTime, UserId};
use jwt_pair_sessions::{Advance, Advanced, Session, SessionStore};
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{Config, NoTls, Socket};

use crate::error::PostgresStoreError;
use crate::options::PostgresOptions;
use crate::pool::Pool;
use crate::row::{bigint, read_row, user_bytes};
use crate::statements::{ADVANCE, INSERT, LIST_USER, LOAD, PAGES, PURGE, REVOKE, REVOKE_USER};

/// An index entry has room for 2,700 bytes.
const MAX_SESSION_ID_BYTES: usize = 1024;

/// How many pages of the table one statement of `purge` reads: 8 MiB.
const PAGES_AT_ONCE: i64 = 1024;

/// A [`SessionStore`] on PostgreSQL.
///
/// Each step is one statement and one round trip, within [`PostgresOptions::timeout`]; a connection
/// that is new or meets a statement for the first time needs more. Only `purge` takes a statement
/// for each 8 MiB of the table.
#[derive(Debug)]
pub struct PostgresStore {
    pool: Pool,
}

impl PostgresStore {
    /// A store on the server at a URL such as `postgres://user:password@host/database`. No
    /// connection is made before the first step.
    ///
    /// # Errors
    /// [`PostgresStoreError::Address`] for a URL that is none, and for `sslmode=require` without
    /// the feature `tls`; with it, if the system trusts no certificates.
    pub fn connect(url: &str, options: &PostgresOptions) -> Result<Self, PostgresStoreError> {
        let config: Config = url.parse().map_err(|_| PostgresStoreError::Address)?;
        #[cfg(feature = "tls")]
        if config.get_ssl_mode() != tokio_postgres::config::SslMode::Disable {
            return Self::with_config(config, crate::tls::system()?, options);
        }
        #[cfg(not(feature = "tls"))]
        if config.get_ssl_mode() == tokio_postgres::config::SslMode::Require {
            return Err(PostgresStoreError::Address);
        }
        Self::with_config(config, NoTls, options)
    }

    /// A store on the server of a configuration, through TLS of the caller's making.
    ///
    /// # Errors
    /// [`PostgresStoreError::Address`].
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
        Ok(Self { pool: Pool::new(config, tls, options)? })
    }

    /// Makes the table, or leaves it as it is if it is there: the files of `migrations/` in order,
    /// which may also be run by hand. Safe to call twice, and from several processes at once.
    ///
    /// # Errors
    /// [`PostgresStoreError::Refused`] with `42501` for a role that may not make tables, and the
    /// others of a server that does not answer.
    pub async fn migrate(&self) -> Result<(), PostgresStoreError> {
        self.pool.run(include_str!("../migrations/0001_sessions.sql")).await
    }
}

impl SessionStore for PostgresStore {
    type Error = PostgresStoreError;

    async fn insert(&self, session: &Session, now: UnixTime) -> Result<bool, PostgresStoreError> {
        let bytes = session.session_id.len();
        if bytes > MAX_SESSION_ID_BYTES {
            return Err(PostgresStoreError::SessionIdTooLong { bytes });
        }
        let generation =
            i64::try_from(session.generation).map_err(|_| PostgresStoreError::OutOfRange)?;
        let inserted = self
            .pool
            .execute(
                INSERT,
                &[
                    &session.session_id.as_bytes(),
                    &user_bytes(&session.user_id),
                    &session.label.as_bytes(),
                    &bigint(session.started_at),
                    &generation,
                    &bigint(session.rotated_at),
                    &bigint(session.expires_at),
                    &bigint(session.deadline),
                    &session.revoked,
                    &bigint(now),
                ],
            )
            .await?;
        Ok(inserted == 1)
    }

    async fn advance(&self, step: Advance<'_>) -> Result<Advanced, PostgresStoreError> {
        // No row has a generation above 2^63 - 1, nor below 0.
        let from = i64::try_from(step.from).unwrap_or(-1);
        let rows = self
            .pool
            .query(
                ADVANCE,
                &[
                    &step.session_id.as_bytes(),
                    &user_bytes(step.user_id),
                    &from,
                    &bigint(step.now),
                    &bigint(step.expires_at),
                ],
            )
            .await?;
        let Some(found) = rows.first() else { return Ok(Advanced::No(None)) };
        let row = read_row(found)?;
        let moved = found.try_get("moved").map_err(PostgresStoreError::from)?;
        match moved {
            true => Ok(Advanced::Yes(row)),
            false => Ok(Advanced::No(Some(row).filter(|row| !row.has_expired(step.now)))),
        }
    }

    async fn load(
        &self,
        session_id: &str,
        now: UnixTime,
    ) -> Result<Option<Session>, PostgresStoreError> {
        let rows = self.pool.query(LOAD, &[&session_id.as_bytes()]).await?;
        let row = rows.first().map(read_row).transpose()?;
        Ok(row.filter(|row| !row.has_expired(now)))
    }

    async fn revoke(&self, session_id: &str, now: UnixTime) -> Result<bool, PostgresStoreError> {
        let ended = self.pool.execute(REVOKE, &[&session_id.as_bytes(), &bigint(now)]).await?;
        Ok(ended == 1)
    }

    async fn revoke_user(
        &self,
        user_id: &UserId,
        now: UnixTime,
    ) -> Result<u64, PostgresStoreError> {
        self.pool.execute(REVOKE_USER, &[&user_bytes(user_id), &bigint(now)]).await
    }

    async fn list_user(
        &self,
        user_id: &UserId,
        now: UnixTime,
    ) -> Result<Vec<Session>, PostgresStoreError> {
        let rows = self.pool.query(LIST_USER, &[&user_bytes(user_id), &bigint(now)]).await?;
        rows.iter().map(read_row).collect()
    }

    async fn purge(&self, now: UnixTime) -> Result<u64, PostgresStoreError> {
        let pages = self.pool.query(PAGES, &[]).await?;
        let pages: i64 = match pages.first() {
            Some(row) => row.try_get("pages").map_err(PostgresStoreError::from)?,
            None => 0,
        };
        let (mut purged, mut page) = (0_u64, 0_i64);
        while page < pages {
            let end = page.saturating_add(PAGES_AT_ONCE);
            let gone = self.pool.execute(PURGE, &[&bigint(now), &page, &end]).await?;
            purged = purged.saturating_add(gone);
            page = end;
        }
        Ok(purged)
    }
}
