//! Visits to the server: one step, many steps at once, the names of a user's sessions.

use core::time::Duration;

use jwt_pair::{UnixTime, UserId};
use jwt_pair_sessions::{Cursor, Session};
use redis::{Cmd, Value};

use crate::error::RedisStoreError;
use crate::keys::{list_name, read_list_name, session_key, user_key, user_text};
use crate::row::{damaged, read_row};
use crate::script::Step;
use crate::store::RedisStore;

/// How many steps are sent at once where many are needed.
pub(crate) const AT_ONCE: usize = 256;

/// For how long after its login the name of a session without a row stays: in a cluster, it may be
/// that of a login that is under way.
const NAMES_STAY: u64 = 24 * 60 * 60;

/// A name in a user's list, and its row if it is still that session's.
pub(crate) type Listed = (Cursor, Option<Session>);

impl RedisStore {
    /// A step that changes a row or reveals a change: where replicas are awaited, they have it.
    pub(crate) async fn take(&self, step: &Step, command: Cmd) -> Result<Value, RedisStoreError> {
        if self.options.replicas.is_none() {
            return self.read(step, &command).await;
        }
        let mut answers = self.take_all(step, vec![command]).await?;
        answers.pop().unwrap_or(Err(damaged("row")))
    }

    /// The same for many.
    pub(crate) async fn take_all(
        &self,
        step: &Step,
        mut commands: Vec<Cmd>,
    ) -> Result<Vec<Result<Value, RedisStoreError>>, RedisStoreError> {
        let Some(replicas) = self.options.replicas else {
            return self.read_all(step, commands).await;
        };
        let mut wait = redis::cmd("WAIT");
        let millis = u64::try_from(replicas.time.as_millis()).unwrap_or(u64::MAX);
        wait.arg(replicas.count.get()).arg(millis.max(1));
        commands.push(wait);
        let time = self.options.timeout.saturating_add(replicas.time);
        let mut answers = self.ask_all(step, commands, time).await?;
        match answers.pop() {
            Some(Ok(Value::Int(count))) if count >= i64::from(replicas.count.get()) => Ok(answers),
            Some(Err(error)) => Err(error),
            // What the step says comes first: it may not have been taken at all.
            _ if answers.iter().all(Result::is_err) => Ok(answers),
            _ => Err(RedisStoreError::NotReplicated { wanted: replicas.count }),
        }
    }

    /// A step that only reads. A second round trip is for a server that has not seen the script since
    /// its start.
    async fn read(&self, step: &Step, command: &Cmd) -> Result<Value, RedisStoreError> {
        match self.link.ask(command, self.options.timeout).await {
            Err(error) if error.is_no_script() => {
                self.link.ask(&step.with_code(command), self.options.timeout).await
            }
            answer => answer,
        }
    }

    /// Many steps that only read.
    async fn read_all(
        &self,
        step: &Step,
        commands: Vec<Cmd>,
    ) -> Result<Vec<Result<Value, RedisStoreError>>, RedisStoreError> {
        self.ask_all(step, commands, self.options.timeout).await
    }

    async fn ask_all(
        &self,
        step: &Step,
        mut commands: Vec<Cmd>,
        time: Duration,
    ) -> Result<Vec<Result<Value, RedisStoreError>>, RedisStoreError> {
        let answers = self.link.ask_all(&commands, time).await?;
        if !answers.iter().flat_map(|answer| answer.as_ref().err()).any(|it| it.is_no_script()) {
            return Ok(answers);
        }
        for command in &mut commands {
            if command.args_iter().next() == Some(redis::Arg::Simple(b"EVALSHA")) {
                *command = step.with_code(command);
            }
        }
        self.link.ask_all(&commands, time).await
    }

    pub(crate) async fn row(&self, session_id: &str) -> Result<Option<Session>, RedisStoreError> {
        let step = &self.steps.load;
        let command = step.on(&[&session_key(&self.options.prefix, session_id)]);
        read_row(session_id, self.read(step, &command).await?)
    }

    /// The next names of a user's list after this one, and whether there may be more.
    pub(crate) async fn names(
        &self,
        user: &UserId,
        after: Option<&Cursor>,
        count: usize,
    ) -> Result<(Vec<Cursor>, bool), RedisStoreError> {
        let from = match after {
            None => b"-".to_vec(),
            Some(after) => {
                let mut from = b"(".to_vec();
                from.extend(list_name(after.started_at, &after.session_id));
                from
            }
        };
        let step = &self.steps.names;
        let mut command = step.on(&[&user_key(&self.options.prefix, &user_text(user))]);
        command.arg(from).arg(count);
        let names = read_bytes(self.read(step, &command).await?)?;
        let has_more = names.len() >= count;
        Ok((read_names(names), has_more))
    }

    /// The rows of these names: those that are still this user's and began when the name says.
    pub(crate) async fn rows(
        &self,
        user: &UserId,
        names: Vec<Cursor>,
    ) -> Result<Vec<Listed>, RedisStoreError> {
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let key = |name: &Cursor| session_key(&self.options.prefix, &name.session_id);
        let commands = names.iter().map(|name| self.steps.load.on(&[&key(name)])).collect();
        let answers = self.read_all(&self.steps.load, commands).await?;
        let rows = names.into_iter().zip(answers).map(|(name, answer)| {
            let row = read_row(&name.session_id, answer?)?;
            let row = row.filter(|row| row.user_id == *user && row.started_at == name.started_at);
            Ok((name, row))
        });
        rows.collect()
    }

    /// Forgets names of sessions that are gone, and that are old enough.
    pub(crate) async fn forget(
        &self,
        user: &UserId,
        gone: impl Iterator<Item = &Cursor>,
        now: UnixTime,
    ) -> Result<(), RedisStoreError> {
        let last = now.as_secs().saturating_sub(NAMES_STAY);
        let old = gone.filter(|name| name.started_at.as_secs() < last);
        let old: Vec<_> = old.map(|name| list_name(name.started_at, &name.session_id)).collect();
        if old.is_empty() {
            return Ok(());
        }
        let mut command = redis::cmd("ZREM");
        command.arg(user_key(&self.options.prefix, &user_text(user))).arg(old);
        self.link.ask(&command, self.options.timeout).await.map(drop)
    }
}

pub(crate) fn read_bytes(answer: Value) -> Result<Vec<Vec<u8>>, RedisStoreError> {
    redis::from_redis_value(answer).map_err(|_| damaged("names"))
}

/// Names of a list. Other hands may have put something else there: it is left out.
pub(crate) fn read_names(names: Vec<Vec<u8>>) -> Vec<Cursor> {
    names.into_iter().filter_map(read_list_name).collect()
}
