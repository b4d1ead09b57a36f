//! What a session costs in each store.
//!
//! ```sh
//! cargo run --release -p store-cost -- rates               # refreshes beside the bare statement
//! cargo run --release -p store-cost -- bytes 1000000       # bytes per session
//! cargo run --release -p store-cost -- one-user 1000000    # a million sessions of one user
//! ```
//!
//! After that may stand the stores that are wanted: `memory`, `redis`, `postgres`, `sqlite`. Servers and
//! files are this program's own, in the system's directory for temporary files: `TMPDIR` chooses the
//! disk. It needs Debian's packages `redis-server` and `postgresql`.

mod bytes;
mod one_user;
mod postgres;
mod rate;
mod redis;
mod sqlite;

use std::sync::Arc;
use std::time::Duration;

use cap::Cap;
use jwt_pair::{Key, PairIssuer, PairPolicy, UnixTime};
use jwt_pair_sessions::{MemoryStore, SessionPolicy, SessionStore, Sessions};
use jwt_pair_store_tests::servers::{PostgresServer, RedisServer, skip};

#[global_allocator]
static ALLOCATOR: Cap<std::alloc::System> = Cap::new(std::alloc::System, usize::MAX);

const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);
const USAGE: &str = "usage: store-cost rates|bytes COUNT|one-user COUNT [STORE...]";

#[derive(Clone, Copy)]
enum What {
    Rates,
    Bytes(usize),
    OneUser(usize),
}

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let count = |text: &String| text.parse().expect(USAGE);
    let (what, stores) = match arguments.as_slice() {
        [what, stores @ ..] if what == "rates" => (What::Rates, stores),
        [what, number, stores @ ..] if what == "bytes" => (What::Bytes(count(number)), stores),
        [what, number, stores @ ..] if what == "one-user" => (What::OneUser(count(number)), stores),
        _ => panic!("{USAGE}"),
    };
    println!(
        "{}",
        match what {
            What::Rates => rate::HEADING,
            What::Bytes(_) => bytes::HEADING,
            What::OneUser(_) => one_user::HEADING,
        }
    );
    let wanted = |name: &str| stores.is_empty() || stores.iter().any(|store| store == name);
    if wanted("memory") {
        memory(what).await;
    }
    if wanted("redis") {
        match RedisServer::start() {
            Some(server) => redis::measure(&server, what).await,
            None => skip(RedisServer::PROGRAM),
        }
    }
    if wanted("postgres") {
        match PostgresServer::start() {
            Some(server) => postgres::measure(&server, what).await,
            None => skip(PostgresServer::PROGRAM),
        }
    }
    if wanted("sqlite") {
        sqlite::measure(what).await;
    }
}

async fn memory(what: What) {
    let store = Arc::new(MemoryStore::new());
    let before = ALLOCATOR.allocated();
    let size = || (ALLOCATOR.allocated() - before) as f64;
    match what {
        // `bench` measures it against the same program without a store.
        What::Rates => {}
        What::Bytes(count) => bytes::report("memory", store, count, size).await,
        What::OneUser(count) => one_user::report("memory", store, count).await,
    }
}

/// Sessions that rotate with each refresh.
fn sessions<S: SessionStore>(store: S) -> Sessions<S> {
    let key = Key::new(&[7; 32]).expect("32 bytes");
    let issuer = PairIssuer::new(key.into(), PairPolicy::new());
    let policy = SessionPolicy::new().window(Duration::ZERO);
    Sessions::new(issuer, store, policy).expect("there is no window")
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
