//! Sessions that an account's row says are to be ended: after a change of password, or by an operator.
//!
//! The row says so in the same commit that changes the password, and until the store of the sessions
//! has acknowledged it. So neither a store that is away nor a crash between the two leaves a session
//! alive.

use std::sync::Arc;

use jwt_pair::{UnixTime, UserId};
use jwt_pair_sessions::{AnyStore, EndReason, EndUser, SessionStore as _};
use tokio::sync::Mutex;

use crate::accounts::{Account, Accounts};
use crate::counters::Counters;
use crate::store::Fault;

/// Ends sessions of accounts, and counts them. A clone is the same one.
#[derive(Clone, Debug)]
pub struct Ends {
    accounts: Accounts,
    store: AnyStore,
    counters: Arc<Counters>,
    /// Held by whoever ends what is due.
    turn: Arc<Mutex<()>>,
}

impl Ends {
    /// On these accounts and the store of their sessions.
    pub fn new(accounts: Accounts, store: AnyStore, counters: Arc<Counters>) -> Self {
        Self { accounts, store, counters, turn: Arc::default() }
    }

    /// Ends what is due for this account.
    ///
    /// # Errors
    /// Those of the store and of the accounts. It stays due.
    pub async fn finish(&self, account: &Account, at: UnixTime) -> Result<(), Fault> {
        if account.ends_due.is_none() {
            return Ok(());
        }
        // One at a time, and as the row says now: a login ends what is due, and begins its session. One
        // that saw the row before would end that session too.
        let _turn = self.turn.lock().await;
        let Some(account) = self.accounts.by_id(account.id)? else { return Ok(()) };
        let Some(kept) = &account.ends_due else { return Ok(()) };
        let except = (!kept.is_empty()).then_some(kept.as_str());
        let why = if except.is_some() { EndReason::Others } else { EndReason::All };
        self.end_user(account.id, except, why, at).await?;
        self.accounts.ends_done(&account).await?;
        Ok(())
    }

    /// Ends what is due for all accounts.
    ///
    /// # Errors
    /// As [`finish`](Self::finish).
    pub async fn finish_all(&self, at: UnixTime) -> Result<(), Fault> {
        loop {
            let due = self.accounts.with_ends_due()?;
            if due.is_empty() {
                return Ok(());
            }
            for account in &due {
                self.finish(account, at).await?;
            }
        }
    }

    /// Ends the sessions of a user; how many.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn end_user(
        &self,
        id: i64,
        except: Option<&str>,
        why: EndReason,
        at: UnixTime,
    ) -> Result<u64, Fault> {
        let end = EndUser { user_id: &UserId::from(id), except, why, at };
        let sessions = self.store.end_user(&end).await?;
        self.counters.sessions_ended.add(sessions);
        tracing::info!(user = id, why = why.as_str(), sessions, "sessions ended");
        Ok(sessions)
    }
}
