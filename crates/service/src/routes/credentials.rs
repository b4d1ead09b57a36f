//! Who knows the password of an account.

use std::net::IpAddr;
use std::time::Instant;

use axum::http::StatusCode;
use serde::Deserialize;

use crate::accounts::{Account, Name};
use crate::app::App;
use crate::attempts::Attempt;
use crate::password::Password;
use crate::refusal::Refusal;

/// What a user types.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Credentials {
    pub(super) name: String,
    pub(super) password: String,
}

/// The account, if it is the right password and the account is not disabled.
pub(super) async fn account_of(
    app: &App,
    client: IpAddr,
    credentials: Credentials,
) -> Result<Account, Refusal> {
    // The rule for names is public, so nothing is told by a quick answer.
    let name = Name::new(&credentials.name).ok_or_else(Refusal::wrong_login)?;
    admit(app, client, &name).await?;
    let account = app.accounts.by_name(&name)?;
    let password = Password::to_check(credentials.password);
    let hash = account.as_ref().map(|account| account.password.as_str());
    let matches = app.passwords.matches(password, hash).await;
    let matches = matches.inspect_err(|_| app.counters.passwords_busy.count())?;
    match account.filter(|account| matches && !account.is_disabled) {
        Some(account) => {
            app.attempts.succeeded(&name, client);
            Ok(account)
        }
        None => {
            app.counters.logins_refused.count();
            Err(Refusal::wrong_login())
        }
    }
}

/// Whether somebody who is logged in knows the password of the account.
pub(super) async fn confirm(
    app: &App,
    client: IpAddr,
    account: &Account,
    password: String,
) -> Result<(), Refusal> {
    let name = Name::new(&account.name).ok_or_else(Refusal::wrong_password)?;
    admit(app, client, &name).await?;
    let password = Password::to_check(password);
    if !app.passwords.matches(password, Some(&account.password)).await? {
        return Err(Refusal::wrong_password());
    }
    app.attempts.succeeded(&name, client);
    Ok(())
}

/// Counts the attempt, and waits if the account has had many.
async fn admit(app: &App, client: IpAddr, name: &Name) -> Result<(), Refusal> {
    match app.attempts.count(name, client, Instant::now()) {
        Attempt::After(delay) => {
            if !delay.is_zero() {
                tokio::time::sleep(delay).await;
            }
            Ok(())
        }
        Attempt::Refused(after) => {
            app.counters.logins_limited.count();
            Err(Refusal::later(StatusCode::TOO_MANY_REQUESTS, "Too many attempts", after))
        }
    }
}
