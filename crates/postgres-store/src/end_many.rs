//! Many sessions are ended: in batches, each a statement, in one order for all callers.

use jwt_pair::UnixTime;
use jwt_pair_sessions::{EndReason, EndUser};
use tokio_postgres::types::Type;
use tokio_postgres::{GenericClient, Row};

use crate::error::PostgresStoreError;
use crate::open::PostgresStore;
use crate::row::{bigint, column, number, user_bytes};

/// How many sessions a statement ends, as it says too: some tens of milliseconds.
const BATCH: i64 = 1000;

/// Where the next batch begins.
struct Place {
    /// The start of a user's bytes, for the end of everybody.
    user: Vec<u8>,
    started_at: i64,
    session_id: Vec<u8>,
}

impl PostgresStore {
    /// Ends all sessions of a user, or all but one, **in a transaction of the caller's**: together
    /// with a new password, or not at all. How many.
    ///
    /// Until the commit a refresh of these sessions waits, so commit soon. Sessions that begin
    /// during the transaction may stay. The level of isolation is the caller's. At a stricter one than
    /// READ COMMITTED it fails with `40001` if a session changes beside it. Transactions that lock
    /// other rows too, such as those that end two users in different orders, may deadlock (`40P01`).
    /// After either, repeat the transaction.
    ///
    /// ```no_run
    /// # use jwt_pair::UnixTime;
    /// # use jwt_pair_postgres::{PostgresStore, PostgresStoreError, tokio_postgres};
    /// # use jwt_pair_sessions::{EndReason, EndUser};
    /// # async fn change(store: &PostgresStore, client: &mut tokio_postgres::Client, at: UnixTime)
    /// # -> Result<(), Box<dyn std::error::Error>> {
    /// let transaction = client.transaction().await?;
    /// transaction.execute("UPDATE accounts SET password = $1 WHERE id = 123", &[&"hash"]).await?;
    /// let user = 123.into();
    /// let end = EndUser { user_id: &user, except: None, why: EndReason::All, at };
    /// store.end_user_in(&transaction, &end).await?;
    /// transaction.commit().await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`PostgresStoreError::Server`] and [`PostgresStoreError::Disconnected`].
    pub async fn end_user_in(
        &self,
        client: &(impl GenericClient + Sync),
        end: &EndUser<'_>,
    ) -> Result<u64, PostgresStoreError> {
        let (mut ended, mut place) = (0_u64, Place::first());
        loop {
            let (user, except) = (user_bytes(end.user_id), end.except.map(str::as_bytes));
            let (why, at) = (end.why.as_str(), bigint(end.at));
            let params = params_of(&user, &place, &except, &why, &at);
            let rows = client.query_typed(&self.statements.end_user, &params).await?;
            match Place::after(&rows, &mut ended)? {
                Some(next) => place = next,
                None => return Ok(ended),
            }
        }
    }

    pub(crate) async fn end_sessions_of(
        &self,
        end: &EndUser<'_>,
    ) -> Result<u64, PostgresStoreError> {
        let (mut ended, mut place) = (0_u64, Place::first());
        let (user, except) = (user_bytes(end.user_id), end.except.map(str::as_bytes));
        let (why, at) = (end.why.as_str(), bigint(end.at));
        loop {
            let params = params_of(&user, &place, &except, &why, &at);
            let deadline = self.pool.deadline();
            let rows = self.pool.query(deadline, &self.statements.end_user, &params).await?;
            match Place::after(&rows, &mut ended)? {
                Some(next) => place = next,
                None => return Ok(ended),
            }
        }
    }

    /// Ends **all sessions of everybody**; how many. For the time after a backup was restored: a
    /// token that was replaced since, or a session that was ended since, would be good again.
    ///
    /// Stop the service before, or sessions that begin meanwhile may stay.
    ///
    /// # Errors
    /// As any other step; it may be called again.
    pub async fn end_everybody(
        &self,
        why: EndReason,
        at: UnixTime,
    ) -> Result<u64, PostgresStoreError> {
        let (mut ended, mut place) = (0_u64, Place::first());
        loop {
            let rows = self
                .pool
                .query(
                    self.pool.deadline(),
                    &self.statements.end_all,
                    &[
                        (&place.user, Type::BYTEA),
                        (&place.started_at, Type::INT8),
                        (&place.session_id, Type::BYTEA),
                        (&why.as_str(), Type::TEXT),
                        (&bigint(at), Type::INT8),
                    ],
                )
                .await?;
            match Place::after(&rows, &mut ended)? {
                Some(next) => place = next,
                None => return Ok(ended),
            }
        }
    }
}

impl Place {
    /// Before all others: no session began before 1970.
    const fn first() -> Self {
        Self { user: Vec::new(), started_at: -1, session_id: Vec::new() }
    }

    /// After a batch, which is counted; `None` after the last one.
    fn after(rows: &[Row], ended: &mut u64) -> Result<Option<Self>, PostgresStoreError> {
        let Some(row) = rows.first() else { return Ok(None) };
        *ended = ended.saturating_add(number(row, "ended")?);
        if column::<i64>(row, "found")? < BATCH {
            return Ok(None);
        }
        Ok(Some(Self {
            user: column(row, "user_start")?,
            started_at: column(row, "started_at")?,
            session_id: column(row, "session_id")?,
        }))
    }
}

type Param<'a> = (&'a (dyn tokio_postgres::types::ToSql + Sync), Type);

fn params_of<'a>(
    user: &'a Vec<u8>,
    place: &'a Place,
    except: &'a Option<&[u8]>,
    why: &'a &str,
    at: &'a i64,
) -> [Param<'a>; 6] {
    [
        (user, Type::BYTEA),
        (&place.started_at, Type::INT8),
        (&place.session_id, Type::BYTEA),
        (except, Type::BYTEA),
        (why, Type::TEXT),
        (at, Type::INT8),
    ]
}
