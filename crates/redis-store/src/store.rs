//! The steps of the store, each one visit to the server or several of them.

use core::fmt;

use futures_util::future::join_all;
use jwt_pair::{UnixTime, UserId};
use jwt_pair_sessions::{Advance, Advanced, Session, SessionStore};
use redis::{Client, Value};

use crate::error::RedisStoreError;
use crate::keys::{session_key, user_key, user_text};
use crate::link::{Link, SingleLink};
use crate::options::RedisOptions;
use crate::row::push_row;
use crate::script::Steps;
use crate::visit::{AT_ONCE, read_answer, read_names};

/// A [`SessionStore`] on Redis or Valkey.
///
/// | step | round trips, each within [`RedisOptions::timeout`] |
/// |---|---|
/// | `advance`, that is each refresh; `load`, `revoke` | 1 |
/// | `insert` | 2, and at times 2 more for names of the user's that are long gone |
/// | `revoke_user`, `list_user` | 1, and one for each 64 of the user's sessions |
/// | `purge` | 0: the server removes what has expired |
pub struct RedisStore {
    pub(crate) link: Link,
    pub(crate) options: RedisOptions,
    pub(crate) steps: Steps,
}

/// Shows no address, which may hold a password.
impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore").field("options", &self.options).finish_non_exhaustive()
    }
}

impl RedisStore {
    /// A store on the server at a URL such as `redis://:password@host:6379/0`.
    ///
    /// # Errors
    /// [`RedisStoreError::Address`] for a URL that is none, and for `rediss://` without the feature
    /// `tls`; the other errors if the server does not answer.
    pub async fn connect(url: &str, options: RedisOptions) -> Result<Self, RedisStoreError> {
        #[cfg(feature = "tls")]
        choose_crypto();
        let client = Client::open(url).map_err(|_| RedisStoreError::Address)?;
        Self::with_client(client, options).await
    }

    /// A store on the server of a client, such as one with certificates of its own.
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    pub async fn with_client(
        client: Client,
        options: RedisOptions,
    ) -> Result<Self, RedisStoreError> {
        let link = Link::Single(SingleLink::new(client, options.timeout)?);
        Self::on(link, options).await
    }

    /// A store on the Redis Cluster of a client.
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    #[cfg(feature = "cluster")]
    pub async fn with_cluster(
        client: &redis::cluster::ClusterClient,
        options: RedisOptions,
    ) -> Result<Self, RedisStoreError> {
        let time = options.timeout;
        let config = redis::cluster::ClusterConfig::new()
            .set_connection_timeout(time)
            .set_response_timeout(time);
        let connecting =
            tokio::time::timeout(time, client.get_async_connection_with_config(config));
        let late = RedisStoreError::TimedOut { after: time };
        Self::on(Link::Cluster(connecting.await.map_err(|_| late)??), options).await
    }

    async fn on(link: Link, options: RedisOptions) -> Result<Self, RedisStoreError> {
        let store = Self { link, options, steps: Steps::new() };
        store.ask(&redis::cmd("PING")).await?;
        Ok(store)
    }
}

impl SessionStore for RedisStore {
    type Error = RedisStoreError;

    async fn insert(&self, session: &Session, now: UnixTime) -> Result<bool, RedisStoreError> {
        let user = user_text(&session.user_id);
        // First the name: `revoke_user` must find each row there is.
        let key = user_key(&self.options.prefix, &user);
        let remember = self.take(&self.steps.remember, &key, |command| {
            command.arg(&session.session_id).arg(now.as_secs());
            command.arg(session.expires_at.as_secs()).arg(session.deadline.as_secs());
        });
        let old = read_names(remember.await?)?;
        let key = session_key(&self.options.prefix, &session.session_id);
        let insert = self.take(&self.steps.insert, &key, |command| {
            push_row(command.arg(now.as_secs()), session);
        });
        let inserted = insert.await? == Value::Int(1);
        if !old.is_empty()
            && let Ok(rows) = self.rows(old).await
        {
            // The session has begun: names that stay for now are no reason to say otherwise.
            let _ = self.forget(&user, &rows, now).await;
        }
        Ok(inserted)
    }

    async fn advance(&self, step: Advance<'_>) -> Result<Advanced, RedisStoreError> {
        // There is no generation after the last: its token fits no more.
        let Some(next) = step.from.checked_add(1) else {
            return self.load(step.session_id, step.now).await.map(Advanced::No);
        };
        let key = session_key(&self.options.prefix, step.session_id);
        let user = user_text(step.user_id);
        let answer = self.take(&self.steps.advance, &key, |command| {
            command.arg(&user).arg(step.from).arg(next);
            command.arg(step.now.as_secs()).arg(step.expires_at.as_secs());
        });
        let (advanced, row) = read_answer(step.session_id, answer.await?)?;
        match row.filter(|row| advanced || !row.has_expired(step.now)) {
            Some(row) if advanced => Ok(Advanced::Yes(row)),
            row => Ok(Advanced::No(row)),
        }
    }

    async fn load(
        &self,
        session_id: &str,
        now: UnixTime,
    ) -> Result<Option<Session>, RedisStoreError> {
        Ok(self.row(session_id).await?.filter(|row| !row.has_expired(now)))
    }

    async fn revoke(&self, session_id: &str, now: UnixTime) -> Result<bool, RedisStoreError> {
        self.end(session_id, None, now).await.map(|(ended, _)| ended)
    }

    async fn revoke_user(&self, user_id: &UserId, now: UnixTime) -> Result<u64, RedisStoreError> {
        let user = user_text(user_id);
        let mut revoked = Ok(0_u64);
        for names in self.names(&user).await?.chunks(AT_ONCE) {
            let ends = names.iter().map(|name| self.end(name, Some(&user), now));
            for end in join_all(ends).await {
                match end {
                    Ok((true, _)) => revoked = revoked.map(|count| count.saturating_add(1)),
                    Ok((false, _)) => {}
                    // A damaged row is no reason to leave the others alive.
                    Err(error @ RedisStoreError::Damaged { .. }) => revoked = Err(error),
                    Err(error) => return Err(error),
                }
            }
        }
        revoked
    }

    async fn list_user(
        &self,
        user_id: &UserId,
        now: UnixTime,
    ) -> Result<Vec<Session>, RedisStoreError> {
        let names = self.names(&user_text(user_id)).await?;
        let rows = self.rows(names).await?.into_iter().filter_map(|(_, row)| row);
        let mut sessions: Vec<Session> =
            rows.filter(|row| row.user_id == *user_id && row.is_alive(now)).collect();
        sessions.sort_by(|a, b| {
            a.started_at.cmp(&b.started_at).then_with(|| a.session_id.cmp(&b.session_id))
        });
        Ok(sessions)
    }

    async fn purge(&self, _: UnixTime) -> Result<u64, RedisStoreError> {
        Ok(0)
    }
}

/// rustls asks the process which cryptography to use, and panics where that is open.
#[cfg(feature = "tls")]
fn choose_crypto() {
    // An error means that the process has chosen before.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
