//! Refreshes a second beside the bare statement, on the disk of a directory.
//!
//! ```sh
//! cargo run --release --example rates -- DIRECTORY
//! ```
//!
//! All that is compared takes turns, so that it meets the same machine. Numbers are medians.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a measurement"
)]

use std::error::Error;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use jwt_pair::{Key, PairIssuer, PairPolicy, UnixTime};
use jwt_pair_sessions::{Login, Refreshed, Renewal, SessionError, SessionPolicy, Sessions};
use jwt_pair_sqlite::{SqliteOptions, SqliteStore, Synchronous};
use rusqlite::Connection;
use tokio::task::JoinSet;

const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);
const ROUNDS: usize = 9;
const STEPS: usize = 300;
const TASKS: usize = 64;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;
type Service = Arc<Sessions<SqliteStore>>;

#[tokio::main]
async fn main() -> Result<()> {
    let directory = std::env::args().nth(1).ok_or("usage: rates DIRECTORY")?;
    let directory = tempfile::tempdir_in(directory)?;
    println!("fsyncs of 4 KiB: {:.0}/s\n", fsyncs(&directory.path().join("fsync"))?);
    println!(
        "| `synchronous` | bare, one at a time | refreshes, one at a time | ratio | {TASKS} at once | refusals, {TASKS} at once |"
    );
    println!("|---|---|---|---|---|---|");
    for (name, synchronous) in [("FULL", Synchronous::Full), ("NORMAL", Synchronous::Normal)] {
        let options = SqliteOptions::new().synchronous(synchronous);
        let path = directory.path().join(name);
        let service = service(&path, &options)?;
        println!("| `{name}` | {} |", rates(&service, &path, name).await?);
    }
    let service = service(&directory.path().join("attack"), &SqliteOptions::new())?;
    let [alone, attacked, ratio, refusals] = attack(&service).await?;
    println!(
        "\nmedian of a refresh: {:.2} ms alone, {:.2} ms while 256 tasks show a revoked token, {ratio:.2} \
         times as long ({refusals:.0} refusals/s)",
        alone * 1e3,
        attacked * 1e3
    );
    let path = directory.path().join("bytes");
    println!("bytes per session: {}", bytes(&path)?);
    Ok(())
}

fn service(path: &Path, options: &SqliteOptions) -> Result<Service> {
    let issuer = PairIssuer::new(Key::new(&[7; 32])?.into(), PairPolicy::new());
    let policy = SessionPolicy::new().window(Duration::ZERO);
    Ok(Arc::new(Sessions::new(issuer, SqliteStore::open(path, options)?, policy)?))
}

async fn login(service: &Service) -> Result<String> {
    let login = Login::new(123, "customer").label("Firefox on Linux");
    Ok(service.start(&login, NOW).await?.pair.refresh.token)
}

/// Verifies, refreshes and hands out the pair, as a service does.
async fn refresh(service: &Service, token: &str) -> Result<String> {
    let claims = service.issuer().verify_refresh(token, NOW)?;
    match service.refresh(&claims, &Renewal::new("customer"), NOW).await? {
        Refreshed::Rotated(pair) => Ok(pair.refresh.token),
        other => Err(format!("there is no window: {other:?}").into()),
    }
}

async fn chain(service: Service, mut token: String, steps: usize) -> Result<String> {
    for _ in 0..steps {
        token = refresh(&service, &token).await?;
    }
    Ok(token)
}

async fn rates(service: &Service, path: &Path, synchronous: &str) -> Result<String> {
    let mut token = login(service).await?;
    let mut tokens = Vec::new();
    for _ in 0..TASKS {
        tokens.push(login(service).await?);
    }
    let dead = login(service).await?;
    let claims = service.issuer().verify_refresh(&dead, NOW)?;
    service.logout(&dead, NOW).await?;
    let other = Connection::open(path)?;
    other.execute_batch(&format!("PRAGMA synchronous = {synchronous}"))?;
    let mut bare = other.prepare(
        "UPDATE sessions SET generation = generation + 1, previous_rotated_at = rotated_at, \
         rotated_at = ?2, expires_at = ?2 + 1000 WHERE session_id = ?1 RETURNING *",
    )?;
    service.start(&Login::new(5, "customer").session_id("bare"), NOW).await?;

    let (mut bares, mut singles, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    let (mut many, mut refusals) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let start = Instant::now();
        for _ in 0..STEPS {
            bare.query_row(("bare", 1_800_000_000_i64), |row| row.get::<_, i64>(4))?;
        }
        let bare = start.elapsed().as_secs_f64();

        let start = Instant::now();
        token = tokio::spawn(chain(Arc::clone(service), token, STEPS)).await??;
        let single = start.elapsed().as_secs_f64();

        let start = Instant::now();
        let mut tasks = JoinSet::new();
        for token in tokens.drain(..) {
            tasks.spawn(chain(Arc::clone(service), token, STEPS / 10));
        }
        tokens = tasks.join_all().await.into_iter().collect::<Result<_>>()?;
        let at_once = start.elapsed().as_secs_f64();

        let start = Instant::now();
        let mut tasks = JoinSet::new();
        for _ in 0..TASKS {
            let (service, claims) = (Arc::clone(service), claims.clone());
            tasks.spawn(async move {
                for _ in 0..STEPS {
                    let refused = service.refresh(&claims, &Renewal::new("customer"), NOW).await;
                    assert!(matches!(refused, Err(SessionError::Revoked(_))));
                }
            });
        }
        tasks.join_all().await;
        let refused = start.elapsed().as_secs_f64();
        // The first round warms up.
        if round > 0 {
            bares.push(STEPS as f64 / bare);
            singles.push(STEPS as f64 / single);
            ratios.push(bare / single);
            many.push((TASKS * (STEPS / 10)) as f64 / at_once);
            refusals.push((TASKS * STEPS) as f64 / refused);
        }
    }
    Ok(format!(
        "{:.0}/s | {:.0}/s | {:.2} | {:.0}/s | {:.0}/s",
        median(bares),
        median(singles),
        median(ratios),
        median(many),
        median(refusals)
    ))
}

/// An honest refresh, alone and beside 256 tasks with a revoked token, in rounds that take turns: the
/// medians of its time and of the ratio, and refusals per second.
async fn attack(service: &Service) -> Result<[f64; 4]> {
    let dead = login(service).await?;
    let claims = service.issuer().verify_refresh(&dead, NOW)?;
    service.logout(&dead, NOW).await?;
    let mut token = login(service).await?;
    let mut taken = [(); 4].map(|()| Vec::new());
    for _ in 0..ROUNDS {
        let mut round = [0.0; 2];
        for (at, attackers) in [0, 256].into_iter().enumerate() {
            let over = Arc::new(AtomicBool::new(false));
            let mut tasks = JoinSet::new();
            for _ in 0..attackers {
                let (service, claims) = (Arc::clone(service), claims.clone());
                let over = Arc::clone(&over);
                tasks.spawn(async move {
                    let (mut refusals, renewal) = (0_u32, Renewal::new("customer"));
                    while !over.load(Ordering::Relaxed) {
                        let refused = service.refresh(&claims, &renewal, NOW).await;
                        refusals += u32::from(refused.is_err());
                        // A client asks over a network: about 100 times a second.
                        tokio::time::sleep(Duration::from_millis(10)).await;
                    }
                    refusals
                });
            }
            let start = Instant::now();
            let mut times = Vec::new();
            for _ in 0..STEPS {
                let start = Instant::now();
                token = refresh(service, &token).await?;
                times.push(start.elapsed().as_secs_f64());
            }
            over.store(true, Ordering::Relaxed);
            let took = start.elapsed().as_secs_f64();
            let refusals = f64::from(tasks.join_all().await.into_iter().sum::<u32>());
            round[at] = median(times);
            if attackers > 0 {
                taken[3].push(refusals / took);
            }
        }
        let [alone, attacked] = round;
        for (all, one) in taken.iter_mut().zip([alone, attacked, attacked / alone]) {
            all.push(one);
        }
    }
    Ok(taken.map(median))
}

/// 100,000 rows as a login makes them, divided into the file.
fn bytes(path: &Path) -> Result<u64> {
    const ROWS: u64 = 100_000;
    drop(SqliteStore::open(path, &SqliteOptions::new())?);
    let other = Connection::open(path)?;
    other.execute_batch(&format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT {ROWS}) \
         INSERT INTO sessions SELECT lower(hex(randomblob(16))), i, 'Firefox on Linux', 1800000000, \
         1, 1800000000, 1800000000, 1800604800, 1807776000, NULL, NULL FROM n; \
         PRAGMA wal_checkpoint(TRUNCATE)"
    ))?;
    Ok(std::fs::metadata(path)?.len() / ROWS)
}

fn fsyncs(path: &Path) -> Result<f64> {
    let mut file = File::create(path)?;
    let start = Instant::now();
    for _ in 0..500 {
        file.write_all(&[7; 4_096])?;
        file.sync_data()?;
    }
    Ok(500.0 / start.elapsed().as_secs_f64())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
