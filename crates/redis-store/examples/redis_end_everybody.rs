//! Ends all sessions of everybody on the Redis server at a URL: after an old backup was restored, and
//! before a service uses it.
//!
//! ```sh
//! cargo run --example redis_end_everybody -- redis://127.0.0.1:6379/ [PREFIX]
//! ```
//!
//! The URL may also stand in `REDIS_URL`, where other users of the machine cannot see its password.

use std::error::Error;

use jwt_pair::UnixTime;
use jwt_pair_redis::{RedisOptions, RedisStore};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let url = std::env::var("REDIS_URL").ok().or_else(|| args.next());
    let url = url.ok_or("usage: redis_end_everybody URL [PREFIX]")?;
    let mut options = RedisOptions::new();
    if let Some(prefix) = args.next() {
        options = options.prefix(&prefix);
    }
    let store = RedisStore::connect(&url, options).await?;
    println!("ended: {} sessions", store.end_everybody(UnixTime::now()?).await?);
    Ok(())
}
