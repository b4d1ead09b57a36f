//! The long randomized run of `jwt-pair-store-tests` against each store, with a server that is killed,
//! stopped and started again meanwhile.
//!
//! ```sh
//! cargo run --release -p store-soak -- all 300 7             # five minutes for each store, seed 7
//! cargo run --release -p store-soak -- postgres 300 7
//! cargo run --release -p store-soak -- redis-without-aof 300 7
//! ```
//!
//! | store | what is killed and stopped |
//! |---|---|
//! | `redis` | the server: `appendonly yes`, `appendfsync always` |
//! | `postgres` | the server and all its processes: the defaults |
//! | `sqlite` | one of three processes that share a file |
//! | `memory` | nothing, as its sessions end with the process. Answers are lost |
//! | `redis-without-aof` | a server that loses what it acknowledged. **Must be caught** |
//! | `postgres-without-sync` | the same, by `synchronous_commit = off`. **Must be caught** |
//!
//! Each ends with its counts, or with 1 and the promise that was broken. Of the last two, it ends with 1
//! if none was.

mod child;
mod remote;
mod stores;
mod wire;

use std::time::{Duration, Instant};

use jwt_pair::UnixTime;
use jwt_pair_store_tests::soak::Soak;

const USAGE: &str = "usage: store-soak all|redis|postgres|sqlite|memory|redis-without-aof|\
                     postgres-without-sync SECONDS SEED";

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [which, rest @ ..] = arguments.as_slice() else { panic!("{USAGE}") };
    if let ("sqlite-process", [file, port]) = (which.as_str(), rest) {
        return child::serve(file, port.parse().expect(USAGE)).await;
    }
    let [seconds, seed] = rest else { panic!("{USAGE}") };
    let config = Soak {
        duration: Duration::from_secs(seconds.parse().expect(USAGE)),
        browsers: 400,
        // A window is over after 7.5 seconds. Who is away for less than 2.7 seconds breaks no
        // promise.
        speed: 40,
        seed: seed.parse().expect(USAGE),
        progress: true,
    };
    let names: &[&str] = match which.as_str() {
        "all" => &["redis", "postgres", "sqlite", "memory"],
        name => &[name],
    };
    // The promise that is broken, without what led there.
    std::panic::set_hook(Box::new(|panic| eprintln!("{panic}")));
    let mut is_good = true;
    for name in names {
        is_good &= one(name, config).await;
    }
    if !is_good {
        std::process::exit(1);
    }
}

/// Whether it came out as it must.
async fn one(name: &str, config: Soak) -> bool {
    let now = UnixTime::now().expect("a clock after 1970");
    let start = Instant::now();
    let run = match name {
        "redis" => tokio::spawn(stores::redis(
            &["--appendonly", "yes", "--appendfsync", "always"],
            now,
            config,
        )),
        "redis-without-aof" => tokio::spawn(stores::redis(&["--appendonly", "no"], now, config)),
        "postgres" => tokio::spawn(stores::postgres("on", now, config)),
        "postgres-without-sync" => tokio::spawn(stores::postgres("off", now, config)),
        "sqlite" => tokio::spawn(stores::sqlite(now, config)),
        "memory" => tokio::spawn(stores::memory(now, config)),
        _ => panic!("{USAGE}"),
    };
    let must_be_caught = name.contains("-without-");
    let outcome = run.await;
    let took = start.elapsed().as_secs();
    match outcome {
        Ok(counts) if must_be_caught => println!("{name}: NOT CAUGHT in {took} s: {counts}"),
        Ok(counts) => println!("{name}: no promise was broken in {took} s: {counts}"),
        Err(failed) => {
            let panic = failed.into_panic();
            let text = panic.downcast_ref::<String>().map_or("a panic", |text| text);
            // Without all that is known of the session.
            let text = text.split_once(": Record").map_or(text, |(promise, _)| promise);
            match must_be_caught {
                true => println!("{name}: caught after {took} s: {text}"),
                false => println!("{name}: BROKEN after {took} s: {text}"),
            }
            return must_be_caught;
        }
    }
    !must_be_caught
}
