//! A session as a row of the table: read with suspicion, as hands other than this store's reach it.

use jwt_pair::{UnixTime, UserId};
use jwt_pair_sessions::{EndReason, Ended, Session};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Row, ToSql};

use crate::error::SqliteStoreError;

/// The columns that [`read_row`] reads, in its order.
macro_rules! columns {
    () => {
        "session_id, user_id, label, started_at, generation, rotated_at, previous_rotated_at, \
         expires_at, deadline, ended_why, ended_at"
    };
}
pub(crate) use columns;

pub(crate) fn read_row(row: &Row<'_>) -> Result<Session, SqliteStoreError> {
    let session_id = text(row, 0, "session_id")?;
    let user_id = match value(row, 1, "user_id")? {
        ValueRef::Integer(id) => UserId::Integer(id),
        _ => UserId::Text(text(row, 1, "user_id")?),
    };
    let started_at = time(row, 3, "started_at")?;
    let mut session = Session::new(session_id, user_id, started_at, time(row, 8, "deadline")?);
    session.label = text(row, 2, "label")?;
    session.generation = number(row, 4, "generation")?;
    session.rotated_at = time(row, 5, "rotated_at")?;
    session.previous_rotated_at = time(row, 6, "previous_rotated_at")?;
    session.expires_at = time(row, 7, "expires_at")?;
    let is_null = |at, name| value(row, at, name).map(|value| value == ValueRef::Null);
    session.ended = match (is_null(9, "ended_why")?, is_null(10, "ended_at")?) {
        (true, true) => None,
        // A row with half an end is not taken for one that is alive.
        _ => {
            let why = EndReason::from_word(&text(row, 9, "ended_why")?);
            let why = why.ok_or(SqliteStoreError::Damaged { column: "ended_why" })?;
            Some(Ended { why, at: time(row, 10, "ended_at")? })
        }
    };
    Ok(session)
}

fn text(row: &Row<'_>, at: usize, column: &'static str) -> Result<String, SqliteStoreError> {
    let text = value(row, at, column)?.as_str();
    text.map(str::to_owned).map_err(|_| SqliteStoreError::Damaged { column })
}

fn time(row: &Row<'_>, at: usize, column: &'static str) -> Result<UnixTime, SqliteStoreError> {
    number(row, at, column).map(UnixTime::from_secs)
}

fn number(row: &Row<'_>, at: usize, column: &'static str) -> Result<u64, SqliteStoreError> {
    let number = value(row, at, column)?.as_i64().ok();
    number.and_then(|it| u64::try_from(it).ok()).ok_or(SqliteStoreError::Damaged { column })
}

fn value<'a>(
    row: &'a Row<'_>,
    at: usize,
    column: &'static str,
) -> Result<ValueRef<'a>, SqliteStoreError> {
    row.get_ref(at).map_err(|_| SqliteStoreError::Damaged { column })
}

/// A number that a row is to keep exactly.
pub(crate) fn exact(number: u64) -> Result<i64, SqliteStoreError> {
    i64::try_from(number).map_err(|_| SqliteStoreError::OutOfRange)
}

/// A time that rows are compared with. Rows have times below 2^63, so a later one is after them all.
pub(crate) fn bound(time: UnixTime) -> i64 {
    i64::try_from(time.as_secs()).unwrap_or(i64::MAX)
}

/// A user as a value: the integer 1 apart from the text `1`.
pub(crate) struct User(pub(crate) UserId);

impl ToSql for User {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match &self.0 {
            UserId::Integer(id) => ToSqlOutput::Owned(Value::Integer(*id)),
            UserId::Text(id) => ToSqlOutput::Borrowed(ValueRef::Text(id.as_bytes())),
        })
    }
}
