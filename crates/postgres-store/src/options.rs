//! The settings of a store.

use core::time::Duration;

/// How long a step may take, how many connections there may be, and where the table is.
#[derive(Clone, Debug)]
#[must_use]
pub struct PostgresOptions {
    pub(crate) timeout: Duration,
    pub(crate) max_connections: usize,
    pub(crate) schema: Option<String>,
    pub(crate) table: String,
    pub(crate) prepares: bool,
}

impl PostgresOptions {
    /// 2 seconds, 16 connections, the table `jwt_pair_sessions` where the connection's `search_path`
    /// finds it, prepared statements.
    pub fn new() -> Self {
        Self {
            timeout: Duration::from_secs(2),
            max_connections: 16,
            schema: None,
            table: "jwt_pair_sessions".to_owned(),
            prepares: true,
        }
    }

    /// How long a step may take, waiting for a connection or making one included: from one
    /// millisecond to 60 seconds. After that the server is asked to give up the statement.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout.clamp(Duration::from_millis(1), Duration::from_secs(60));
        self
    }

    /// How many connections are open at most; at least one. A pool of the caller's has its own limit.
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.max_connections = connections.max(1);
        self
    }

    /// The schema of the table. It must be there before [`migrate`](crate::PostgresStore::migrate).
    pub fn schema(mut self, schema: &str) -> Self {
        self.schema = Some(schema.to_owned());
        self
    }

    /// The name of the table, of 1 to 48 bytes: any text, which is quoted. The table of the schema's
    /// version has this name and `_schema`.
    pub fn table(mut self, table: &str) -> Self {
        table.clone_into(&mut self.table);
        self
    }

    /// Whether the server keeps each statement with its connection. `false` is for a pooler in
    /// transaction mode that cannot prepare statements, such as PgBouncer before 1.21: the server
    /// then parses each statement anew, and it is still one round trip.
    pub fn prepared_statements(mut self, prepares: bool) -> Self {
        self.prepares = prepares;
        self
    }
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self::new()
    }
}
