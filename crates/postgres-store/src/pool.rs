//! The connections: kept in a pool, made anew when they fail, and never waited for too long.

use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Object, PoolError, QueueMode, RecyclingMethod};
use tokio::runtime::Handle;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_postgres::error::SqlState;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{CancelToken, Config, Error, Row, Socket};

use crate::connect::FewAtOnce;
use crate::error::PostgresStoreError;
use crate::options::PostgresOptions;

/// What is sent with a statement.
pub(crate) type Params<'a> = &'a [(&'a (dyn ToSql + Sync), Type)];

/// Asks the server to give up a statement.
type Cancel = Box<dyn Fn(CancelToken) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// A pool of connections.
pub(crate) struct Pool {
    pool: deadpool_postgres::Pool,
    timeout: Duration,
    prepares: bool,
    /// Absent for a pool of the caller's, whose TLS is unknown.
    cancel: Option<Cancel>,
}

/// Shows no address, which may hold a password.
impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

impl Pool {
    pub(crate) fn new<T>(
        mut config: Config,
        tls: T,
        options: &PostgresOptions,
    ) -> Result<Self, PostgresStoreError>
    where
        T: MakeTlsConnect<Socket> + Clone + Sync + Send + 'static,
        T::Stream: Sync + Send,
        T::TlsConnect: Sync + Send,
        <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
    {
        let patience = options.timeout;
        config.connect_timeout(patience).tcp_user_timeout(patience.max(Duration::from_secs(1)));
        // Whether a connection is closed is known without asking the server: no round trip more.
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_connect(config, FewAtOnce::new(tls.clone()), recycling);
        let pool = deadpool_postgres::Pool::builder(manager)
            .max_size(options.max_connections)
            // The connection that was used last is the one whose server process is warm.
            .queue_mode(QueueMode::Lifo)
            .build()
            .map_err(|_| PostgresStoreError::NO_ADDRESS)?;
        let cancel: Cancel = Box::new(move |token| {
            let tls = tls.clone();
            Box::pin(async move {
                // The server may be unreachable, which is why the statement was given up.
                let _ = timeout(patience, token.cancel_query(tls)).await;
            })
        });
        Ok(Self { cancel: Some(cancel), ..Self::of(pool, options) })
    }

    /// A pool of the caller's.
    pub(crate) fn of(pool: deadpool_postgres::Pool, options: &PostgresOptions) -> Self {
        let (timeout, prepares) = (options.timeout, options.prepares);
        Self { pool, timeout, prepares, cancel: None }
    }

    /// When a step that begins now must have been answered.
    pub(crate) fn deadline(&self) -> Instant {
        // A timeout has at most a minute.
        Instant::now().checked_add(self.timeout).unwrap_or_else(Instant::now)
    }

    /// The rows that a statement returns.
    pub(crate) async fn query(
        &self,
        deadline: Instant,
        statement: &str,
        params: Params<'_>,
    ) -> Result<Vec<Row>, PostgresStoreError> {
        let mut held = Held { pool: self, client: None };
        let answer = timeout_at(deadline, async {
            let client = held.client.insert(self.pool.get().await?);
            loop {
                match self.ask(client, statement, params).await {
                    // The statement was a transaction of its own, which left no trace.
                    Err(error) if may_be_repeated(&error) => {}
                    answer => return answer.map_err(PoolError::Backend),
                }
            }
        });
        let late = PostgresStoreError::TimedOut { after: self.timeout };
        match answer.await {
            Ok(Ok(rows)) => {
                drop(held.client.take());
                Ok(rows)
            }
            Ok(Err(PoolError::Backend(error))) => {
                self.sort_out(&error, held.client.take());
                match error.code() {
                    Some(&SqlState::QUERY_CANCELED) => Err(late),
                    _ => Err(error.into()),
                }
            }
            Ok(Err(PoolError::Closed)) => {
                Err(PostgresStoreError::disconnected("the pool is closed"))
            }
            Ok(Err(_)) | Err(_) => Err(late),
        }
    }

    /// Closes all connections that nobody uses, because they lead to a server that does not write; the
    /// error that such a server answers to a write.
    pub(crate) fn leave_reader(&self) -> PostgresStoreError {
        self.pool.retain(|_, _| false);
        PostgresStoreError::Server { code: SqlState::READ_ONLY_SQL_TRANSACTION.code().to_owned() }
    }

    /// A connection that leaves the pool: it is closed when the caller drops it.
    pub(crate) async fn take(
        &self,
    ) -> Result<deadpool_postgres::ClientWrapper, PostgresStoreError> {
        match timeout(self.timeout, self.pool.get()).await {
            Ok(Ok(object)) => Ok(Object::take(object)),
            Ok(Err(PoolError::Backend(error))) => Err(error.into()),
            Ok(Err(PoolError::Closed)) => {
                Err(PostgresStoreError::disconnected("the pool is closed"))
            }
            Ok(Err(_)) | Err(_) => Err(PostgresStoreError::TimedOut { after: self.timeout }),
        }
    }

    async fn ask(
        &self,
        client: &Object,
        statement: &str,
        params: Params<'_>,
    ) -> Result<Vec<Row>, Error> {
        if !self.prepares {
            return client.query_typed(statement, params).await;
        }
        let types: Vec<Type> = params.iter().map(|(_, of)| of.clone()).collect();
        let statement = client.prepare_typed_cached(statement, &types).await?;
        let values: Vec<_> = params.iter().map(|(value, _)| *value).collect();
        client.query(&statement, &values).await
    }

    /// After most errors the connection is closed. After some, all idle connections are closed too,
    /// because they lead to the same server or hold the same plans.
    fn sort_out(&self, error: &Error, held: Option<Object>) {
        let Some(code) = error.code() else {
            return drop(held.map(Object::take));
        };
        // The server has refused a value or a name, and is sound.
        if ["22", "23", "42", "54"].iter().any(|class| code.code().starts_with(class))
            && *code != SqlState::DUPLICATE_PSTATEMENT
        {
            return;
        }
        drop(held.map(Object::take));
        if is_another_server(code) {
            self.pool.retain(|_, _| false);
        }
    }
}

/// A connection whose statement has not been answered yet.
struct Held<'a> {
    pool: &'a Pool,
    client: Option<Object>,
}

/// The answer was late, or the caller waits for it no longer. The connection may never answer again,
/// and the next caller would wait behind its statement: it is closed. The server is asked to give up
/// the statement, which may wait for a lock.
impl Drop for Held<'_> {
    fn drop(&mut self) {
        let Some(client) = self.client.take().map(Object::take) else { return };
        // A future may be dropped outside of the runtime, where nothing can be spawned.
        if let (Some(cancel), Ok(runtime)) = (&self.pool.cancel, Handle::try_current()) {
            runtime.spawn(cancel(client.cancel_token()));
        }
    }
}

/// The loser of a race at a stricter level of isolation than READ COMMITTED, or of a deadlock.
fn may_be_repeated(error: &Error) -> bool {
    let code = error.code();
    code == Some(&SqlState::T_R_SERIALIZATION_FAILURE)
        || code == Some(&SqlState::T_R_DEADLOCK_DETECTED)
}

/// Whether the server is not the one that writes, or not the one that it was.
fn is_another_server(code: &SqlState) -> bool {
    let codes = [
        SqlState::READ_ONLY_SQL_TRANSACTION,
        SqlState::ADMIN_SHUTDOWN,
        SqlState::CRASH_SHUTDOWN,
        SqlState::CANNOT_CONNECT_NOW,
        // The type of a column has changed, or a pooler does not know the statement.
        SqlState::FEATURE_NOT_SUPPORTED,
        SqlState::INVALID_SQL_STATEMENT_NAME,
        SqlState::DUPLICATE_PSTATEMENT,
    ];
    code.code().starts_with("08") || codes.contains(code)
}
