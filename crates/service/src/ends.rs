//! Sessions that an account's row says are to be ended: after a change of password, or by an operator.
//!
//! The row says so in the same commit that changes the password, and until the store of the sessions
//! has acknowledged it. So neither a store that is away nor a crash between the two leaves a session
//! alive.

use jwt_pair::{UnixTime, UserId};
use jwt_pair_sessions::{AnyStore, EndReason, EndUser, SessionStore as _};

use crate::accounts::{Account, Accounts};
use crate::store::Fault;

/// Ends what is due for this account; how many sessions.
///
/// # Errors
/// Those of the store and of the accounts. It stays due.
pub async fn finish(
    accounts: &Accounts,
    store: &AnyStore,
    account: &Account,
    at: UnixTime,
) -> Result<u64, Fault> {
    let Some(kept) = &account.ends_due else { return Ok(0) };
    let except = (!kept.is_empty()).then_some(kept.as_str());
    let why = if except.is_some() { EndReason::Others } else { EndReason::All };
    let ended = end_user(store, account.id, except, why, at).await?;
    accounts.ends_done(account).await?;
    Ok(ended)
}

/// Ends what is due for all accounts; for how many.
///
/// # Errors
/// As [`finish`].
pub async fn finish_all(
    accounts: &Accounts,
    store: &AnyStore,
    at: UnixTime,
) -> Result<usize, Fault> {
    let due = accounts.with_ends_due()?;
    for account in &due {
        finish(accounts, store, account, at).await?;
    }
    Ok(due.len())
}

/// Ends the sessions of a user; how many.
///
/// # Errors
/// Those of the store.
pub async fn end_user(
    store: &AnyStore,
    id: i64,
    except: Option<&str>,
    why: EndReason,
    at: UnixTime,
) -> Result<u64, Fault> {
    Ok(store.end_user(&EndUser { user_id: &UserId::from(id), except, why, at }).await?)
}
