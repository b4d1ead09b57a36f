//! What is sent to the scripts.

use jwt_pair::UnixTime;
use jwt_pair_sessions::{Cursor, EndReason, Refresh, Session};
use redis::Cmd;

use crate::error::RedisStoreError;
use crate::keys::session_key;
use crate::row::ended_text;
use crate::store::RedisStore;
#[cfg(feature = "cluster")]
use crate::visit::{read_bytes, read_names};

impl RedisStore {
    /// Those of a row and its user's list that are on one server.
    pub(crate) fn keys<'a, 'b>(&self, keys: &'b [&'a str; 2]) -> &'b [&'a str] {
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
    pub(crate) async fn remember(
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
    pub(crate) async fn remember(
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
pub(crate) fn push_window(command: &mut Cmd, step: &Refresh<'_>) {
    let (now, window) = (u128::from(step.now.as_secs()), u128::from(step.window.as_secs()));
    let after = match window {
        0 => Some(1 << 64),
        _ => now.checked_sub(window),
    };
    push_number(command, after);
    command.arg(now.saturating_add(window).to_string());
}

/// A number, or nothing.
pub(crate) fn push_number(command: &mut Cmd, number: Option<impl ToString>) {
    command.arg(number.map(|number| number.to_string()).unwrap_or_default());
}
