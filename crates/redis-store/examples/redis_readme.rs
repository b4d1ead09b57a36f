//! The program of the README, word for word.

use core::num::NonZeroU32;
use core::time::Duration;

use jwt_pair::{Key, PairIssuer, PairPolicy, UnixTime};
use jwt_pair_redis::{RedisOptions, RedisStore};
use jwt_pair_sessions::{Login, Renewal, SessionPolicy, Sessions};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Waiting is for servers with replicas only.
    let options =
        RedisOptions::new().wait_for_replicas(NonZeroU32::MIN, Duration::from_millis(500));
    let store = RedisStore::connect(&std::env::var("REDIS_URL")?, options).await?;
    for finding in store.check_server().await? {
        eprintln!("warning: {finding}");
    }
    let key = Key::from_hex(&std::env::var("JWT_KEY")?)?; // openssl rand -hex 32
    let sessions =
        Sessions::new(PairIssuer::new(key.into(), PairPolicy::new()), store, SessionPolicy::new())?;

    // After the password was checked:
    let started =
        sessions.start(&Login::new(123, "customer").label("Firefox"), UnixTime::now()?).await?;

    // When the access token has expired:
    let now = UnixTime::now()?;
    let claims = sessions.issuer().verify_refresh(&started.pair.refresh.token, now)?;
    match sessions.refresh(&claims, &Renewal::new("customer"), now).await {
        Ok(refreshed) => match refreshed.refresh() {
            Some(refresh) => println!("set the cookie to {}", refresh.token),
            None => println!("the client keeps the refresh token that it has"),
        },
        Err(error) => println!("{}: {}", error.http_status(), error.public_message()),
    }

    // Logout:
    sessions.logout(&started.pair.refresh.token, UnixTime::now()?).await?;
    Ok(())
}
