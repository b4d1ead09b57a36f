//! A session as a hash of Redis: read with suspicion, as hands other than this store's reach it.

use jwt_pair::UnixTime;
use jwt_pair_sessions::Session;
use redis::{Cmd, Value};

use crate::error::RedisStoreError;
use crate::keys::{user_of, user_text};

/// The fields, in the order in which scripts return and take them.
pub(crate) const FIELDS: [&str; 8] =
    ["user", "label", "started", "generation", "rotated", "expires", "deadline", "revoked"];

/// Adds the fields of a row to a command.
pub(crate) fn push_row(command: &mut Cmd, row: &Session) {
    command.arg(user_text(&row.user_id)).arg(&row.label).arg(row.started_at.as_secs());
    command.arg(row.generation).arg(row.rotated_at.as_secs()).arg(row.expires_at.as_secs());
    command.arg(row.deadline.as_secs()).arg(i32::from(row.revoked));
}

/// A row by its fields; `None` if all are missing.
pub(crate) fn read_row(
    session_id: &str,
    fields: Value,
) -> Result<Option<Session>, RedisStoreError> {
    let Value::Array(fields) = fields else { return Err(damaged("row")) };
    if fields.len() == FIELDS.len() && fields.iter().all(|field| *field == Value::Nil) {
        return Ok(None);
    }
    let mut fields = FIELDS.into_iter().zip(fields);
    let mut next = || {
        let (name, value) = fields.next().ok_or(damaged("row"))?;
        let text = match value {
            Value::BulkString(bytes) => String::from_utf8(bytes).ok(),
            Value::SimpleString(text) => Some(text),
            _ => None,
        };
        Ok::<_, RedisStoreError>((name, text.ok_or(damaged(name))?))
    };
    let (name, user) = next()?;
    let user_id = user_of(&user).ok_or(damaged(name))?;
    let (_, label) = next()?;
    let mut number = || next().and_then(|(name, text)| read_number(&text).ok_or(damaged(name)));
    let started_at = UnixTime::from_secs(number()?);
    let generation = number()?;
    let rotated_at = UnixTime::from_secs(number()?);
    let expires_at = UnixTime::from_secs(number()?);
    let deadline = UnixTime::from_secs(number()?);
    let revoked = match next()? {
        (_, text) if text == "0" => false,
        (_, text) if text == "1" => true,
        (name, _) => return Err(damaged(name)),
    };
    let session_id = session_id.to_owned();
    Ok(Some(Session {
        session_id,
        user_id,
        label,
        started_at,
        generation,
        rotated_at,
        expires_at,
        deadline,
        revoked,
    }))
}

/// A decimal below 2^64, without sign and leading zeros: as the scripts compare them.
fn read_number(text: &str) -> Option<u64> {
    let is_canonical = text == "0" || !text.starts_with(['0', '+']);
    text.parse().ok().filter(|_| is_canonical)
}

const fn damaged(field: &'static str) -> RedisStoreError {
    RedisStoreError::Damaged { field }
}
