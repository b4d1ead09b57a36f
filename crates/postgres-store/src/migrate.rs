//! The schema: made, and brought forward from any version before, in one transaction.

use core::time::Duration;

use tokio::time::timeout;
use tokio_postgres::Client;
use tokio_postgres::types::Type;

use crate::error::PostgresStoreError;
use crate::pool::Pool;
use crate::statements::Names;

/// The files of `migrations`: each brings the schema to its place in this list.
const MIGRATIONS: [&str; 3] = [
    include_str!("../migrations/0001_sessions.sql"),
    include_str!("../migrations/0002_ended.sql"),
    include_str!("../migrations/0003_not_ended.sql"),
];

/// A large table's index takes its time.
const PATIENCE: Duration = Duration::from_secs(600);

/// Whoever comes second waits. Steps of the store wait behind a lock on the table, and so does all
/// that comes after them: rather than wait long for a transaction that is open, give up.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED;
    SET LOCAL statement_timeout = '600s';
    SELECT pg_advisory_xact_lock(6009204137731512);
    SET LOCAL lock_timeout = '1s'";

pub(crate) async fn migrate(pool: &Pool, names: &Names) -> Result<(), PostgresStoreError> {
    // It may be left within a transaction by an error, or by a caller that waits no longer: it is
    // closed at the end.
    let client = pool.take().await?;
    let late = PostgresStoreError::TimedOut { after: PATIENCE };
    timeout(PATIENCE, run(&client, names)).await.unwrap_or(Err(late))
}

async fn run(client: &Client, names: &Names) -> Result<(), PostgresStoreError> {
    // A role that may not create anything must not try.
    if pending(client, names).await?.is_empty() {
        return Ok(());
    }
    client.batch_execute(BEGIN).await?;
    if let Some(schema) = names.schema() {
        client.batch_execute(&format!("SET LOCAL search_path = {schema}")).await?;
    }
    // Another process may have been first.
    for file in pending(client, names).await? {
        client.batch_execute(&names.migration(file)).await?;
    }
    Ok(client.batch_execute("COMMIT").await?)
}

/// The files that have not been run.
async fn pending(
    client: &Client,
    names: &Names,
) -> Result<&'static [&'static str], PostgresStoreError> {
    let version = version(client, names).await?;
    let done = usize::try_from(version).ok();
    done.and_then(|done| MIGRATIONS.get(done..)).ok_or(PostgresStoreError::SchemaTooNew { version })
}

/// 0 without a table; 1 for the first one, which did not keep its version.
async fn version(client: &Client, names: &Names) -> Result<i32, PostgresStoreError> {
    // No error is made inside of a transaction, which would end it.
    let has_table = async |name: String| {
        // A schema that may not be used, or is not there, has no table.
        // By itself, `to_regclass` may answer from a cache of before the wait for the lock: reading a
        // table makes the cache anew.
        let exists = "SELECT count(*) = 1 AS found FROM pg_class WHERE oid = to_regclass($1)";
        let rows = client.query_typed(exists, &[(&name, Type::TEXT)]).await?;
        let found = rows.first().and_then(|row| row.try_get("found").ok());
        Ok::<bool, PostgresStoreError>(found.unwrap_or(false))
    };
    let schema_table = names.qualified("_schema");
    if has_table(schema_table.clone()).await? {
        let version = format!("SELECT max(version) AS version FROM {schema_table}");
        let rows = client.query_typed(&version, &[]).await?;
        let version = rows.first().and_then(|row| row.try_get("version").ok());
        return version.ok_or(crate::row::damaged("version"));
    }
    Ok(i32::from(has_table(names.qualified("")).await?))
}
