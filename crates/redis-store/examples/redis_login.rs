//! A login, two tabs at once, a thief and a logout, on the Redis server at a URL.
//!
//! ```sh
//! cargo run --example redis_login -- redis://127.0.0.1:6379/
//! ```
//!
//! The URL may also stand in `REDIS_URL`, where other users of the machine cannot see its password.

use core::num::NonZeroUsize;
use core::time::Duration;
use std::error::Error;

use jwt_pair::{Key, PairIssuer, PairPolicy, UnixTime};
use jwt_pair_redis::{RedisOptions, RedisStore};
use jwt_pair_sessions::{List, Login, Refreshed, Renewal, SessionPolicy, Sessions};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::args().nth(1).or_else(|| std::env::var("REDIS_URL").ok());
    let url = url.ok_or("usage: redis_login URL")?;
    let store = RedisStore::connect(&url, RedisOptions::new()).await?;
    for finding in store.check_server().await? {
        eprintln!("warning: {finding}");
    }

    // A service has its secret from its configuration: the same in all its processes.
    let key = Key::new(b"32 random bytes: openssl rand -hex 32")?;
    let issuer = PairIssuer::new(key.into(), PairPolicy::new());
    let sessions = Sessions::new(issuer, store, SessionPolicy::new())?;

    let now = UnixTime::now()?;
    let user = format!("example-{}", std::process::id()).into();
    let login = Login::new(&user, "customer").label("Firefox");
    let started = sessions.start(&login, now).await?;
    let limit = NonZeroUsize::MIN.saturating_add(49);
    let list = List { user_id: &user, after: None, limit, now };
    println!("login: {} sessions", sessions.list(&list).await?.sessions.len());

    // Ten minutes later, two tabs at once. Between verifying and refreshing, a service looks up what
    // the user is today.
    let later = now.saturating_add(Duration::from_secs(600));
    let claims = sessions.issuer().verify_refresh(&started.pair.refresh.token, later)?;
    let renewal = Renewal::new("customer");
    let one = sessions.refresh(&claims, &renewal, later).await?;
    let other = sessions.refresh(&claims, &renewal, later).await?;
    println!("two tabs: {}, {}", kind(&one), kind(&other));
    println!("the same next refresh token: {}", one.refresh() == other.refresh());

    // Another ten minutes later, somebody shows a copy of the first token.
    let later = later.saturating_add(Duration::from_secs(600));
    match sessions.refresh(&claims, &renewal, later).await {
        Ok(_) => return Err("a token that was replaced gives no tokens".into()),
        Err(error) => println!("refresh: {error}"),
    }
    println!("logout: {}", sessions.logout(&started.pair.refresh.token, later).await?);
    Ok(())
}

const fn kind(refreshed: &Refreshed) -> &'static str {
    match refreshed {
        Refreshed::Rotated(_) => "rotated",
        Refreshed::Kept(_) => "kept",
        Refreshed::Repeated(_) => "repeated",
        _ => "another way",
    }
}
