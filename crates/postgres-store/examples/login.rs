//! A login, a refresh, two tabs at once and a logout, on the PostgreSQL server at a URL.
//!
//! ```sh
//! cargo run --example login -- postgres://user:password@127.0.0.1/database
//! ```
//!
//! The URL may also stand in `DATABASE_URL`, where other users of the machine cannot see its
//! password.

use std::error::Error;

use jwt_pair::{Identity, Key, PairIssuer, PairPolicy, UnixTime};
use jwt_pair_postgres::{PostgresOptions, PostgresStore};
use jwt_pair_sessions::{SessionPolicy, Sessions};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::args().nth(1).or_else(|| std::env::var("DATABASE_URL").ok());
    let url = url.ok_or("usage: login URL")?;
    let store = PostgresStore::connect(&url, &PostgresOptions::new())?;
    store.migrate().await?;

    // A service has its secret from its configuration: the same in all its processes.
    let key = Key::new(b"32 random bytes: openssl rand -hex 32")?;
    let issuer = PairIssuer::new(key.into(), PairPolicy::new());
    let sessions = Sessions::new(issuer, store, SessionPolicy::new());
    let now = UnixTime::now()?;

    // A service takes 128 random bits.
    let name = format!("example-{}-{now}", std::process::id());
    let pair = sessions.start(&Identity::new(123, "customer", &name), "Firefox", now).await?;
    println!("login: {} sessions", sessions.list(&123.into(), now).await?.len());

    // Between the two calls, a service looks up what the user is today.
    let claims = sessions.issuer().verify_refresh(&pair.refresh.token, now)?;
    let one = sessions.refresh(&claims, "customer", &Default::default(), now).await?;
    let other = sessions.refresh(&claims, "customer", &Default::default(), now).await?;
    println!("two tabs: {}, {}", kind(&one), kind(&other));
    let same = one.into_pair().refresh.token == other.into_pair().refresh.token;
    println!("the same next refresh token: {same}");

    println!("logout: {}", sessions.revoke(&name, now).await?);
    match sessions.refresh(&claims, "customer", &Default::default(), now).await {
        Ok(_) => Err("a session that has ended gives no tokens".into()),
        Err(error) => {
            println!("refresh: {error}");
            Ok(())
        }
    }
}

const fn kind(refreshed: &jwt_pair_sessions::Refreshed) -> &'static str {
    match refreshed {
        jwt_pair_sessions::Refreshed::Rotated(_) => "rotated",
        jwt_pair_sessions::Refreshed::Replayed(_) => "replayed",
    }
}
