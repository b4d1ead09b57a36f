//! The connection: shared by all callers, made anew when it fails, and never waited for too long.

use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use futures_util::future::{BoxFuture, FutureExt as _, Shared};
use redis::aio::MultiplexedConnection;
use redis::{Cmd, Pipeline, Value};

use crate::connect::Connect;
use crate::error::RedisStoreError;

/// One server, or a cluster.
pub(crate) enum Link {
    Single(SingleLink),
    #[cfg(feature = "cluster")]
    Cluster(redis::cluster_async::ClusterConnection),
}

/// Connections to one server. Each is made by the first command that needs it.
pub(crate) struct SingleLink {
    slots: Box<[Slot]>,
    next: AtomicUsize,
    time: Duration,
}

/// A place for one connection.
struct Slot {
    connect: Arc<Connect>,
    current: Mutex<Current>,
}

#[derive(Clone)]
struct Current {
    /// However many wait for it, it is made once, and a failure is told to all of them.
    connection: Shared<BoxFuture<'static, Result<MultiplexedConnection, RedisStoreError>>>,
    number: u64,
    since: Instant,
}

/// A server that says that it is not the one that writes is asked for a new connection this often at
/// most.
const PATIENCE: Duration = Duration::from_millis(100);

impl Link {
    /// One command and its answer, within the time.
    pub(crate) async fn ask(
        &self,
        command: &Cmd,
        time: Duration,
    ) -> Result<Value, RedisStoreError> {
        match self {
            Self::Single(link) => {
                link.within(time, async |connection| {
                    Ok(connection.send_packed_command(command).await?.extract_error()?)
                })
                .await
            }
            #[cfg(feature = "cluster")]
            Self::Cluster(connection) => {
                use redis::aio::ConnectionLike as _;
                let mut connection = connection.clone();
                let answer = tokio::time::timeout(time, connection.req_packed_command(command));
                let answer = answer.await.map_err(|_| RedisStoreError::TimedOut { after: time })?;
                Ok(answer?.extract_error()?)
            }
        }
    }

    /// Several commands and the answer to each, within the time: on one server in one round trip on
    /// one connection.
    pub(crate) async fn ask_all(
        &self,
        commands: &[Cmd],
        time: Duration,
    ) -> Result<Vec<Result<Value, RedisStoreError>>, RedisStoreError> {
        match self {
            Self::Single(link) => {
                let mut pipeline = Pipeline::with_capacity(commands.len());
                for command in commands {
                    pipeline.add_command(command.clone());
                }
                link.within(time, async |connection| {
                    let answers = connection.send_packed_commands(&pipeline, 0, commands.len());
                    let answers: Vec<_> = answers.await?.into_iter().map(checked).collect();
                    // One such answer is enough to look for another server.
                    match answers.iter().find_map(|answer| answer.as_ref().err()) {
                        Some(error) if error.asks_for_another_server() => Err(error.clone()),
                        _ => Ok(answers),
                    }
                })
                .await
            }
            #[cfg(feature = "cluster")]
            Self::Cluster(_) => {
                let asked = commands.iter().map(|command| self.ask(command, time));
                Ok(futures_util::future::join_all(asked).await)
            }
        }
    }
}

fn checked(answer: Value) -> Result<Value, RedisStoreError> {
    Ok(answer.extract_error()?)
}

impl SingleLink {
    pub(crate) fn new(connect: Connect, connections: usize, time: Duration) -> Self {
        let connect = Arc::new(connect);
        let slot = |_| Slot {
            connect: Arc::clone(&connect),
            current: Mutex::new(Current {
                connection: connecting(Arc::clone(&connect), time),
                number: 0,
                since: Instant::now(),
            }),
        };
        Self { slots: (0..connections).map(slot).collect(), next: AtomicUsize::new(0), time }
    }

    async fn within<T>(
        &self,
        time: Duration,
        ask: impl AsyncFnOnce(&mut MultiplexedConnection) -> Result<T, RedisStoreError>,
    ) -> Result<T, RedisStoreError> {
        let turn = self.next.fetch_add(1, Ordering::Relaxed).checked_rem(self.slots.len());
        let Some(slot) = turn.and_then(|turn| self.slots.get(turn)) else {
            return Err(RedisStoreError::Address);
        };
        let Current { connection, number, since } = slot.lock().clone();
        let mut is_connected = false;
        let answer = tokio::time::timeout(time, async {
            let mut connection = connection.await?;
            is_connected = true;
            ask(&mut connection).await
        });
        let answer = answer.await.unwrap_or(Err(RedisStoreError::TimedOut { after: time }));
        if let Err(error) = &answer {
            let is_old = since.elapsed() >= PATIENCE;
            if !is_connected
                || error.breaks_the_connection()
                || (is_old && error.asks_for_another_server())
            {
                slot.replace(number, self.time);
            }
        }
        answer
    }
}

impl Slot {
    /// A new connection in the place of that of this number, unless somebody has replaced it.
    /// Answers that others wait for on the old one still come.
    fn replace(&self, number: u64, time: Duration) {
        let mut current = self.lock();
        if current.number == number {
            current.connection = connecting(Arc::clone(&self.connect), time);
            current.number = number.wrapping_add(1);
            current.since = Instant::now();
        }
    }

    /// Ignoring poison is safe: no operation can panic halfway through a change.
    fn lock(&self) -> std::sync::MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn connecting(
    connect: Arc<Connect>,
    time: Duration,
) -> Shared<BoxFuture<'static, Result<MultiplexedConnection, RedisStoreError>>> {
    let made = async move {
        let made = tokio::time::timeout(time, connect.patiently()).await;
        made.unwrap_or(Err(RedisStoreError::disconnected("connecting took too long")))
    };
    made.boxed().shared()
}
