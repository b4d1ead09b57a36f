//! A long randomized run on the store in memory, as a pattern for other stores.
//!
//! ```sh
//! cargo run --release -p jwt-pair-store-tests --example soak -- 300 7
//! ```
//!
//! The arguments are seconds and a seed. A promise that is broken is a panic.

use std::sync::Arc;
use std::time::Duration;

use jwt_pair::UnixTime;
use jwt_pair_sessions::MemoryStore;
use jwt_pair_store_tests::soak::{Soak, run};

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut number = |or: u64| {
        arguments.next().map_or(or, |argument| argument.parse().expect("seconds, and a seed"))
    };
    let (seconds, seed) = (number(300), number(1));
    let duration = Duration::from_secs(seconds);
    let config = Soak { duration, browsers: 200, speed: 100, seed };
    let store = Arc::new(MemoryStore::new());
    let stores = [Arc::clone(&store), Arc::clone(&store), store];
    let now = UnixTime::now().expect("a clock after 1970");
    println!("{}", run(stores, now, config).await);
}
