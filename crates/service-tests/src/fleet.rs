//! Two or more instances behind a client that takes one after the other.
//!
//! In: requests. Out: answers; how often what happened, and what was broken.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use tokio::time::sleep;

use crate::http::{Answer, Pool};

/// A client that gets no answer asks again for this long.
const PATIENCE: Duration = Duration::from_secs(90);
/// So many requests are on their way at once.
const AT_ONCE: usize = 96;

/// The fleet behind a client that takes one instance after the other.
#[derive(Debug)]
pub struct Fleet {
    instances: Vec<Pool>,
    next: AtomicUsize,
    room: Semaphore,
    /// The store is away, or has come back a moment ago: then an answer may be 503.
    pub store_is_away: AtomicBool,
    counts: Mutex<BTreeMap<String, u64>>,
    broken: Mutex<Vec<String>>,
    /// The first parts of the access tokens: one for each key that has signed.
    headers: Mutex<BTreeSet<String>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Fleet {
    /// Behind these instances.
    pub fn new(instances: impl IntoIterator<Item = SocketAddr>) -> Self {
        Self {
            instances: instances.into_iter().map(Pool::new).collect(),
            next: AtomicUsize::new(0),
            room: Semaphore::new(AT_ONCE),
            store_is_away: AtomicBool::new(false),
            counts: Mutex::default(),
            broken: Mutex::default(),
            headers: Mutex::default(),
        }
    }

    /// What was broken; empty if all is well.
    pub fn broken(&self) -> Vec<String> {
        lock(&self.broken).clone()
    }

    /// How often something happened.
    pub fn counted(&self, what: &str) -> u64 {
        lock(&self.counts).get(what).copied().unwrap_or(0)
    }

    /// All that happened.
    pub fn report(&self) -> String {
        let counts = lock(&self.counts);
        counts.iter().map(|(what, count)| format!("{count:>8}  {what}\n")).collect()
    }

    /// How many keys have signed access tokens.
    pub fn keys_seen(&self) -> usize {
        lock(&self.headers).len()
    }

    pub(crate) fn count(&self, what: &str) {
        *lock(&self.counts).entry(what.into()).or_default() += 1;
    }

    pub(crate) fn broke(&self, what: String) {
        lock(&self.broken).push(what);
    }

    /// Asks, on one instance after the other, until there is an answer that is not 503.
    pub(crate) async fn ask(&self, request: &str) -> Option<Answer> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            let at = self.next.fetch_add(1, Ordering::Relaxed) % self.instances.len().max(1);
            let pool = self.instances.get(at)?;
            let room = self.room.acquire().await.ok()?;
            // Before the request is sent: an answer may come when the store is back.
            let away = self.store_is_away.load(Ordering::SeqCst);
            let answer = pool.send(request).await;
            drop(room);
            match answer {
                Ok(answer) if answer.status == 503 => {
                    let away = away || self.store_is_away.load(Ordering::SeqCst);
                    self.count(if away { "503 while the store is away" } else { "503 otherwise" });
                }
                Ok(answer) => {
                    if answer.status >= 500 {
                        self.broke(format!("{} {}", answer.status, first_line(request)));
                    }
                    self.note_key(&answer);
                    return Some(answer);
                }
                Err(_) => self.count("no answer from an instance"),
            }
            sleep(Duration::from_millis(200)).await;
        }
        self.broke(format!("no answer for {} s: {}", PATIENCE.as_secs(), first_line(request)));
        None
    }

    /// Asks. Of 100 answers 5 are lost on the way, and then the client asks again.
    pub(crate) async fn ask_and_lose(&self, request: &str, is_lost: bool) -> Option<Answer> {
        if is_lost {
            self.count("answers lost on the way");
            self.ask(request).await?;
        }
        self.ask(request).await
    }

    fn note_key(&self, answer: &Answer) {
        let header = answer.member("access_token").and_then(|token| token.split('.').next());
        if let Some(header) = header {
            lock(&self.headers).insert(header.to_owned());
        }
    }
}

/// The request without what is secret.
fn first_line(request: &str) -> &str {
    request.lines().next().unwrap_or_default()
}
