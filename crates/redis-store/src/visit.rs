//! Visits to the server: one row, one list of names, or several rows at once.

use futures_util::future::try_join_all;
use jwt_pair::UnixTime;
use jwt_pair_sessions::Session;
use redis::{Cmd, Value};

use crate::error::RedisStoreError;
use crate::keys::{session_key, user_key, user_text};
use crate::row::{FIELDS, read_row};
use crate::script::Step;
use crate::store::RedisStore;

/// How many answers are waited for at once where a step needs many.
pub(crate) const AT_ONCE: usize = 64;

impl RedisStore {
    pub(crate) async fn ask(&self, command: &Cmd) -> Result<Value, RedisStoreError> {
        self.link.ask(command, self.options.timeout).await
    }

    /// A script on one key. A second round trip is for a server that has not seen it since its start.
    pub(crate) async fn take(
        &self,
        step: &Step,
        key: &str,
        args: impl Fn(&mut Cmd),
    ) -> Result<Value, RedisStoreError> {
        match self.ask(&step.by_digest(key, &args)).await {
            Err(RedisStoreError::Refused { code }) if code == "NOSCRIPT" => {
                self.ask(&step.by_code(key, args)).await
            }
            answer => answer,
        }
    }

    pub(crate) async fn row(&self, session_id: &str) -> Result<Option<Session>, RedisStoreError> {
        let key = session_key(&self.options.prefix, session_id);
        let mut command = redis::cmd("HMGET");
        command.arg(key).arg(&FIELDS);
        read_row(session_id, self.ask(&command).await?)
    }

    /// Ends a session if it is alive, and this user's where one is given.
    pub(crate) async fn end(
        &self,
        session_id: &str,
        user: Option<&str>,
        now: UnixTime,
    ) -> Result<(bool, Option<Session>), RedisStoreError> {
        let key = session_key(&self.options.prefix, session_id);
        let answer = self.take(&self.steps.revoke, &key, |command| {
            command.arg(now.as_secs()).arg(user);
        });
        read_answer(session_id, answer.await?)
    }

    /// The names under which a user has or had sessions.
    pub(crate) async fn names(&self, user: &str) -> Result<Vec<String>, RedisStoreError> {
        let mut command = redis::cmd("ZRANGE");
        command.arg(user_key(&self.options.prefix, user)).arg(0).arg(-1);
        read_names(self.ask(&command).await?)
    }

    /// Forgets those of a user's names whose rows are gone, and that are old enough.
    pub(crate) async fn forget(
        &self,
        user: &str,
        rows: &[(String, Option<Session>)],
        now: UnixTime,
    ) -> Result<(), RedisStoreError> {
        let key = user_key(&self.options.prefix, user);
        let forget = self.take(&self.steps.forget, &key, |command| {
            command.arg(now.as_secs());
            for (name, row) in rows {
                let row = row.as_ref().filter(|row| user_text(&row.user_id) == user);
                let expires = row.map(|row| row.expires_at.as_secs().to_string());
                command.arg(name).arg(expires.unwrap_or_default());
            }
        });
        forget.await.map(drop)
    }

    pub(crate) async fn rows(
        &self,
        names: Vec<String>,
    ) -> Result<Vec<(String, Option<Session>)>, RedisStoreError> {
        let mut rows = Vec::with_capacity(names.len());
        for names in names.chunks(AT_ONCE) {
            let found = try_join_all(names.iter().map(|name| self.row(name))).await?;
            rows.extend(names.iter().cloned().zip(found));
        }
        Ok(rows)
    }
}

/// What `advance.lua` and `revoke.lua` return: whether they changed the row, and the row.
pub(crate) fn read_answer(
    session_id: &str,
    answer: Value,
) -> Result<(bool, Option<Session>), RedisStoreError> {
    if let Value::Array(answer) = answer
        && let Ok([Value::Int(changed), row]) = <[Value; 2]>::try_from(answer)
    {
        return Ok((changed == 1, read_row(session_id, row)?));
    }
    Err(RedisStoreError::Damaged { field: "row" })
}

pub(crate) fn read_names(answer: Value) -> Result<Vec<String>, RedisStoreError> {
    redis::from_redis_value(answer).map_err(|_| RedisStoreError::Damaged { field: "names" })
}
