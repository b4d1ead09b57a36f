//! A login, a refresh, two tabs at once and a logout, on the PostgreSQL server at a URL.
//!
//! ```sh
//! cargo run --example postgres_login -- postgres://user:password@127.0.0.1/database
//! ```
//!
//! The URL may also stand in `DATABASE_URL`, where other users of the machine cannot see its
//! password.

use std::error::Error;
use std::num::NonZeroUsize;

use jwt_pair::{Key, PairIssuer, PairPolicy, UnixTime};
use jwt_pair_postgres::{PostgresOptions, PostgresStore};
use jwt_pair_sessions::{List, Login, Refreshed, Renewal, SessionPolicy, Sessions};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::args().nth(1).or_else(|| std::env::var("DATABASE_URL").ok());
    let url = url.ok_or("usage: postgres_login URL")?;
    let store = PostgresStore::connect(&url, &PostgresOptions::new())?;
    store.migrate().await?;

    // A service has its secret from its configuration: the same in all its processes.
    let key = Key::new(b"32 random bytes: openssl rand -hex 32")?;
    let issuer = PairIssuer::new(key.into(), PairPolicy::new());
    let sessions = Sessions::new(issuer, store, SessionPolicy::new())?;
    let now = UnixTime::now()?;
    let five_minutes_later = UnixTime::from_secs(now.as_secs().saturating_add(300));

    // A user of this run's own, so that the example can be run twice.
    let user = format!("example-{}-{now}", std::process::id());
    let login = Login::new(user.as_str(), "customer").label("Firefox");
    let started = sessions.start(&login, now).await?;
    let (user, limit) = (user.as_str().into(), NonZeroUsize::MIN.saturating_add(99));
    let list = List { user_id: &user, after: None, limit, now };
    println!("login: {} session", sessions.list(&list).await?.sessions.len());

    // Before a refresh, a service looks up what the user is today.
    let claims = sessions.issuer().verify_refresh(&started.pair.refresh.token, now)?;
    let renewal = Renewal::new("customer");
    println!("at once: {}", kind(&sessions.refresh(&claims, &renewal, now).await?));
    let one = sessions.refresh(&claims, &renewal, five_minutes_later).await?;
    let other = sessions.refresh(&claims, &renewal, five_minutes_later).await?;
    println!("two tabs: {}, {}", kind(&one), kind(&other));
    println!("the same next refresh token: {}", one.refresh() == other.refresh());

    let Some(current) = one.refresh() else { return Err("five minutes have passed".into()) };
    sessions.logout(&current.token, now).await?;
    match sessions.refresh(&claims, &renewal, five_minutes_later).await {
        Ok(_) => Err("a session that has ended gives no tokens".into()),
        Err(error) => {
            println!("after the logout: {}", error.public_message());
            Ok(())
        }
    }
}

const fn kind(refreshed: &Refreshed) -> &'static str {
    match refreshed {
        Refreshed::Rotated(_) => "rotated",
        Refreshed::Kept(_) => "kept",
        Refreshed::Repeated(_) => "repeated",
        _ => "another",
    }
}
