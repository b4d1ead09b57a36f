//! The statements: each is one atomic step, by itself and at the level READ COMMITTED.

pub(crate) const ADVANCE: &str = include_str!("sql/advance.sql");
pub(crate) const INSERT: &str = include_str!("sql/insert.sql");
pub(crate) const LIST_USER: &str = include_str!("sql/list_user.sql");
pub(crate) const LOAD: &str = include_str!("sql/load.sql");
pub(crate) const PAGES: &str = include_str!("sql/pages.sql");
pub(crate) const PURGE: &str = include_str!("sql/purge.sql");
pub(crate) const REVOKE: &str = include_str!("sql/revoke.sql");
pub(crate) const REVOKE_USER: &str = include_str!("sql/revoke_user.sql");
