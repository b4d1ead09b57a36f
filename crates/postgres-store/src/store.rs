//! The steps of the store: those of one session, the lists, and `purge`.

use jwt_pair::UnixTime;
use jwt_pair_sessions::{
    Cursor, Decision, End, EndReason, EndUser, List, Page, Refresh, Session, SessionStore, Verdict,
    decide,
};
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use crate::error::PostgresStoreError;
use crate::open::PostgresStore;
use crate::row::{bigint, column, damaged, number, read_row, shown, user_bytes};

/// An index entry has room for 2,700 bytes.
const MAX_SESSION_ID_BYTES: usize = 1024;

/// How many rows a page of a list has at most.
const MAX_PAGE: i64 = 1000;

/// How many pages of the table one statement of `purge` reads: 8 MiB.
const PAGES_AT_ONCE: i64 = 1024;

/// A statement of `purge` that is late is repeated with 32 pages, then with one: a server that does
/// not answer at all is given up after three timeouts.
const FEWER: i64 = 32;

impl PostgresStore {
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

    /// Refuses what a standby or a fenced primary has read: it may be old, and hold sessions that
    /// were ended since. Statements that write are refused by the server itself.
    fn current(&self, rows: &[Row]) -> Result<(), PostgresStoreError> {
        let row = rows.first().ok_or(damaged("is_read_only"))?;
        if column(row, "is_read_only")? { Err(self.pool.leave_reader()) } else { Ok(()) }
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
        self.current(&rows)?;
        rows.iter().filter(has_session).map(read_row).next().transpose()
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
        self.current(&rows)?;
        let rows = rows.iter().filter(has_session);
        let sessions: Vec<_> = rows.map(read_row).collect::<Result<_, _>>()?;
        // A full page may be the last, and the next one then is empty.
        let is_full = i64::try_from(sessions.len()) == Ok(limit);
        let next = sessions.last().filter(|_| is_full).map(Cursor::from);
        Ok(Page { sessions, next })
    }

    async fn purge(&self, now: UnixTime) -> Result<u64, PostgresStoreError> {
        let pages = self.pool.query(self.pool.deadline(), &self.statements.pages, &[]).await?;
        let pages = pages.first().map_or(Ok(0), |row| column(row, "pages"))?;
        let (mut purged, mut page, mut at_once) = (0_u64, 0_i64, PAGES_AT_ONCE);
        while page < pages {
            let end = page.saturating_add(at_once);
            let params = [
                (&bigint(now) as _, Type::INT8),
                (&page as _, Type::INT8),
                (&end as _, Type::INT8),
            ];
            let deadline = self.pool.deadline();
            let rows = match self.pool.query(deadline, &self.statements.purge, &params).await {
                // It was rolled back. The same pages would be late again, in each call.
                Err(PostgresStoreError::TimedOut { .. }) if at_once > 1 => {
                    at_once = at_once.div_euclid(FEWER).max(1);
                    continue;
                }
                rows => rows?,
            };
            let gone = rows.first().map_or(Ok(0), |row| number(row, "count"))?;
            purged = purged.saturating_add(gone);
            page = end;
        }
        Ok(purged)
    }
}

/// Whether a row of `load` or `list` has a session. Its name cannot be NULL in the table.
fn has_session(row: &&Row) -> bool {
    !matches!(column::<Option<&[u8]>>(row, "session_id"), Ok(None))
}

/// A place in a user's list. The first is before all others, as no session began before 1970.
fn place(after: Option<&Cursor>) -> (i64, &[u8]) {
    after.map_or((-1, b""), |cursor| (bigint(cursor.started_at), cursor.session_id.as_bytes()))
}
