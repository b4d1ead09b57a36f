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
        // `pages` has the name in a text.
        let (text, in_text) = (format!("'{TABLE}'"), format!("'{}'", table.replace('\'', "''")));
        let named = |file: &str| {
            // Names come last, and each in one pass: they may hold any word that is replaced.
            let file = file.replace("COLUMNS", COLUMNS);
            let parts = file.split(&text).map(|part| part.replace(TABLE, &table));
            parts.collect::<Vec<_>>().join(&in_text)
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
        let mut parts = file.split(TABLE);
        let mut script = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            // An index cannot be named with its schema, so the name of each is quoted as a whole.
            let rest = part
                .trim_start_matches(|letter: char| letter.is_ascii_lowercase() || letter == '_');
            let suffix = part.strip_suffix(rest).unwrap_or_default();
            script.push_str(&quoted(&format!("{}{suffix}", self.table)));
            script.push_str(rest);
        }
        script
    }
}

/// An identifier, which may be any text.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
