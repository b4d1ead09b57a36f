//! The program of the README, word for word.

use std::error::Error;

use jwt_pair::{Key, PairIssuer, PairPolicy, UnixTime};
use jwt_pair_sessions::{Login, Renewal, SessionPolicy, Sessions};
use jwt_pair_sqlite::{SqliteOptions, SqliteStore};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let store = SqliteStore::open("sessions.db", &SqliteOptions::new())?;
    let key = Key::new(b"use 32 random bytes from a vault, not this")?;
    let issuer = PairIssuer::new(key.into(), PairPolicy::new());
    let sessions = Sessions::new(issuer, store, SessionPolicy::new())?;
    let now = UnixTime::now()?;

    // Login.
    let login = Login::new(123, "customer").label("Firefox on Linux");
    let started = sessions.start(&login, now).await?;

    // Refresh. Between the two calls the service looks up what the user is today.
    let claims = sessions.issuer().verify_refresh(&started.pair.refresh.token, now)?;
    let refreshed = sessions.refresh(&claims, &Renewal::new("customer"), now).await?;
    println!("access token until {}", refreshed.access().expires_at.as_secs());
    if let Some(refresh) = refreshed.refresh() {
        println!("set a cookie with {} bytes", refresh.token.len());
    }

    // Logout, and once a day the rows that have expired.
    sessions.revoke(&started.session.session_id, now).await?;
    sessions.purge(now).await?;
    Ok(())
}
