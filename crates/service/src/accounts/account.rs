//! One account.

use std::fmt;

use rusqlite::Row;

/// A row of the accounts. `Debug` does not show the hash of the password.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Account {
    /// Its `user_id` in tokens; never given to another account.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// The hash of its password, as a PHC string.
    pub password: String,
    /// Its `user_type` in tokens.
    pub user_type: String,
    /// Whether it may not log in.
    pub is_disabled: bool,
    /// Sessions that are to be ended: all but the one that is named, or all, if the name is empty.
    pub ends_due: Option<String>,
}

impl Account {
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            name: row.get(1)?,
            password: row.get(2)?,
            user_type: row.get(3)?,
            is_disabled: row.get::<_, Option<i64>>(4)?.is_some(),
            ends_due: row.get(5)?,
        })
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Account");
        shown.field("id", &self.id).field("is_disabled", &self.is_disabled).finish_non_exhaustive()
    }
}
