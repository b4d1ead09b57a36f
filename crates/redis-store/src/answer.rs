//! What scripts answer.

use jwt_pair_sessions::{Decision, Refresh, Session, Verdict};
use redis::Value;

use crate::error::RedisStoreError;
use crate::row::{damaged, read_row};

/// The verdict of a refresh.
pub(crate) fn read_verdict(step: &Refresh<'_>, answer: Value) -> Result<Verdict, RedisStoreError> {
    let Value::Array(fields) = answer else { return Err(damaged("row")) };
    let mut parts = fields.into_iter();
    let (word, row) = match (parts.next(), parts.next(), parts.len()) {
        (Some(Value::BulkString(word)), row, 0) => (word, row),
        // The row alone: it is missing or damaged.
        (first, second, _) => {
            let row = Value::Array(first.into_iter().chain(second).chain(parts).collect());
            return match read_row(step.session_id, row)? {
                None => Ok(Verdict { decision: Decision::Revoked, row: None }),
                Some(_) => Err(damaged("row")),
            };
        }
    };
    let row = row.map_or(Ok(None), |row| read_row(step.session_id, row))?;
    let decision = match (word.as_slice(), &row) {
        (b"rotate", Some(_)) => Decision::Rotate,
        (b"keep", Some(_)) => Decision::Keep,
        (b"repeat", Some(_)) => Decision::Repeat,
        (b"reuse", Some(_)) => Decision::Reuse,
        (b"ahead", Some(_)) => Decision::Ahead,
        (b"ended", Some(Session { ended: Some(ended), .. })) => Decision::Ended(ended.why),
        (b"revoked", None) => Decision::Revoked,
        _ => return Err(damaged("row")),
    };
    Ok(Verdict { decision, row })
}

/// Whether a session was ended. A damaged row was ended too, and is told of.
pub(crate) fn read_end(session_id: &str, answer: Value) -> Result<bool, RedisStoreError> {
    match answer {
        Value::Int(ended) => Ok(ended == 1),
        row => read_row(session_id, row).and(Err(damaged("row"))),
    }
}
