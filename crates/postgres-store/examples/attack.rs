//! What 256 clients with one revoked token do to the refreshes of others.
//!
//! ```sh
//! cargo run --release --example attack -- postgres://user:password@127.0.0.1/database
//! ```
//!
//! Prints the median of other users' refreshes before, during and after. The attackers have a store
//! of their own, as on another instance of the service.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use jwt_pair::{UnixTime, UserId};
use jwt_pair_postgres::{PostgresOptions, PostgresStore};
use jwt_pair_sessions::{
    Decision, EndReason, Ended, Refresh, Session, SessionStore as _, ShownToken,
};

const ATTACKERS: usize = 256;
const PHASE: Duration = Duration::from_secs(8);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::args().nth(1).or_else(|| std::env::var("DATABASE_URL").ok());
    let url = url.ok_or("usage: attack URL")?;
    let options = PostgresOptions::new().timeout(Duration::from_secs(30)).max_connections(16);
    let store = Arc::new(PostgresStore::connect(&url, &options)?);
    let attacked = Arc::new(PostgresStore::connect(&url, &options)?);
    store.migrate().await?;

    let now = UnixTime::now()?;
    let mut stolen = row("stolen", now);
    stolen.ended = Some(Ended { why: EndReason::Logout, at: now });
    store.insert(&stolen, now).await?;
    println!("median before the attack: {:?}", median(&store, now).await?);

    let stop = Arc::new(AtomicBool::new(false));
    let refused = Arc::new(AtomicU64::new(0));
    let mut attackers = tokio::task::JoinSet::new();
    for _ in 0..ATTACKERS {
        let (store, stolen) = (Arc::clone(&attacked), stolen.clone());
        let (stop, refused) = (Arc::clone(&stop), Arc::clone(&refused));
        attackers.spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                let verdict = store.refresh(&step(&stolen, now)).await;
                if verdict.is_ok_and(|it| it.decision == Decision::Ended(EndReason::Logout)) {
                    refused.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
    }
    println!("median under attack:      {:?}", median(&store, now).await?);
    let per_second =
        refused.load(Ordering::Relaxed).checked_div(PHASE.as_secs()).unwrap_or_default();
    stop.store(true, Ordering::Relaxed);
    attackers.join_all().await;
    println!("median after the attack:  {:?}", median(&store, now).await?);
    println!("{per_second} refusals a second");
    Ok(())
}

/// Of 8 users who refresh, each all 20 milliseconds.
async fn median(store: &Arc<PostgresStore>, now: UnixTime) -> Result<Duration, Box<dyn Error>> {
    let mut users = tokio::task::JoinSet::new();
    for user in 0..8 {
        let (store, mut current) = (Arc::clone(store), row(&format!("of {user}"), now));
        users.spawn(async move {
            store.insert(&current, now).await?;
            let (start, mut took) = (Instant::now(), Vec::new());
            while start.elapsed() < PHASE {
                let one = Instant::now();
                let verdict = store.refresh(&step(&current, now)).await?;
                took.push(one.elapsed());
                current = verdict.row.unwrap_or(current);
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Ok::<_, jwt_pair_postgres::PostgresStoreError>(took)
        });
    }
    let mut took = Vec::new();
    while let Some(user) = users.join_next().await {
        took.extend(user??);
    }
    took.sort_unstable();
    took.get(took.len() / 2).copied().ok_or_else(|| "no refresh".into())
}

fn row(name: &str, now: UnixTime) -> Session {
    let started = Instant::now();
    let name = format!("{name} {} {started:?}", std::process::id());
    let tomorrow = UnixTime::from_secs(now.as_secs().saturating_add(86_400));
    Session::new(name, UserId::Integer(1), now, tomorrow)
}

/// With the current token, and no window: each refresh rotates.
fn step(row: &Session, now: UnixTime) -> Refresh<'_> {
    let (generation, iat) = (row.generation, row.rotated_at);
    let token = ShownToken { user_id: &row.user_id, generation, iat };
    let (window, expires_at) = (Duration::ZERO, row.deadline);
    Refresh { session_id: &row.session_id, token, now, window, expires_at, label: None }
}
