//! Steps and answers as lines of JSON, between the run and the processes that hold a file open.

use std::time::Duration;

use jwt_pair::{UnixTime, UserId};
use jwt_pair_sessions::{Cursor, Decision, EndReason, Ended, Session};
use serde::{Deserialize, Serialize};

/// Users of a run are texts.
pub(crate) fn user(user_id: &UserId) -> String {
    user_id.to_string()
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Question {
    Insert { row: Row, now: u64 },
    Refresh(Refresh),
    Load { session_id: String },
    End { session_id: String, user: Option<String>, why: String, at: u64 },
    EndUser { user: String, except: Option<String>, why: String, at: u64 },
    List { user: String, after: Option<Place>, limit: usize, now: u64 },
    Purge { now: u64 },
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Refresh {
    pub(crate) session_id: String,
    pub(crate) user: String,
    pub(crate) generation: u64,
    pub(crate) iat: u64,
    pub(crate) now: u64,
    pub(crate) window: Duration,
    pub(crate) expires_at: u64,
    pub(crate) label: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Answer {
    Did(bool),
    Count(u64),
    Row(Option<Row>),
    Verdict { decision: Word, row: Option<Row> },
    Page { rows: Vec<Row>, next: Option<Place> },
    Unavailable(String),
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Word {
    Rotate,
    Keep,
    Repeat,
    Reuse,
    Ahead,
    Ended(String),
    Revoked,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Place(u64, String);

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Row {
    session_id: String,
    user: String,
    label: String,
    started_at: u64,
    generation: u64,
    rotated_at: u64,
    previous_rotated_at: u64,
    expires_at: u64,
    deadline: u64,
    ended: Option<(String, u64)>,
}

impl From<&Session> for Row {
    fn from(session: &Session) -> Self {
        Self {
            session_id: session.session_id.clone(),
            user: user(&session.user_id),
            label: session.label.clone(),
            started_at: session.started_at.as_secs(),
            generation: session.generation,
            rotated_at: session.rotated_at.as_secs(),
            previous_rotated_at: session.previous_rotated_at.as_secs(),
            expires_at: session.expires_at.as_secs(),
            deadline: session.deadline.as_secs(),
            ended: session.ended.map(|ended| (ended.why.to_string(), ended.at.as_secs())),
        }
    }
}

impl From<Row> for Session {
    fn from(row: Row) -> Self {
        let time = UnixTime::from_secs;
        let (started_at, deadline) = (time(row.started_at), time(row.deadline));
        let mut session = Self::new(row.session_id, row.user.into(), started_at, deadline);
        session.label = row.label;
        session.generation = row.generation;
        session.rotated_at = time(row.rotated_at);
        session.previous_rotated_at = time(row.previous_rotated_at);
        session.expires_at = time(row.expires_at);
        session.ended = row.ended.map(|(why, at)| Ended { why: reason(&why), at: time(at) });
        session
    }
}

pub(crate) fn reason(word: &str) -> EndReason {
    EndReason::from_word(word).expect("a word of this program")
}

impl From<Decision> for Word {
    fn from(decision: Decision) -> Self {
        match decision {
            Decision::Rotate => Self::Rotate,
            Decision::Keep => Self::Keep,
            Decision::Repeat => Self::Repeat,
            Decision::Reuse => Self::Reuse,
            Decision::Ahead => Self::Ahead,
            Decision::Ended(why) => Self::Ended(why.to_string()),
            Decision::Revoked => Self::Revoked,
        }
    }
}

impl From<Word> for Decision {
    fn from(word: Word) -> Self {
        match word {
            Word::Rotate => Self::Rotate,
            Word::Keep => Self::Keep,
            Word::Repeat => Self::Repeat,
            Word::Reuse => Self::Reuse,
            Word::Ahead => Self::Ahead,
            Word::Ended(why) => Self::Ended(reason(&why)),
            Word::Revoked => Self::Revoked,
        }
    }
}

impl From<&Cursor> for Place {
    fn from(cursor: &Cursor) -> Self {
        Self(cursor.started_at.as_secs(), cursor.session_id.clone())
    }
}

impl From<Place> for Cursor {
    fn from(Place(started_at, session_id): Place) -> Self {
        Self { started_at: UnixTime::from_secs(started_at), session_id }
    }
}
