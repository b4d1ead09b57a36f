//! A login, a refresh, two tabs at once and a logout, in an SQLite file.
//!
//! ```sh
//! cargo run --example sqlite_login -- sessions.db
//! ```

use std::error::Error;
use std::num::NonZeroUsize;
use std::time::Duration;

use jwt_pair::{Key, PairIssuer, PairPolicy, UnixTime};
use jwt_pair_sessions::{List, Login, Refreshed, Renewal, SessionPolicy, Sessions};
use jwt_pair_sqlite::{SqliteOptions, SqliteStore};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: sqlite_login FILE")?;
    let store = SqliteStore::open(path, &SqliteOptions::new())?;

    // A service has its secret from its configuration: the same in all its processes.
    let key = Key::new(b"32 random bytes: openssl rand -hex 32")?;
    let issuer = PairIssuer::new(key.into(), PairPolicy::new());
    // The default is five minutes, for which this example does not wait.
    let policy = SessionPolicy::new().window(Duration::from_secs(1));
    let sessions = Sessions::new(issuer, store, policy)?;
    let now = UnixTime::now()?;
    let user = 123.into();

    let started = sessions.start(&Login::new(123, "customer").label("Firefox"), now).await?;
    let list = List { user_id: &user, after: None, limit: NonZeroUsize::MAX, now };
    let labels = sessions.list(&list).await?.sessions;
    println!("login: {} on the list", labels.last().ok_or("it is there")?.label);

    // Between the two calls, a service looks up what the user is today.
    let later = UnixTime::from_secs(now.as_secs().saturating_add(1));
    let claims = sessions.issuer().verify_refresh(&started.pair.refresh.token, later)?;
    let one = sessions.refresh(&claims, &Renewal::new("customer"), later).await?;
    let other = sessions.refresh(&claims, &Renewal::new("customer"), later).await?;
    println!("two tabs: {}, {}", kind(&one), kind(&other));
    println!("the same next refresh token: {}", one.refresh() == other.refresh());

    println!("logout: {}", sessions.revoke(&started.session.session_id, later).await?);
    match sessions.refresh(&claims, &Renewal::new("customer"), later).await {
        Ok(_) => Err("a session that has ended gives no tokens".into()),
        Err(error) => {
            println!("refresh: {}", error.public_message());
            Ok(())
        }
    }
}

const fn kind(refreshed: &Refreshed) -> &'static str {
    match refreshed {
        Refreshed::Rotated(_) => "rotated",
        Refreshed::Kept(_) => "kept",
        Refreshed::Repeated(_) => "repeated",
        _ => "something new",
    }
}
