//! Two threads and the file between them: one reads, one writes.
//!
//! SQLite's calls block, so they are made where no executor runs. In a write-ahead log a reader
//! waits for no writer: what reads alone goes to the thread that reads, and is not behind a commit
//! that waits for the disk.
//!
//! ```text
//!                reads --> thread that reads --------------------------> answer
//! async caller <
//!                writes -> thread that writes: BEGIN, all that wait, COMMIT -> answers
//! ```
//!
//! What waits while a commit is under way shares the next one. An answer is given after its commit,
//! so what was acknowledged is as durable as the settings say.

use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::Duration;

use rusqlite::Connection;

use crate::answer::{Answerer, answer};
use crate::error::SqliteStoreError;
use crate::options::SqliteOptions;
use crate::reserve::Reserve;
use crate::schema::{Missing, connect, open, patiently};

/// How many steps may wait for each thread. More are refused at once: their callers would have given
/// up by the time of the answer.
const MAX_WAITING: usize = 4_096;

/// How many steps share a commit: few enough that none waits long for the others.
const MAX_BATCH: usize = 256;

/// The two threads. They end when this is dropped, after what waits has been done.
#[derive(Debug)]
pub(crate) struct Workers {
    reads: SyncSender<Read>,
    writes: SyncSender<Box<dyn Write>>,
}

type Read = Box<dyn FnOnce(&Connection) + Send>;

/// A step that writes, before and after its commit.
trait Write: Send {
    /// Takes the step within a transaction. It may be asked again, if that was rolled back.
    fn run(&mut self, connection: &Connection) -> Result<(), SqliteStoreError>;

    fn room(&self) -> Room;

    /// Answers, after the transaction has come to this.
    fn answer(self: Box<Self>, outcome: Result<(), SqliteStoreError>);
}

/// What a step may take on a full disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// What there is: a login or a rotation.
    Free,
    /// The reserve too: what ends sessions or removes rows.
    Reserve,
}

struct Step<F, T> {
    work: F,
    room: Room,
    result: Option<T>,
    answerer: Answerer<Result<T, SqliteStoreError>>,
}

impl<F, T> Write for Step<F, T>
where
    F: FnMut(&Connection) -> Result<T, SqliteStoreError> + Send,
    T: Send,
{
    fn run(&mut self, connection: &Connection) -> Result<(), SqliteStoreError> {
        self.result = None;
        self.result = Some((self.work)(connection)?);
        Ok(())
    }

    fn room(&self) -> Room {
        self.room
    }

    fn answer(self: Box<Self>, outcome: Result<(), SqliteStoreError>) {
        let Self { result, answerer, .. } = *self;
        answerer.send(outcome.and_then(|()| result.ok_or(SqliteStoreError::Stopped)));
    }
}

impl Workers {
    pub(crate) fn start(path: &Path, options: &SqliteOptions) -> Result<Self, SqliteStoreError> {
        let connection = open(path, options)?;
        let reader = connect(path, Missing::Refused, options)?;
        reader.execute_batch("PRAGMA query_only = ON")?;
        // `patiently` waits in its stead.
        connection.busy_timeout(Duration::ZERO)?;
        let reserve = Reserve::beside(path);
        reserve.take();
        let writer = Writer { connection, timeout: options.busy_timeout, reserve };
        let (reads, to_read) = sync_channel::<Read>(MAX_WAITING);
        let (writes, to_write) = sync_channel(MAX_WAITING);
        spawn("sessions-read", move || to_read.iter().for_each(|read| read(&reader)))?;
        spawn("sessions-write", move || writer.write_all(&to_write))?;
        Ok(Self { reads, writes })
    }

    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, SqliteStoreError> + Send + 'static,
    ) -> Result<T, SqliteStoreError> {
        let (answerer, answer) = answer();
        let read = move |connection: &Connection| answerer.send(work(connection));
        self.reads.try_send(Box::new(read)).map_err(refused)?;
        answer.await.unwrap_or(Err(SqliteStoreError::Stopped))
    }

    /// `work` changes at most one thing: if it fails, other steps of its transaction go on.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        room: Room,
        work: impl FnMut(&Connection) -> Result<T, SqliteStoreError> + Send + 'static,
    ) -> Result<T, SqliteStoreError> {
        let (answerer, answer) = answer();
        let step = Step { work, room, result: None, answerer };
        self.writes.try_send(Box::new(step)).map_err(refused)?;
        answer.await.unwrap_or(Err(SqliteStoreError::Stopped))
    }
}

fn refused<T>(error: TrySendError<T>) -> SqliteStoreError {
    match error {
        TrySendError::Full(_) => SqliteStoreError::Overloaded,
        TrySendError::Disconnected(_) => SqliteStoreError::Stopped,
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), SqliteStoreError> {
    let thread = thread::Builder::new().name(name.into()).spawn(work);
    thread.map(drop).map_err(|_| SqliteStoreError::Stopped)
}

/// Runs on a thread of its own: for what is long and rare.
pub(crate) async fn apart<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> Result<T, SqliteStoreError> + Send + 'static,
) -> Result<T, SqliteStoreError> {
    let (answerer, answer) = answer();
    spawn(name, move || answerer.send(work()))?;
    answer.await.unwrap_or(Err(SqliteStoreError::Stopped))
}

/// What the thread that writes has.
struct Writer {
    connection: Connection,
    timeout: Duration,
    reserve: Reserve,
}

impl Writer {
    fn write_all(&self, steps: &Receiver<Box<dyn Write>>) {
        while let Ok(first) = steps.recv() {
            let mut batch = vec![first];
            batch.extend(steps.try_iter().take(MAX_BATCH.saturating_sub(1)));
            self.write_batch(batch);
        }
    }

    fn write_batch(&self, mut batch: Vec<Box<dyn Write>>) {
        match self.commit(&mut batch) {
            Ok(outcomes) => {
                for (step, outcome) in batch.into_iter().zip(outcomes) {
                    step.answer(outcome);
                }
            }
            // Each would wait for the lock as long.
            Err(SqliteStoreError::Locked) => {
                for step in batch {
                    step.answer(Err(SqliteStoreError::Locked));
                }
            }
            // One by one: a login that found no room must not take a logout with it.
            Err(_) => {
                for mut step in batch {
                    let outcome = self.commit_one(&mut step);
                    step.answer(outcome);
                }
            }
        }
    }

    /// On a full disk it is tried again: with the log written from its beginning, and then with the
    /// reserve.
    fn commit_one(&self, step: &mut Box<dyn Write>) -> Result<(), SqliteStoreError> {
        let mut run = || self.commit(core::slice::from_mut(step))?.into_iter().collect();
        let mut outcome = run();
        if outcome == Err(SqliteStoreError::Full) {
            self.checkpoint();
            outcome = run();
        }
        if outcome == Err(SqliteStoreError::Full) && step.room() == Room::Reserve {
            self.reserve.release();
            self.checkpoint();
            outcome = self.commit(core::slice::from_mut(step))?.into_iter().collect();
        }
        outcome
    }

    /// Copies the log into the file, so that it is written from its beginning again.
    fn checkpoint(&self) {
        // If this fails, so does the next commit, which says why.
        let _ = self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
    }

    /// All steps in one transaction, which takes the lock for writing first: a step reads what it
    /// writes over. A step that fails changes nothing, and the others go on.
    fn commit(&self, batch: &mut [Box<dyn Write>]) -> Result<Outcomes, SqliteStoreError> {
        let connection = &self.connection;
        patiently(self.timeout, || connection.execute_batch("BEGIN IMMEDIATE"))?;
        let ends = batch.iter().any(|step| step.room() == Room::Reserve);
        let mut outcomes = Vec::with_capacity(batch.len());
        for step in batch {
            match step.run(connection) {
                // A full or broken disk makes SQLite roll back the statement or the whole
                // transaction. What failed for want of room is tried again where there is more.
                Err(error) if error == SqliteStoreError::Full || connection.is_autocommit() => {
                    self.roll_back()?;
                    return Err(error);
                }
                outcome => outcomes.push(outcome),
            }
        }
        let committed = connection.execute_batch("COMMIT");
        self.roll_back()?;
        committed?;
        if ends && !self.reserve.is_there() {
            // The file may need room that the log would take.
            self.checkpoint();
        }
        Ok(outcomes)
    }

    /// If a transaction is still open.
    fn roll_back(&self) -> rusqlite::Result<()> {
        if self.connection.is_autocommit() {
            return Ok(());
        }
        self.connection.execute_batch("ROLLBACK")
    }
}

/// What each step of a transaction came to.
type Outcomes = Vec<Result<(), SqliteStoreError>>;

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "a test fails by panicking")]

    use super::*;

    /// SQLite undoes a statement of many rows alone, and leaves its transaction open.
    #[tokio::test]
    async fn a_statement_without_room_is_tried_again_with_the_reserve() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("sessions.db");
        let workers = Workers::start(&path, &SqliteOptions::new()).expect("a file");
        for (room, outcome) in [(Room::Free, Err(SqliteStoreError::Full)), (Room::Reserve, Ok(()))]
        {
            let reserve = directory.path().join("sessions.db-reserve");
            assert!(reserve.exists());
            let seen = reserve.clone();
            let work = move |_: &Connection| match seen.exists() {
                true => Err(SqliteStoreError::Full),
                false => Ok(()),
            };
            assert_eq!(workers.write(room, work).await, outcome);
        }
    }
}
