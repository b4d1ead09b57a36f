//! What a session costs in each store: the rate of refreshes beside that of the bare statement
//! through the same client, and bytes.
//!
//! ```sh
//! cargo run --release -p store-cost --features redis,postgres -- 100000
//! ```
//!
//! The argument is the number of sessions, 100,000 by default. Redis and PostgreSQL are started by
//! this program; it needs Debian's packages `redis-server` and `postgresql`.

mod bytes;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(any(feature = "redis", feature = "postgres"))]
mod rate;
#[cfg(feature = "redis")]
mod redis;

use cap::Cap;
use jwt_pair::UnixTime;
#[cfg(feature = "postgres")]
use jwt_pair_store_tests::servers::PostgresServer;
#[cfg(feature = "redis")]
use jwt_pair_store_tests::servers::RedisServer;
#[cfg(any(feature = "redis", feature = "postgres"))]
use jwt_pair_store_tests::servers::skip;

#[global_allocator]
static ALLOCATOR: Cap<std::alloc::System> = Cap::new(std::alloc::System, usize::MAX);

const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

#[tokio::main]
async fn main() {
    let count = std::env::args().nth(1).map_or(Ok(100_000), |count| count.parse());
    let count: usize = count.expect("the number of sessions");
    println!(
        "| store | refreshes/s | bare statements/s | ratio | bytes per session | after 1,000 rotations of 20 |"
    );
    println!("|---|---|---|---|---|---|");

    let bytes = bytes::in_memory(count).await;
    println!("| memory | | | | {bytes} |");
    #[cfg(feature = "redis")]
    match RedisServer::start() {
        Some(server) => {
            let rate = redis::rate(&server).await;
            let bytes = redis::bytes(&server, count).await;
            println!("| Redis | {rate} | {bytes} |");
        }
        None => skip(RedisServer::PROGRAM),
    }
    #[cfg(feature = "postgres")]
    match PostgresServer::start() {
        Some(server) => {
            let rate = postgres::rate(&server).await;
            let bytes = postgres::bytes(&server, count).await;
            println!("| PostgreSQL | {rate} | {bytes} |");
        }
        None => skip(PostgresServer::PROGRAM),
    }
}

/// Sessions that rotate with each refresh.
#[cfg(any(feature = "redis", feature = "postgres"))]
fn sessions<S: jwt_pair_sessions::SessionStore>(store: S) -> jwt_pair_sessions::Sessions<S> {
    let key = jwt_pair::Key::new(&[7; 32]).expect("32 bytes");
    let issuer = jwt_pair::PairIssuer::new(key.into(), jwt_pair::PairPolicy::new());
    let policy = jwt_pair_sessions::SessionPolicy::new().window(std::time::Duration::ZERO);
    jwt_pair_sessions::Sessions::new(issuer, store, policy).expect("there is no window")
}
