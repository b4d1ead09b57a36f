//! The statements. Each changes or reads the file as a whole or not at all.

use crate::row::columns;

pub(crate) const INSERT: &str = concat!(
    "INSERT INTO sessions (",
    columns!(),
    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (session_id) DO UPDATE SET \
     user_id = ?2, label = ?3, started_at = ?4, generation = ?5, rotated_at = ?6, \
     previous_rotated_at = ?7, expires_at = ?8, deadline = ?9, ended_why = ?10, ended_at = ?11 \
     WHERE sessions.expires_at <= ?12 OR sessions.deadline <= ?12"
);

pub(crate) const LOAD: &str =
    concat!("SELECT ", columns!(), " FROM sessions WHERE session_id = ?1");

/// Names no column of the index: SQLite writes an index anew if one of its columns is named, even
/// where it stays as it is.
pub(crate) const ROTATE: &str = "UPDATE sessions SET generation = ?2, rotated_at = ?3, \
     previous_rotated_at = ?4, expires_at = ?5, label = ?6 WHERE session_id = ?1";

pub(crate) const END: &str = "UPDATE sessions SET ended_why = ?3, ended_at = ?4 \
     WHERE session_id = ?1 AND ended_why IS NULL AND (?2 IS NULL OR user_id = ?2)";

pub(crate) const END_USER: &str = "UPDATE sessions SET ended_why = ?3, ended_at = ?4 \
     WHERE session_id IN (SELECT session_id FROM sessions WHERE user_id = ?1 \
     AND ended_why IS NULL AND session_id IS NOT ?2 LIMIT ?5)";

/// Ends each session that is not ended, expired or not, from the name `?1` on. If `?2` is a name,
/// only those before it.
pub(crate) const END_ALL: &str = "UPDATE sessions SET ended_why = ?3, ended_at = ?4 \
     WHERE session_id >= ?1 AND (?2 IS NULL OR session_id < ?2) AND ended_why IS NULL";

pub(crate) const LIST: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM sessions WHERE user_id = ?1 AND ended_why IS NULL \
     AND (started_at, session_id) > (?2, ?3) AND expires_at > ?4 AND deadline > ?4 \
     ORDER BY started_at, session_id LIMIT ?5"
);

pub(crate) const PURGE: &str = "DELETE FROM sessions WHERE session_id >= ?1 \
     AND (?2 IS NULL OR session_id < ?2) AND (expires_at <= ?3 OR deadline <= ?3)";

/// The name so many rows after one.
pub(crate) const SKIP: &str = "SELECT session_id FROM sessions WHERE session_id >= ?1 \
     ORDER BY session_id LIMIT 1 OFFSET ?2";
