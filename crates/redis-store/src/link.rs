//! The connection: shared by all callers, made anew when it fails, and never waited for too long.

use core::time::Duration;
use std::sync::{Mutex, PoisonError};

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, Cmd, Value};

use crate::error::RedisStoreError;

/// One server, or a cluster.
#[cfg_attr(
    feature = "cluster",
    expect(clippy::large_enum_variant, reason = "a store has one, and keeps it where it is")
)]
pub(crate) enum Link {
    Single(SingleLink),
    #[cfg(feature = "cluster")]
    Cluster(redis::cluster_async::ClusterConnection),
}

impl Link {
    /// One command and its answer, within the time.
    pub(crate) async fn ask(
        &self,
        command: &Cmd,
        time: Duration,
    ) -> Result<Value, RedisStoreError> {
        match self {
            Self::Single(link) => link.ask(command, time).await,
            #[cfg(feature = "cluster")]
            Self::Cluster(connection) => {
                use redis::aio::ConnectionLike as _;
                let mut connection = connection.clone();
                within(time, connection.req_packed_command(command)).await
            }
        }
    }
}

/// A connection to one server. The manager makes a new one when the old one breaks, but takes one
/// that is merely silent for good: that one is replaced here.
pub(crate) struct SingleLink {
    client: Client,
    config: ConnectionManagerConfig,
    current: Mutex<Current>,
}

#[derive(Clone)]
struct Current {
    manager: ConnectionManager,
    number: u64,
}

impl SingleLink {
    /// The connection is made by the first command.
    pub(crate) fn new(client: Client, time: Duration) -> Result<Self, RedisStoreError> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(time))
            .set_response_timeout(None)
            .set_number_of_retries(3)
            .set_min_delay(Duration::from_millis(20))
            .set_max_delay(Duration::from_millis(200));
        let manager = ConnectionManager::new_lazy_with_config(client.clone(), config.clone())?;
        Ok(Self { client, config, current: Mutex::new(Current { manager, number: 0 }) })
    }

    async fn ask(&self, command: &Cmd, time: Duration) -> Result<Value, RedisStoreError> {
        let Current { mut manager, number } = self.lock().clone();
        let answer = within(time, manager.send_packed_command(command)).await;
        if let Err(RedisStoreError::TimedOut { .. }) = answer {
            self.replace(number)?;
        }
        answer
    }

    /// A new connection in the place of that of this number, unless somebody has replaced it.
    /// Answers that others wait for on the old one still come.
    fn replace(&self, number: u64) -> Result<(), RedisStoreError> {
        let mut current = self.lock();
        if current.number == number {
            let (client, config) = (self.client.clone(), self.config.clone());
            current.manager = ConnectionManager::new_lazy_with_config(client, config)?;
            current.number = number.wrapping_add(1);
        }
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn within(
    time: Duration,
    answer: impl Future<Output = redis::RedisResult<Value>>,
) -> Result<Value, RedisStoreError> {
    match tokio::time::timeout(time, answer).await {
        // Some errors come as an answer that is not refused outright.
        Ok(Ok(value)) => value.extract_error().map_err(RedisStoreError::from),
        Ok(Err(error)) => Err(error.into()),
        Err(_) => Err(RedisStoreError::TimedOut { after: time }),
    }
}
