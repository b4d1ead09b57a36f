//! Who knows the password of an account.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use serde::Deserialize;

use crate::accounts::{Account, Name};
use crate::app::App;
use crate::attempts::Attempt;
use crate::password::{Password, Permit};
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
    let permit = admit(app, client, &name).await?;
    let account = app.accounts.by_name(&name)?;
    let password = Password::to_check(credentials.password);
    let hash = account.as_ref().map(|account| account.password.as_str());
    let matches = permit.matches(password, hash).await?;
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
    let permit = admit(app, client, &name).await?;
    let password = Password::to_check(password);
    if !permit.matches(password, Some(&account.password)).await? {
        return Err(Refusal::wrong_password());
    }
    app.attempts.succeeded(&name, client);
    Ok(())
}

/// A permit for one hash.
pub(super) async fn permit(app: &App) -> Result<Permit, Refusal> {
    let permit = app.passwords.permit().await;
    Ok(permit.inspect_err(|_| app.counters.passwords_busy.count())?)
}

/// Waits if the account has had many attempts, and counts this one when nothing but the hash is
/// left: an attempt that costs no hash must not fill what is remembered. Whoever is slowed holds no
/// permit meanwhile.
async fn admit(app: &App, client: IpAddr, name: &Name) -> Result<Permit, Refusal> {
    let delay = allowed(app, app.attempts.look(name, client, Instant::now()))?;
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    let permit = permit(app).await?;
    allowed(app, app.attempts.count(name, client, Instant::now()))?;
    Ok(permit)
}

fn allowed(app: &App, attempt: Attempt) -> Result<Duration, Refusal> {
    match attempt {
        Attempt::After(delay) => Ok(delay),
        Attempt::Refused(after) => {
            app.counters.logins_limited.count();
            Err(Refusal::later(StatusCode::TOO_MANY_REQUESTS, "Too many attempts", after))
        }
    }
}
