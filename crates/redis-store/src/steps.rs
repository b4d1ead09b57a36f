//! The steps of the store.

use jwt_pair::UnixTime;
use jwt_pair_sessions::{
    Cursor, Decision, End, EndUser, List, Page, Refresh, Session, SessionStore, Verdict,
};
use redis::{Cmd, Value};

use crate::answer::{read_end, read_verdict};
use crate::bounds::{bounded, bounded_user};
use crate::command::{push_number, push_window};
use crate::error::RedisStoreError;
use crate::keys::{list_name, session_key, user_key};
use crate::row::{damaged, push_row};
use crate::store::RedisStore;
use crate::visit::{AT_ONCE, read_bytes, read_names};

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
        let alive =
            rows.into_iter().filter_map(|(_, row)| row).filter(|row| row.is_alive(list.now));
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

fn gone(rows: &[(Cursor, Option<Session>)]) -> impl Iterator<Item = &Cursor> {
    rows.iter().filter(|(_, row)| row.is_none()).map(|(name, _)| name)
}
