//! The program of the README, word for word.

use jwt_pair::{Key, PairIssuer, PairPolicy, UnixTime};
use jwt_pair_postgres::{PostgresOptions, PostgresStore};
use jwt_pair_sessions::{Login, Renewal, SessionPolicy, Sessions};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::var("DATABASE_URL")?;
    let store = PostgresStore::connect(&url, &PostgresOptions::new())?;
    store.migrate().await?;

    let key = Key::new(std::env::var("JWT_SECRET")?.as_bytes())?;
    let issuer = PairIssuer::new(key.into(), PairPolicy::new());
    let sessions = Sessions::new(issuer, store, SessionPolicy::new())?;

    let now = UnixTime::now()?;
    let started = sessions.start(&Login::new(123, "customer").label("Firefox"), now).await?;
    println!("{}", started.pair.access.token);

    let claims = sessions.issuer().verify_refresh(&started.pair.refresh.token, now)?;
    let refreshed = sessions.refresh(&claims, &Renewal::new("customer"), now).await?;
    println!("{}", refreshed.access().token);

    sessions.logout(&started.pair.refresh.token, now).await?;
    Ok(())
}
