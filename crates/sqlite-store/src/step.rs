//! The step of a refresh token on a row of the file.
//!
//! The rule is not told again in SQL: a row is read, [`Refresh::apply`] decides and changes it, and
//! it is written back, all under the file's one lock for writing.

use core::time::Duration;

use jwt_pair::{UnixTime, UserId};
use jwt_pair_sessions::{Decision, Refresh, Session, ShownToken, Verdict};
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::error::SqliteStoreError;
use crate::row::{exact, read_row};
use crate::statements::{END, LOAD, ROTATE, SKIP};

/// A [`Refresh`] that another thread can take.
pub(crate) struct Shown {
    session_id: String,
    user_id: UserId,
    generation: u64,
    iat: UnixTime,
    now: UnixTime,
    window: Duration,
    expires_at: UnixTime,
    label: Option<String>,
}

impl From<&Refresh<'_>> for Shown {
    fn from(step: &Refresh<'_>) -> Self {
        Self {
            session_id: step.session_id.to_owned(),
            user_id: step.token.user_id.clone(),
            generation: step.token.generation,
            iat: step.token.iat,
            now: step.now,
            window: step.window,
            expires_at: step.expires_at,
            label: step.label.map(str::to_owned),
        }
    }
}

impl Shown {
    fn step(&self) -> Refresh<'_> {
        Refresh {
            session_id: &self.session_id,
            token: ShownToken {
                user_id: &self.user_id,
                generation: self.generation,
                iat: self.iat,
            },
            now: self.now,
            window: self.window,
            expires_at: self.expires_at,
            label: self.label.as_deref(),
        }
    }
}

pub(crate) fn load(
    connection: &Connection,
    session_id: &str,
) -> Result<Option<Session>, SqliteStoreError> {
    let mut statement = connection.prepare_cached(LOAD)?;
    let mut rows = statement.query([session_id])?;
    rows.next()?.map(read_row).transpose()
}

/// Decides and writes, within a transaction that holds the lock for writing.
pub(crate) fn take(connection: &Connection, shown: &Shown) -> Result<Verdict, SqliteStoreError> {
    let mut row = load(connection, &shown.session_id)?;
    let decision = shown.step().apply(row.as_mut());
    match (&row, decision) {
        (Some(row), Decision::Rotate) => {
            connection.prepare_cached(ROTATE)?.execute(params![
                row.session_id,
                exact(row.generation)?,
                exact(row.rotated_at.as_secs())?,
                exact(row.previous_rotated_at.as_secs())?,
                exact(row.expires_at.as_secs())?,
                row.label,
            ])?;
        }
        (Some(row), Decision::Reuse | Decision::Ahead) => {
            let why = row.ended.map(|ended| ended.why.as_str());
            let at = row.ended.map(|ended| exact(ended.at.as_secs())).transpose()?;
            let any_user = None::<i64>;
            let mut statement = connection.prepare_cached(END)?;
            statement.execute(params![row.session_id, any_user, why, at])?;
        }
        _ => {}
    }
    Ok(Verdict { decision, row })
}

/// The name so many rows after one, if there are as many.
pub(crate) fn skip(
    connection: &Connection,
    from: &str,
    rows: u16,
) -> Result<Option<String>, SqliteStoreError> {
    let mut statement = connection.prepare_cached(SKIP)?;
    Ok(statement.query_row(params![from, rows], |row| row.get(0)).optional()?)
}
