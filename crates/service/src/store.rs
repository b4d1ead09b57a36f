//! The sessions' store that the settings name.

use jwt_pair::UnixTime;
use jwt_pair_postgres::{PostgresOptions, PostgresStore};
use jwt_pair_redis::{RedisOptions, RedisStore};
use jwt_pair_sessions::{AnyStore, EndReason, MemoryStore};
use jwt_pair_sqlite::{SqliteOptions, SqliteStore};

use crate::config::SessionsAt;

/// An error of any kind, for the operator.
pub type Fault = Box<dyn std::error::Error + Send + Sync>;

/// Why a command does nothing to these sessions.
pub(crate) const IN_MEMORY: &str =
    "no command reaches sessions in memory: they end with the service";

/// Opens the store. What a Redis server is set to and should not be is told to `warn`.
///
/// # Errors
/// That of the store. The text of an address is in none.
pub async fn open(at: &SessionsAt, warn: impl Fn(String)) -> Result<AnyStore, Fault> {
    Ok(match at {
        SessionsAt::Memory => AnyStore::new(MemoryStore::new()),
        SessionsAt::Sqlite(path) => AnyStore::new(SqliteStore::open(path, &SqliteOptions::new())?),
        SessionsAt::Redis(url) => {
            let store = RedisStore::connect(url.as_str(), RedisOptions::new()).await?;
            match store.check_server().await {
                Ok(findings) => findings.iter().for_each(|finding| warn(finding.to_string())),
                Err(error) => warn(format!("the settings of Redis were not read: {error}")),
            }
            AnyStore::new(store)
        }
        SessionsAt::Postgres(url) => {
            let store = PostgresStore::connect(url.as_str(), &PostgresOptions::new())?;
            store.migrate().await?;
            AnyStore::new(store)
        }
    })
}

/// Ends all sessions of everybody; how many.
///
/// # Errors
/// That of the store; and for sessions in memory, which no other process can reach.
pub async fn end_everybody(at: &SessionsAt, now: UnixTime) -> Result<u64, Fault> {
    Ok(match at {
        SessionsAt::Memory => return Err(IN_MEMORY.into()),
        SessionsAt::Sqlite(path) => {
            SqliteStore::open(path, &SqliteOptions::new())?.end_everybody(now).await?
        }
        SessionsAt::Redis(url) => {
            let store = RedisStore::connect(url.as_str(), RedisOptions::new()).await?;
            store.end_everybody(now).await?
        }
        SessionsAt::Postgres(url) => {
            let store = PostgresStore::connect(url.as_str(), &PostgresOptions::new())?;
            store.end_everybody(EndReason::All, now).await?
        }
    })
}
