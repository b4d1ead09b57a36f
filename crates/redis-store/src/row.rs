//! A session as a hash of Redis: read with suspicion, because other hands reach it too.

use jwt_pair::UnixTime;
use jwt_pair_sessions::{EndReason, Ended, Session};
use redis::{Cmd, Value};

use crate::error::RedisStoreError;
use crate::keys::{user_of, user_text};

/// The fields, in the order in which scripts return and take them.
const FIELDS: [&str; 9] = [
    "user",
    "label",
    "started",
    "generation",
    "previous",
    "rotated",
    "expires",
    "deadline",
    "ended",
];

/// Adds the fields of a row to a command.
pub(crate) fn push_row(command: &mut Cmd, row: &Session) {
    command.arg(user_text(&row.user_id)).arg(&row.label).arg(row.started_at.as_secs());
    command.arg(row.generation).arg(row.previous_rotated_at.as_secs());
    command.arg(row.rotated_at.as_secs()).arg(row.expires_at.as_secs());
    command.arg(row.deadline.as_secs());
    command.arg(row.ended.map(|ended| ended_text(ended.why, ended.at)).unwrap_or_default());
}

/// An end as a text, such as `logout:1800000000`.
pub(crate) fn ended_text(why: EndReason, at: UnixTime) -> String {
    format!("{why}:{}", at.as_secs())
}

/// The row of an answer; `None` if there is no such key.
///
/// # Errors
/// `Damaged`, with the first field that is missing or not of its form.
pub(crate) fn read_row(
    session_id: &str,
    answer: Value,
) -> Result<Option<Session>, RedisStoreError> {
    let Value::Array(fields) = answer else { return Err(damaged("row")) };
    if fields.iter().all(|field| *field == Value::Nil) {
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
    let previous_rotated_at = UnixTime::from_secs(number()?);
    let rotated_at = UnixTime::from_secs(number()?);
    let expires_at = UnixTime::from_secs(number()?);
    let deadline = UnixTime::from_secs(number()?);
    let (name, ended) = next()?;
    let mut row = Session::new(session_id.to_owned(), user_id, started_at, deadline);
    (row.label, row.generation) = (label, generation);
    (row.previous_rotated_at, row.rotated_at) = (previous_rotated_at, rotated_at);
    row.expires_at = expires_at;
    row.ended = read_ended(&ended).ok_or(damaged(name))?;
    Ok(Some(row))
}

/// How a session ended: `Some(None)` while it stands, `None` for any other text.
fn read_ended(text: &str) -> Option<Option<Ended>> {
    if text.is_empty() {
        return Some(None);
    }
    let (why, at) = text.split_once(':')?;
    let (why, at) = (EndReason::from_word(why)?, UnixTime::from_secs(read_number(at)?));
    Some(Some(Ended { why, at }))
}

/// A decimal below 2^64, without sign and leading zeros: as the scripts compare them.
fn read_number(text: &str) -> Option<u64> {
    let is_canonical = text == "0" || !text.starts_with(['0', '+']);
    text.parse().ok().filter(|_| is_canonical)
}

pub(crate) const fn damaged(field: &'static str) -> RedisStoreError {
    RedisStoreError::Damaged { field }
}
