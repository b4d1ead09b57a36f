//! The statements: each is one atomic step by itself, at any level of isolation.
//!
//! The files in `sql` and `migrations` use the default name of the table. Here they get the name that
//! the options say.

use crate::error::PostgresStoreError;
use crate::options::PostgresOptions;

/// The name of the table in the files. It stands in no other word of theirs.
const TABLE: &str = "jwt_pair_sessions";

/// PostgreSQL cuts names at 63 bytes, and the longest that is made of the table's is 11 bytes longer.
const MAX_TABLE_BYTES: usize = 48;
const MAX_SCHEMA_BYTES: usize = 63;

/// What is read of a row.
const COLUMNS: &str = "session_id, user_id, label, started_at, generation, rotated_at,
        COALESCE(previous_rotated_at, started_at) AS previous_rotated_at, expires_at, deadline,
        ended, ended_at";

/// The statements for one table.
#[derive(Debug)]
pub(crate) struct Statements {
    pub(crate) refresh: String,
    pub(crate) insert: String,
    pub(crate) load: String,
    pub(crate) end: String,
    pub(crate) end_user: String,
    pub(crate) end_all: String,
    pub(crate) list: String,
    pub(crate) pages: String,
    pub(crate) purge: String,
}

/// The table's names, quoted.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    schema: Option<String>,
    /// Without quotes and schema.
    table: String,
}

impl Names {
    pub(crate) fn new(options: &PostgresOptions) -> Result<Self, PostgresStoreError> {
        let fits = |name: &str, max| (1..=max).contains(&name.len()) && !name.contains('\0');
        let schema = options.schema.as_deref();
        if !fits(&options.table, MAX_TABLE_BYTES)
            || !schema.is_none_or(|schema| fits(schema, MAX_SCHEMA_BYTES))
        {
            return Err(PostgresStoreError::Name);
        }
        Ok(Self { schema: schema.map(quoted), table: options.table.clone() })
    }

    /// The schema, quoted.
    pub(crate) fn schema(&self) -> Option<&str> {
        self.schema.as_deref()
    }

    /// A name that begins with the table's, quoted and with its schema.
    pub(crate) fn qualified(&self, suffix: &str) -> String {
        let name = quoted(&format!("{}{suffix}", self.table));
        self.schema.as_ref().map_or_else(|| name.clone(), |schema| format!("{schema}.{name}"))
    }

    pub(crate) fn statements(&self) -> Statements {
        let table = self.qualified("");
        let named = |file: &str| {
            // `pages` has the name in a text. The new name may hold the old one.
            let in_text = format!("'{}'", table.replace('\'', "''")).replace(TABLE, "\u{1}");
            let file = file.replace(&format!("'{TABLE}'"), &in_text).replace("COLUMNS", COLUMNS);
            file.replace(TABLE, &table).replace('\u{1}', TABLE)
        };
        Statements {
            refresh: named(include_str!("sql/refresh.sql")),
            insert: named(include_str!("sql/insert.sql")),
            load: named(include_str!("sql/load.sql")),
            end: named(include_str!("sql/end.sql")),
            end_user: named(include_str!("sql/end_user.sql")),
            end_all: named(include_str!("sql/end_all.sql")),
            list: named(include_str!("sql/list.sql")),
            pages: named(include_str!("sql/pages.sql")),
            purge: named(include_str!("sql/purge.sql")),
        }
    }

    /// A file of `migrations`, for a `search_path` that begins with the schema.
    pub(crate) fn migration(&self, file: &str) -> String {
        let mut script = file.to_owned();
        // An index cannot be named with its schema. The longest names come first.
        for suffix in ["_of_user", "_schema", "_user", ""] {
            let name = quoted(&format!("{}{suffix}", self.table));
            // A name that holds the default name must not be replaced twice.
            script = script.replace(&format!("{TABLE}{suffix}"), &name.replace(TABLE, "\u{1}"));
        }
        script.replace('\u{1}', TABLE)
    }
}

/// An identifier, which may be any text.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
