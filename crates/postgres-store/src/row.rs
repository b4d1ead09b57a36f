//! A session as a row of the table: read with suspicion, as hands other than this store's reach it.

use jwt_pair::{UnixTime, UserId};
use jwt_pair_sessions::Session;
use tokio_postgres::Row;
use tokio_postgres::types::FromSql;

use crate::error::PostgresStoreError;

/// A time for a `bigint`: times from 2^63 on become 2^63 - 1, as they do in tokens.
pub(crate) fn bigint(time: UnixTime) -> i64 {
    i64::try_from(time.as_secs()).unwrap_or(i64::MAX)
}

/// A user as bytes, the integer 1 apart from the text `1`.
pub(crate) fn user_bytes(user_id: &UserId) -> Vec<u8> {
    match user_id {
        UserId::Integer(id) => format!("i{id}"),
        UserId::Text(id) => format!("t{id}"),
    }
    .into_bytes()
}

/// The row, whose columns have the names of the table's.
pub(crate) fn read_row(row: &Row) -> Result<Session, PostgresStoreError> {
    Ok(Session {
        session_id: text(row, "session_id")?.to_owned(),
        user_id: read_user(text(row, "user_id")?).ok_or(damaged("user_id"))?,
        label: text(row, "label")?.to_owned(),
        started_at: UnixTime::from_secs(number(row, "started_at")?),
        generation: number(row, "generation")?,
        rotated_at: UnixTime::from_secs(number(row, "rotated_at")?),
        expires_at: UnixTime::from_secs(number(row, "expires_at")?),
        deadline: UnixTime::from_secs(number(row, "deadline")?),
        revoked: column(row, "revoked")?,
    })
}

fn read_user(text: &str) -> Option<UserId> {
    if let Some(id) = text.strip_prefix('t') {
        return Some(id.to_owned().into());
    }
    let id: i64 = text.strip_prefix('i')?.parse().ok()?;
    let user = UserId::Integer(id);
    // One text for each user: `i+1` and `i01` are nobody's.
    (user_bytes(&user) == text.as_bytes()).then_some(user)
}

fn text<'a>(row: &'a Row, name: &'static str) -> Result<&'a str, PostgresStoreError> {
    core::str::from_utf8(column(row, name)?).map_err(|_| damaged(name))
}

fn number(row: &Row, name: &'static str) -> Result<u64, PostgresStoreError> {
    u64::try_from(column::<i64>(row, name)?).map_err(|_| damaged(name))
}

fn column<'a, T: FromSql<'a>>(row: &'a Row, name: &'static str) -> Result<T, PostgresStoreError> {
    row.try_get(name).map_err(|_| damaged(name))
}

const fn damaged(column: &'static str) -> PostgresStoreError {
    PostgresStoreError::Damaged { column }
}
