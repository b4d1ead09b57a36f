//! The connections: kept in a pool, made anew when they fail, and never waited for too long.

use core::fmt;
use core::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Object, PoolError, QueueMode, RecyclingMethod};
use tokio::time::error::Elapsed;
use tokio::time::timeout;
use tokio_postgres::error::SqlState;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Config, Row, Socket};

use crate::connect::FewAtOnce;
use crate::error::PostgresStoreError;
use crate::options::PostgresOptions;

/// What is sent with a statement.
pub(crate) type Params<'a> = &'a [&'a (dyn ToSql + Sync)];

/// A pool of connections.
pub(crate) struct Pool {
    pool: deadpool_postgres::Pool,
    timeout: Duration,
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
        let timeout = options.timeout;
        config.connect_timeout(timeout).tcp_user_timeout(timeout.max(Duration::from_secs(1)));
        // The statements are written for this level, whatever the server's default is.
        let settings = format!(
            "SET default_transaction_isolation = 'read committed'; SET statement_timeout = {}",
            timeout.as_millis()
        );
        // Whether a connection is closed is known without asking the server: no round trip more.
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let connect = FewAtOnce::new(tls, settings);
        let manager = Manager::from_connect(config, connect, recycling);
        let pool = deadpool_postgres::Pool::builder(manager)
            .max_size(options.max_connections)
            // The connection that was used last is the one whose server process is warm.
            .queue_mode(QueueMode::Lifo)
            .build()
            .map_err(|_| PostgresStoreError::Address)?;
        Ok(Self { pool, timeout })
    }

    /// The rows that a statement returns.
    pub(crate) async fn query(
        &self,
        statement: &str,
        params: Params<'_>,
    ) -> Result<Vec<Row>, PostgresStoreError> {
        let mut held = None;
        let answer = timeout(self.timeout, async {
            let client = held.insert(self.pool.get().await?);
            let statement = client.prepare_cached(statement).await?;
            Ok(client.query(&statement, params).await?)
        });
        self.settle(answer.await, held)
    }

    /// The number of rows that a statement has written.
    pub(crate) async fn execute(
        &self,
        statement: &str,
        params: Params<'_>,
    ) -> Result<u64, PostgresStoreError> {
        let mut held = None;
        let answer = timeout(self.timeout, async {
            let client = held.insert(self.pool.get().await?);
            let statement = client.prepare_cached(statement).await?;
            Ok(client.execute(&statement, params).await?)
        });
        self.settle(answer.await, held)
    }

    /// Runs a script of several statements, which may take a minute.
    pub(crate) async fn run(&self, script: &str) -> Result<(), PostgresStoreError> {
        let mut held = None;
        let answer = timeout(Duration::from_secs(60), async {
            let client = held.insert(self.pool.get().await?);
            Ok(client.batch_execute(script).await?)
        });
        let answer = self.settle(answer.await, None);
        if answer.is_err() {
            // It may have stopped within a transaction: such a connection serves nobody else.
            drop(held.map(Object::take));
        }
        answer
    }

    /// A connection that has not answered may never do so again, and is not used any more.
    fn settle<T>(
        &self,
        answer: Result<Result<T, PoolError>, Elapsed>,
        held: Option<Object>,
    ) -> Result<T, PostgresStoreError> {
        let late = PostgresStoreError::TimedOut { after: self.timeout };
        let error = match answer {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(PoolError::Backend(error))) => error,
            Ok(Err(_)) => return Err(late),
            Err(_) => {
                drop(held.map(Object::take));
                return Err(late);
            }
        };
        match error.code() {
            Some(&SqlState::QUERY_CANCELED) => Err(late),
            _ => Err(error.into()),
        }
    }
}
