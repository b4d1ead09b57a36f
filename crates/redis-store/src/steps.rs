//! The steps of the store.

use jwt_pair::{UnixTime, UserId};
use jwt_pair_sessions::{
    Cursor, Decision, End, EndReason, EndUser, List, Page, Refresh, Session, SessionStore, Verdict,
};
use redis::{Cmd, Value};

use crate::error::RedisStoreError;
use crate::keys::{list_name, session_key, user_key, user_text};
use crate::row::{damaged, ended_text, push_row, read_row};
use crate::store::RedisStore;
use crate::visit::{AT_ONCE, read_bytes, read_names};

/// How long a text may be. The least that a server can be set to take is 1 MiB (`proto-max-bulk-len`),
/// and a name in a key may be three times as long as it is.
const LONGEST: usize = 256 * 1024;

impl SessionStore for RedisStore {
    type Error = RedisStoreError;

    async fn insert(&self, session: &Session, now: UnixTime) -> Result<bool, RedisStoreError> {
        let user = bounded_user(&session.user_id)?;
        bounded(&session.label, "label")?;
        let name = list_name(session.started_at, bounded(&session.session_id, "session id")?);
        let list = user_key(&self.options.prefix, &user);
        let row = session_key(&self.options.prefix, &session.session_id);
        let step = match session.ended {
            Some(_) => &self.steps.insert_ended,
            None => &self.steps.insert,
        };
        // First the name: `end_user` must find each row there is.
        let mut others = self.remember(&list, &name, session, now).await?;
        let mut command = step.on(self.keys(&[&row, &list]));
        command.arg(now.as_secs()).arg(self.touches()).arg(name);
        push_row(&mut command, session);
        let answer = self.take(step, command).await?;
        let Value::Array(answer) = answer else { return Err(damaged("row")) };
        let mut answer = answer.into_iter();
        let inserted = answer.next() == Some(Value::Int(1));
        if let Some(names) = answer.next() {
            others.extend(read_names(read_bytes(names)?));
        }
        if !others.is_empty()
            && let Ok(rows) = self.rows(&session.user_id, others).await
        {
            // The session has begun: names that stay for now are no reason to say otherwise.
            let _ = self.forget(&session.user_id, gone(&rows), now).await;
        }
        Ok(inserted)
    }

    async fn refresh(&self, step: &Refresh<'_>) -> Result<Verdict, RedisStoreError> {
        let user = bounded_user(step.token.user_id)?;
        let row = session_key(&self.options.prefix, bounded(step.session_id, "session id")?);
        let list = user_key(&self.options.prefix, &user);
        let mut command = self.steps.refresh.on(self.keys(&[&row, &list]));
        command.arg(user).arg(step.token.generation);
        push_number(&mut command, step.token.generation.checked_add(1));
        command.arg(step.token.iat.as_secs()).arg(step.now.as_secs());
        push_window(&mut command, step);
        command.arg(step.expires_at.as_secs()).arg(self.touches());
        command.arg(step.session_id);
        if let Some(label) = step.label {
            command.arg(bounded(label, "label")?);
        }
        let verdict = read_verdict(step, self.take(&self.steps.refresh, command).await?)?;
        if let (Decision::Rotate, Some(row)) = (verdict.decision, &verdict.row) {
            let name = list_name(row.started_at, &row.session_id);
            let _ = self.remember(&list, &name, row, step.now).await?;
        }
        Ok(verdict)
    }

    async fn load(&self, session_id: &str) -> Result<Option<Session>, RedisStoreError> {
        self.row(bounded(session_id, "session id")?).await
    }

    async fn end(&self, end: &End<'_>) -> Result<bool, RedisStoreError> {
        let user = end.user_id.map(bounded_user).transpose()?;
        let session_id = bounded(end.session_id, "session id")?;
        let command = self.end_command(session_id, (end.why, end.at), user.as_deref());
        read_end(session_id, self.take(&self.steps.end, command).await?)
    }

    async fn end_user(&self, end: &EndUser<'_>) -> Result<u64, RedisStoreError> {
        let user = bounded_user(end.user_id)?;
        let mut ended = Ok(0_u64);
        let mut after = None;
        loop {
            let names = self.names(end.user_id, after.as_ref(), AT_ONCE).await?;
            let (mut names, has_more) = names;
            after = names.last().cloned();
            names.retain(|name| end.except != Some(&*name.session_id));
            let why = (end.why, end.at);
            let command = |name: &Cursor| self.end_command(&name.session_id, why, Some(&user));
            let commands: Vec<Cmd> = names.iter().map(command).collect();
            let answers = match commands.is_empty() {
                true => Vec::new(),
                false => self.take_all(&self.steps.end, commands).await?,
            };
            for (name, answer) in names.iter().zip(answers) {
                match answer.and_then(|answer| read_end(&name.session_id, answer)) {
                    Ok(ends) => ended = ended.map(|count| count.saturating_add(ends.into())),
                    // A damaged row is no reason to leave the others alive.
                    Err(error) => ended = Err(error),
                }
            }
            if !has_more || after.is_none() {
                return ended;
            }
        }
    }

    async fn list(&self, list: &List<'_>) -> Result<Page, RedisStoreError> {
        bounded_user(list.user_id)?;
        // At least 64, so that few pages are empty where many sessions are over.
        let count = list.limit.get().clamp(64, AT_ONCE);
        let (names, has_more) = self.names(list.user_id, list.after, count).await?;
        let last = names.last().filter(|_| has_more).cloned();
        let rows = self.rows(list.user_id, names).await?;
        // A list that keeps a few names too many is no reason not to show it.
        let _ = self.forget(list.user_id, gone(&rows), list.now).await;
        let alive = rows.into_iter().filter_map(|(_, row)| row).filter(|row| row.is_alive(list.now));
        let mut sessions: Vec<Session> = alive.collect();
        if sessions.len() > list.limit.get() {
            sessions.truncate(list.limit.get());
            let next = sessions.last().map(Cursor::from);
            return Ok(Page { sessions, next });
        }
        Ok(Page { sessions, next: last })
    }

    /// 0: the server removes what has expired.
    async fn purge(&self, _: UnixTime) -> Result<u64, RedisStoreError> {
        Ok(0)
    }
}

impl RedisStore {
    /// Those of a row and its user's list that are on one server.
    fn keys<'a, 'b>(&self, keys: &'b [&'a str; 2]) -> &'b [&'a str] {
        let [row, _] = keys;
        if self.is_one_server() { keys } else { core::slice::from_ref(row) }
    }

    pub(crate) fn end_command(
        &self,
        session_id: &str,
        (why, at): (EndReason, UnixTime),
        user: Option<&str>,
    ) -> Cmd {
        let mut command = self.steps.end.on(&[&session_key(&self.options.prefix, session_id)]);
        command.arg(ended_text(why, at)).arg(self.touches()).arg(user);
        command
    }

    /// `1` where replicas are awaited.
    pub(crate) fn touches(&self) -> u8 {
        self.options.replicas.is_some().into()
    }

    /// In a cluster, writes the name to the user's list, which the script on the row cannot reach.
    #[cfg(feature = "cluster")]
    async fn remember(
        &self,
        list: &str,
        name: &[u8],
        session: &Session,
        now: UnixTime,
    ) -> Result<Vec<Cursor>, RedisStoreError> {
        if self.is_one_server() {
            return Ok(Vec::new());
        }
        let mut command = self.steps.remember.on(&[list]);
        command.arg(now.as_secs()).arg(name).arg(session.deadline.as_secs());
        read_bytes(self.take(&self.steps.remember, command).await?).map(read_names)
    }

    #[cfg(not(feature = "cluster"))]
    #[expect(clippy::unused_async, reason = "as with the feature `cluster`")]
    async fn remember(
        &self,
        _: &str,
        _: &[u8],
        _: &Session,
        _: UnixTime,
    ) -> Result<Vec<Cursor>, RedisStoreError> {
        Ok(Vec::new())
    }
}

/// The times between which the row must have been rotated for the chain to stand still: after the
/// first (nothing: before all times), before the second. With a window of zero, no time is.
fn push_window(command: &mut Cmd, step: &Refresh<'_>) {
    let (now, window) = (u128::from(step.now.as_secs()), u128::from(step.window.as_secs()));
    let after = match window {
        0 => Some(1 << 64),
        _ => now.checked_sub(window),
    };
    push_number(command, after);
    command.arg(now.saturating_add(window).to_string());
}

/// A number, or nothing.
fn push_number(command: &mut Cmd, number: Option<impl ToString>) {
    command.arg(number.map(|number| number.to_string()).unwrap_or_default());
}

fn read_verdict(step: &Refresh<'_>, answer: Value) -> Result<Verdict, RedisStoreError> {
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

fn gone(rows: &[(Cursor, Option<Session>)]) -> impl Iterator<Item = &Cursor> {
    rows.iter().filter(|(_, row)| row.is_none()).map(|(name, _)| name)
}

fn bounded<'a>(text: &'a str, what: &'static str) -> Result<&'a str, RedisStoreError> {
    if text.len() > LONGEST {
        return Err(RedisStoreError::TooLong { text: what });
    }
    Ok(text)
}

fn bounded_user(user_id: &UserId) -> Result<String, RedisStoreError> {
    let text = user_text(user_id);
    bounded(&text, "user id")?;
    Ok(text)
}
