//! The steps of the store.

use std::path::{Path, PathBuf};

use jwt_pair::UnixTime;
use jwt_pair_sessions::{
    Cursor, Decision, End, EndReason, EndUser, List, Page, Refresh, Session, SessionStore, Verdict,
    decide,
};
use rusqlite::params;

use crate::batch::Batch;
use crate::error::SqliteStoreError;
use crate::file::{absolute, copy, path_of_store};
use crate::options::SqliteOptions;
use crate::reserve::Reserve;
use crate::row::{User, bound, exact, read_row};
use crate::statements::{END, END_ALL, END_USER, INSERT, LIST, PURGE};
use crate::step::{Shown, load, skip, take};
use crate::workers::{Room, Workers, apart};

/// How many rows one transaction changes, and one page lists: other steps wait no longer than that.
pub(crate) const MAX_ROWS: u16 = 1_000;

/// A [`SessionStore`] in an SQLite file.
///
/// Two threads do the work, one reads and one writes. The futures name no runtime and never block an
/// executor. A future that is dropped does not cancel its step. The threads end when the store is
/// dropped. Open it after a fork, not before.
#[derive(Debug)]
pub struct SqliteStore {
    workers: Workers,
    path: PathBuf,
    options: SqliteOptions,
}

impl SqliteStore {
    /// A store in a file, which is made if it is not there and brought to the newest schema. The
    /// directory must be there, on a disk of this machine. Blocks: call it when the service starts.
    ///
    /// # Errors
    /// [`SqliteStoreError::NotSessions`] for a database of another application, which stays as it
    /// is; [`SqliteStoreError::Newer`]; [`SqliteStoreError::NoWal`]; and those of the disk.
    pub fn open(path: impl AsRef<Path>, options: &SqliteOptions) -> Result<Self, SqliteStoreError> {
        let path = path_of_store(path.as_ref())?;
        Ok(Self { workers: Workers::start(&path, options)?, path, options: options.clone() })
    }

    /// Copies all sessions to a new file while the service goes on: all that was acknowledged before
    /// the call is in it. The file is on the disk when this is answered. It may be opened as a store.
    ///
    /// # Errors
    /// [`SqliteStoreError::Sqlite`] with code 1 if the file is there already, and with code 14 if the
    /// store's own file was moved away; and those of the disk.
    pub async fn backup(&self, to: impl AsRef<Path>) -> Result<(), SqliteStoreError> {
        let to = absolute(to.as_ref())?;
        let (from, options) = (self.path.clone(), self.options.clone());
        apart("sessions-backup", move || copy(&from, &to, &options)).await
    }

    /// Ends all sessions of everybody; how many. Call it after a backup was restored, before the
    /// service takes requests: sessions that were ended since the backup are alive in it.
    ///
    /// # Errors
    /// As each step. Some sessions are then ended, and the call may be repeated.
    pub async fn end_everybody(&self, at: UnixTime) -> Result<u64, SqliteStoreError> {
        let at = exact(at.as_secs())?;
        self.in_ranges(move |connection, from, to| {
            let why = EndReason::All.as_str();
            let mut statement = connection.prepare_cached(END_ALL)?;
            Ok(statement.execute(params![from, to, why, at])?)
        })
        .await
    }

    /// Changes rows in ranges of their names, each in a transaction of its own; how many.
    async fn in_ranges(
        &self,
        change: impl Fn(&rusqlite::Connection, &str, Option<&str>) -> Result<usize, SqliteStoreError>
        + Clone
        + Send
        + 'static,
    ) -> Result<u64, SqliteStoreError> {
        let (mut changed, mut batch) = (0_u64, Batch::LARGE);
        let mut next = Some(String::new());
        while let Some(from) = next.clone() {
            let change = change.clone();
            let range = self
                .workers
                .write(batch.room, move |connection| {
                    let to = skip(connection, &from, batch.rows)?;
                    Ok((change(connection, &from, to.as_deref())?, to))
                })
                .await;
            if let (Err(SqliteStoreError::Full), Some(smaller)) = (&range, batch.smaller()) {
                batch = smaller;
                continue;
            }
            let (count, to) = range?;
            changed = changed.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
            next = to;
        }
        Ok(changed)
    }
}

impl SessionStore for SqliteStore {
    type Error = SqliteStoreError;

    async fn insert(&self, session: &Session, now: UnixTime) -> Result<bool, SqliteStoreError> {
        let row = session.clone();
        let user = User(row.user_id.clone());
        self.workers
            .write(Room::Free, move |connection| {
                let ended_at = row.ended.map(|ended| exact(ended.at.as_secs())).transpose()?;
                let inserted = connection.prepare_cached(INSERT)?.execute(params![
                    row.session_id,
                    user,
                    row.label,
                    exact(row.started_at.as_secs())?,
                    exact(row.generation)?,
                    exact(row.rotated_at.as_secs())?,
                    exact(row.previous_rotated_at.as_secs())?,
                    exact(row.expires_at.as_secs())?,
                    exact(row.deadline.as_secs())?,
                    row.ended.map(|ended| ended.why.as_str()),
                    ended_at,
                    bound(now),
                ])?;
                Ok(inserted == 1)
            })
            .await
    }

    /// Reads first. Only what is to be written is decided again, in a transaction.
    async fn refresh(&self, step: &Refresh<'_>) -> Result<Verdict, SqliteStoreError> {
        let row = self.load(step.session_id).await?;
        let decision = decide(row.as_ref(), &step.token, step.now, step.window);
        match decision {
            Decision::Rotate | Decision::Reuse | Decision::Ahead => {
                let shown = Shown::from(step);
                let room = match decision {
                    Decision::Rotate => Room::Free,
                    _ => Room::Reserve,
                };
                self.workers.write(room, move |connection| take(connection, &shown)).await
            }
            Decision::Keep | Decision::Repeat | Decision::Ended(_) | Decision::Revoked => {
                Ok(Verdict { decision, row })
            }
        }
    }

    async fn load(&self, session_id: &str) -> Result<Option<Session>, SqliteStoreError> {
        let session_id = session_id.to_owned();
        self.workers.read(move |connection| load(connection, &session_id)).await
    }

    async fn end(&self, end: &End<'_>) -> Result<bool, SqliteStoreError> {
        let (session_id, why) = (end.session_id.to_owned(), end.why.as_str());
        let user = end.user_id.cloned().map(User);
        let at = exact(end.at.as_secs())?;
        self.workers
            .write(Room::Reserve, move |connection| {
                let mut statement = connection.prepare_cached(END)?;
                Ok(statement.execute(params![session_id, user, why, at])? == 1)
            })
            .await
    }

    async fn end_user(&self, end: &EndUser<'_>) -> Result<u64, SqliteStoreError> {
        let why = end.why.as_str();
        let at = exact(end.at.as_secs())?;
        let (mut ended, mut batch) = (0_u64, Batch::LARGE);
        loop {
            let (user, except) = (User(end.user_id.clone()), end.except.map(str::to_owned));
            let count = self
                .workers
                .write(batch.room, move |connection| {
                    let mut statement = connection.prepare_cached(END_USER)?;
                    Ok(statement.execute(params![user, except, why, at, batch.rows])?)
                })
                .await;
            if let (Err(SqliteStoreError::Full), Some(smaller)) = (&count, batch.smaller()) {
                batch = smaller;
                continue;
            }
            let count = count?;
            ended = ended.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
            if count < usize::from(batch.rows) {
                return Ok(ended);
            }
        }
    }

    async fn list(&self, list: &List<'_>) -> Result<Page, SqliteStoreError> {
        let user = User(list.user_id.clone());
        let limit = u16::try_from(list.limit.get()).unwrap_or(MAX_ROWS).min(MAX_ROWS);
        let now = bound(list.now);
        let (started_at, session_id) = match list.after {
            None => (-1, String::new()),
            // No row began at 2^63 or later.
            Some(after) => match exact(after.started_at.as_secs()) {
                Ok(started_at) => (started_at, after.session_id.clone()),
                Err(_) => return Ok(Page::default()),
            },
        };
        self.workers
            .read(move |connection| {
                let mut statement = connection.prepare_cached(LIST)?;
                let one_more = limit.saturating_add(1);
                let mut rows =
                    statement.query(params![user, started_at, session_id, now, one_more])?;
                let mut sessions = Vec::new();
                while let Some(row) = rows.next()? {
                    sessions.push(read_row(row)?);
                }
                let has_more = sessions.len() > usize::from(limit);
                sessions.truncate(usize::from(limit));
                let next = sessions.last().filter(|_| has_more).map(Cursor::from);
                Ok(Page { sessions, next })
            })
            .await
    }

    /// Takes the reserve again too, if a full disk has cost it.
    async fn purge(&self, now: UnixTime) -> Result<u64, SqliteStoreError> {
        let now = bound(now);
        let purged = self
            .in_ranges(move |connection, from, to| {
                let mut statement = connection.prepare_cached(PURGE)?;
                Ok(statement.execute(params![from, to, now])?)
            })
            .await?;
        let reserve = Reserve::beside(&self.path);
        apart("sessions-reserve", move || {
            reserve.take();
            Ok(())
        })
        .await?;
        Ok(purged)
    }
}
