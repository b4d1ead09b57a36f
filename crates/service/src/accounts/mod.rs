//! The accounts, in a file of SQLite: names, password hashes, who is disabled.
//!
//! In: names that were checked; hashes. Out: accounts.
//! Not here: passwords, which are `password`; sessions.

mod account;
mod file;
mod name;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OptionalExtension as _, params};

pub use account::Account;
pub use file::AccountsError;
pub use name::Name;

/// The accounts. A clone is the same file.
#[derive(Clone, Debug)]
pub struct Accounts {
    /// Blocks while a commit waits for the disk: used on threads that may block.
    writer: Arc<Mutex<Connection>>,
    /// Reads a row by its key, in microseconds, and waits for no writer: used where requests run.
    reader: Arc<Mutex<Connection>>,
}

const COLUMNS: &str = "id, name, password, user_type, disabled_at, ends_due";

impl Accounts {
    /// The accounts in a file, which is made if it is not there.
    ///
    /// # Errors
    /// [`AccountsError`] for a file of another program, or of a newer version, and those of the disk.
    pub fn open(path: &Path) -> Result<Self, AccountsError> {
        let writer = Arc::new(Mutex::new(file::open(path)?));
        Ok(Self { writer, reader: Arc::new(Mutex::new(file::connect(path)?)) })
    }

    /// The account of this name.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn by_name(&self, name: &Name) -> Result<Option<Account>, AccountsError> {
        self.one("name = ?1", name.as_str())
    }

    /// The account of this id.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn by_id(&self, id: i64) -> Result<Option<Account>, AccountsError> {
        self.one("id = ?1", id)
    }

    fn one(
        &self,
        condition: &str,
        value: impl rusqlite::ToSql,
    ) -> Result<Option<Account>, AccountsError> {
        let reader = lock(&self.reader);
        let mut statement =
            reader.prepare_cached(&format!("SELECT {COLUMNS} FROM accounts WHERE {condition}"))?;
        Ok(statement.query_row([value], Account::read).optional()?)
    }

    /// Some of the accounts whose sessions are still to be ended; none if there are no more.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn with_ends_due(&self) -> Result<Vec<Account>, AccountsError> {
        let reader = lock(&self.reader);
        let mut statement = reader.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM accounts WHERE ends_due IS NOT NULL LIMIT 100"
        ))?;
        let accounts = statement.query_map([], Account::read)?;
        Ok(accounts.collect::<Result<_, _>>()?)
    }

    /// A new account; `None` if the name is taken.
    ///
    /// # Errors
    /// Those of the disk.
    pub async fn insert(
        &self,
        name: Name,
        hash: String,
        now: u64,
    ) -> Result<Option<Account>, AccountsError> {
        self.write(move |connection| {
            let statement = format!(
                "INSERT INTO accounts (name, password, created_at) VALUES (?1, ?2, ?3) \
                 ON CONFLICT (name) DO NOTHING RETURNING {COLUMNS}"
            );
            let values = params![name.as_str(), hash, file::seconds(now)];
            Ok(connection.query_row(&statement, values, Account::read).optional()?)
        })
        .await
    }

    /// Another password, if it is still the one of `account`; then all its sessions but `kept` are to
    /// be ended. Whether it was.
    ///
    /// # Errors
    /// Those of the disk.
    pub async fn set_password(
        &self,
        account: &Account,
        hash: String,
        kept: &str,
    ) -> Result<bool, AccountsError> {
        let values = (hash, kept.to_owned(), account.id, account.password.clone());
        self.change(
            "UPDATE accounts SET password = ?1, ends_due = ?2 WHERE id = ?3 AND password = ?4",
            values,
        )
        .await
    }

    /// Another password, whatever it was; then all its sessions are to be ended. Whether there is
    /// such an account.
    ///
    /// # Errors
    /// Those of the disk.
    pub async fn reset_password(&self, name: &Name, hash: String) -> Result<bool, AccountsError> {
        let values = (hash, name.as_str().to_owned());
        self.change("UPDATE accounts SET password = ?1, ends_due = '' WHERE name = ?2", values)
            .await
    }

    /// Disables an account, or enables it again. In either case all its sessions are to be ended.
    /// Whether there is such an account.
    ///
    /// # Errors
    /// Those of the disk.
    pub async fn disable(&self, name: &Name, at: Option<u64>) -> Result<bool, AccountsError> {
        let values = (at.map(file::seconds), name.as_str().to_owned());
        self.change("UPDATE accounts SET disabled_at = ?1, ends_due = '' WHERE name = ?2", values)
            .await
    }

    /// Notes that all sessions of an account are to be ended. Whether there is such an account.
    ///
    /// # Errors
    /// Those of the disk.
    pub async fn end_sessions(&self, name: &Name) -> Result<bool, AccountsError> {
        let values = (name.as_str().to_owned(),);
        self.change("UPDATE accounts SET ends_due = '' WHERE name = ?1", values).await
    }

    /// Notes that the sessions were ended, if nothing else is to be ended since.
    ///
    /// # Errors
    /// Those of the disk.
    pub async fn ends_done(&self, account: &Account) -> Result<bool, AccountsError> {
        let values = (account.id, account.ends_due.clone());
        self.change("UPDATE accounts SET ends_due = NULL WHERE id = ?1 AND ends_due = ?2", values)
            .await
    }

    /// Removes an account, if its password is still the one of `account`. Whether it did.
    ///
    /// # Errors
    /// Those of the disk.
    pub async fn delete(&self, account: &Account) -> Result<bool, AccountsError> {
        let values = (account.id, account.password.clone());
        self.change("DELETE FROM accounts WHERE id = ?1 AND password = ?2", values).await
    }

    /// Copies the accounts to a new file while the service runs.
    ///
    /// # Errors
    /// Those of the disk, also if the file is there and not empty.
    pub async fn backup(&self, to: &Path) -> Result<(), AccountsError> {
        let to = to.to_string_lossy().into_owned();
        self.write(move |connection| {
            connection.execute("VACUUM INTO ?1", [to])?;
            Ok(())
        })
        .await
    }

    async fn change(
        &self,
        statement: &'static str,
        values: impl rusqlite::Params + Send + 'static,
    ) -> Result<bool, AccountsError> {
        self.write(move |connection| Ok(connection.execute(statement, values)? > 0)).await
    }

    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, AccountsError> + Send + 'static,
    ) -> Result<T, AccountsError> {
        let writer = Arc::clone(&self.writer);
        tokio::task::spawn_blocking(move || work(&lock(&writer)))
            .await
            .map_err(|_| AccountsError::Stopped)?
    }
}

/// Ignoring poison is safe: each step is one statement, which SQLite takes whole or not at all.
fn lock(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}
