//! The steps of the store that concern one session, and the lists.

use jwt_pair::UnixTime;
use jwt_pair_sessions::{
    Cursor, Decision, End, EndReason, EndUser, List, Page, Refresh, Session, SessionStore, Verdict,
    decide,
};
use tokio_postgres::Row;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::types::Type;
use tokio_postgres::{Config, NoTls, Socket};

use crate::address::parse;
use crate::error::PostgresStoreError;
use crate::migrate::migrate;
use crate::options::PostgresOptions;
use crate::pool::Pool;
use crate::row::{bigint, column, damaged, number, read_row, shown, user_bytes};
use crate::statements::{Names, Statements};

/// An index entry has room for 2,700 bytes.
const MAX_SESSION_ID_BYTES: usize = 1024;

/// How many rows a page of a list has at most.
const MAX_PAGE: i64 = 1000;

/// How many pages of the table one statement of `purge` reads: 8 MiB.
const PAGES_AT_ONCE: i64 = 1024;

/// A [`SessionStore`] on PostgreSQL.
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

    /// One statement of a refresh: the row as it then stands, and whether it was changed.
    async fn step(
        &self,
        deadline: tokio::time::Instant,
        step: &Refresh<'_>,
    ) -> Result<Option<(bool, Session)>, PostgresStoreError> {
        let window = i64::try_from(step.window.as_secs()).unwrap_or(i64::MAX);
        let rows = self
            .pool
            .query(
                deadline,
                &self.statements.refresh,
                &[
                    (&step.session_id.as_bytes(), Type::BYTEA),
                    (&user_bytes(step.token.user_id), Type::BYTEA),
                    (&shown(step.token.generation), Type::INT8),
                    (&shown(step.token.iat.as_secs()), Type::INT8),
                    (&bigint(step.now), Type::INT8),
                    (&window, Type::INT8),
                    (&bigint(step.expires_at), Type::INT8),
                    (&step.label.map(str::as_bytes), Type::BYTEA),
                ],
            )
            .await?;
        let read = |row: &Row| Ok((column(row, "moved")?, read_row(row)?));
        rows.first().map(read).transpose()
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
        let rows = self
            .pool
            .query(
                self.pool.deadline(),
                &self.statements.insert,
                &[
                    (&session.session_id.as_bytes(), Type::BYTEA),
                    (&user_bytes(&session.user_id), Type::BYTEA),
                    (&session.label.as_bytes(), Type::BYTEA),
                    (&bigint(session.started_at), Type::INT8),
                    (&generation, Type::INT8),
                    (&bigint(session.rotated_at), Type::INT8),
                    (&bigint(session.previous_rotated_at), Type::INT8),
                    (&bigint(session.expires_at), Type::INT8),
                    (&bigint(session.deadline), Type::INT8),
                    (&session.ended.map(|ended| ended.why.as_str()), Type::TEXT),
                    (&session.ended.map(|ended| bigint(ended.at)), Type::INT8),
                    (&bigint(now), Type::INT8),
                ],
            )
            .await?;
        Ok(!rows.is_empty())
    }

    async fn refresh(&self, step: &Refresh<'_>) -> Result<Verdict, PostgresStoreError> {
        let deadline = self.pool.deadline();
        loop {
            let Some((moved, row)) = self.step(deadline, step).await? else {
                return Ok(Verdict { decision: Decision::Revoked, row: None });
            };
            let decision = match (moved, row.ended.map(|ended| ended.why)) {
                (true, None) => Decision::Rotate,
                (true, Some(EndReason::Reuse)) => Decision::Reuse,
                (true, Some(EndReason::Ahead)) => Decision::Ahead,
                (true, Some(_)) => return Err(damaged("ended")),
                (false, _) => decide(Some(&row), &step.token, step.now, step.window),
            };
            let writes = matches!(decision, Decision::Rotate | Decision::Reuse | Decision::Ahead);
            if moved || !writes {
                return Ok(Verdict { decision, row: Some(row) });
            }
            if decision == Decision::Rotate && row.generation == i64::MAX.unsigned_abs() {
                return Err(PostgresStoreError::OutOfRange);
            }
            // Another step came between: decide again on the row as it is now.
        }
    }

    async fn load(&self, session_id: &str) -> Result<Option<Session>, PostgresStoreError> {
        let params = [(&session_id.as_bytes() as _, Type::BYTEA)];
        let rows = self.pool.query(self.pool.deadline(), &self.statements.load, &params).await?;
        rows.first().map(read_row).transpose()
    }

    async fn end(&self, end: &End<'_>) -> Result<bool, PostgresStoreError> {
        let rows = self
            .pool
            .query(
                self.pool.deadline(),
                &self.statements.end,
                &[
                    (&end.session_id.as_bytes(), Type::BYTEA),
                    (&end.user_id.map(user_bytes), Type::BYTEA),
                    (&end.why.as_str(), Type::TEXT),
                    (&bigint(end.at), Type::INT8),
                ],
            )
            .await?;
        Ok(!rows.is_empty())
    }

    async fn end_user(&self, end: &EndUser<'_>) -> Result<u64, PostgresStoreError> {
        self.end_sessions_of(end).await
    }

    async fn list(&self, list: &List<'_>) -> Result<Page, PostgresStoreError> {
        let limit = i64::try_from(list.limit.get()).unwrap_or(MAX_PAGE).min(MAX_PAGE);
        let (started_at, session_id) = place(list.after);
        let rows = self
            .pool
            .query(
                self.pool.deadline(),
                &self.statements.list,
                &[
                    (&user_bytes(list.user_id), Type::BYTEA),
                    (&started_at, Type::INT8),
                    (&session_id, Type::BYTEA),
                    (&bigint(list.now), Type::INT8),
                    (&limit, Type::INT8),
                ],
            )
            .await?;
        let sessions: Vec<_> = rows.iter().map(read_row).collect::<Result<_, _>>()?;
        // A full page may be the last, and the next one then is empty.
        let is_full = i64::try_from(sessions.len()) == Ok(limit);
        let next = sessions.last().filter(|_| is_full).map(Cursor::from);
        Ok(Page { sessions, next })
    }

    async fn purge(&self, now: UnixTime) -> Result<u64, PostgresStoreError> {
        let pages = self.pool.query(self.pool.deadline(), &self.statements.pages, &[]).await?;
        let pages = pages.first().map_or(Ok(0), |row| column(row, "pages"))?;
        let (mut purged, mut page) = (0_u64, 0_i64);
        while page < pages {
            let end = page.saturating_add(PAGES_AT_ONCE);
            let params = [
                (&bigint(now) as _, Type::INT8),
                (&page as _, Type::INT8),
                (&end as _, Type::INT8),
            ];
            let deadline = self.pool.deadline();
            let rows = self.pool.query(deadline, &self.statements.purge, &params).await?;
            let gone = rows.first().map_or(Ok(0), |row| number(row, "count"))?;
            purged = purged.saturating_add(gone);
            page = end;
        }
        Ok(purged)
    }
}

/// A place in a user's list. The first is before all others, as no session began before 1970.
fn place(after: Option<&Cursor>) -> (i64, &[u8]) {
    after.map_or((-1, b""), |cursor| (bigint(cursor.started_at), cursor.session_id.as_bytes()))
}
