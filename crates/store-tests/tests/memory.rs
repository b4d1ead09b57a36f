//! The store in memory does what every store must do.

use jwt_pair::UnixTime;
use jwt_pair_sessions::MemoryStore;

#[tokio::test(flavor = "multi_thread")]
async fn the_memory_store_conforms() {
    let now = UnixTime::now().expect("a clock after 1970");
    jwt_pair_store_tests::run_all(|| async { MemoryStore::new() }, now).await;
}

/// As in a test with a clock of its own.
#[tokio::test(flavor = "multi_thread")]
async fn it_conforms_at_any_time() {
    for seconds in [100, 1 << 31] {
        let now = UnixTime::from_secs(seconds);
        jwt_pair_store_tests::run_all(|| async { MemoryStore::new() }, now).await;
    }
}

/// A short one; the long one is the example `soak`.
#[tokio::test(flavor = "multi_thread")]
async fn a_randomized_run_breaks_no_promise() {
    use jwt_pair_store_tests::soak::{Soak, run};
    let duration = std::time::Duration::from_secs(3);
    let config = Soak { duration, browsers: 40, speed: 1_000, seed: 1, progress: false };
    let store = std::sync::Arc::new(MemoryStore::new());
    let stores = [store.clone(), store.clone(), store];
    let now = UnixTime::now().expect("a clock after 1970");
    eprintln!("{}", run(stores, now, config).await);
}
