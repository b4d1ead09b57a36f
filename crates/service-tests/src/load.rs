//! Users of a fleet: they log in, refresh in bursts of three, lose answers, are robbed, log out.
//!
//! In: the addresses of the instances. Out: what was broken, and how often what happened.
//! Each answer is held against what was acknowledged before.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::Random;
use crate::http::{Answer, OF_PAGE, Pool, request};
use crate::service::PASSWORD;

/// For how long after a rotation the token before is answered.
pub const WINDOW: Duration = Duration::from_secs(30);
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

/// What became of a user, as the service has acknowledged it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Stands,
    LoggedOut,
    Stolen,
    /// Refused, and nobody had a right to.
    Out,
}

/// A session as its owner knows it.
#[derive(Debug)]
struct Owner {
    session_id: String,
    cookie: String,
    end: End,
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

    fn count(&self, what: &str) {
        *lock(&self.counts).entry(what.into()).or_default() += 1;
    }

    fn broke(&self, what: String) {
        lock(&self.broken).push(what);
    }

    /// Asks, on one instance after the other, until there is an answer that is not 503.
    async fn ask(&self, request: &str) -> Option<Answer> {
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

/// How many users, and in how much time they come.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// How many.
    pub users: usize,
    /// In how much time all have logged in.
    pub ramp: Duration,
}

/// Runs all users from their login to the last check.
pub async fn run(fleet: &Arc<Fleet>, load: Load) {
    let mut users = JoinSet::new();
    for user in 0..load.users {
        let fleet = Arc::clone(fleet);
        let share = u32::try_from(user).unwrap_or(u32::MAX);
        let wait = load.ramp * share / u32::try_from(load.users).unwrap_or(u32::MAX);
        users.spawn(async move {
            sleep(wait).await;
            live(&fleet, user).await
        });
    }
    let mut owners = Vec::new();
    while let Some(owner) = users.join_next().await {
        match owner {
            Ok(owner) => owners.extend(owner),
            Err(error) => fleet.broke(format!("a user's task: {error}")),
        }
    }
    let mut checks = JoinSet::new();
    for owner in owners {
        let fleet = Arc::clone(fleet);
        checks.spawn(async move { is_as_acknowledged(&fleet, owner).await });
    }
    checks.join_all().await;
}

/// One user, from the login until the session has its end, or stays.
async fn live(fleet: &Fleet, user: usize) -> Option<Owner> {
    let mut random = Random(user as u64);
    let mut owner = log_in(fleet, user).await?;
    let first = owner.cookie.clone();
    for _ in 0..2 {
        sleep(WINDOW + Duration::from_millis(1_000 + random.below(3_000))).await;
        burst(fleet, &mut owner, &mut random).await;
        if owner.end == End::Out {
            return Some(owner);
        }
    }
    match random.below(100) {
        0..10 => {
            sleep(WINDOW + Duration::from_secs(2)).await;
            is_robbed(fleet, &mut owner, &first).await;
        }
        10..45 => log_out(fleet, &mut owner).await,
        _ => fleet.count("sessions that stay"),
    }
    Some(owner)
}

async fn log_in(fleet: &Fleet, user: usize) -> Option<Owner> {
    let body = format!("{{\"name\":\"user-{user}\",\"password\":\"{PASSWORD}\"}}");
    let answer = fleet.ask(&request("POST", "/auth/login", &OF_PAGE, &body)).await?;
    let session_id = answer.member("session_id").map(str::to_owned);
    let (200, Some(session_id), Some(cookie)) = (answer.status, session_id, answer.cookie) else {
        fleet.broke(format!("a login is answered with {}", answer.status));
        return None;
    };
    fleet.count("logins");
    Some(Owner { session_id, cookie, end: End::Stands })
}

fn refresh(owner: &Owner, cookie: &str) -> String {
    let [with, site] = OF_PAGE;
    let body = format!("{{\"session_id\":\"{}\"}}", owner.session_id);
    request("POST", "/auth/refresh", &[with, site, ("Cookie", cookie)], &body)
}

/// Three tabs at once, with the cookie that the browser has. Of 100 answers 5 are lost on the way,
/// and then the tab asks again.
async fn burst(fleet: &Fleet, owner: &mut Owner, random: &mut Random) {
    let begun = Instant::now();
    let text = refresh(owner, &owner.cookie);
    let tab = |is_lost: bool| {
        let text = &text;
        async move {
            if is_lost {
                fleet.count("answers lost on the way");
                fleet.ask(text).await?;
            }
            fleet.ask(text).await
        }
    };
    let mut is_lost = || random.below(100) < 5;
    let (a, b, c) = tokio::join!(tab(is_lost()), tab(is_lost()), tab(is_lost()));
    for answer in [a, b, c].into_iter().flatten() {
        match (answer.status, answer.cookie) {
            (200, Some(cookie)) => {
                fleet.count("refreshes with a cookie");
                owner.cookie = cookie;
            }
            (200, None) => fleet.count("refreshes without a cookie"),
            (401, cookie) => {
                owner.end = End::Out;
                let reason = reason_in(&answer.body);
                fleet.count(&format!("401 for somebody honest, reason {reason}"));
                if cookie.is_some() {
                    fleet.broke("a refusal sets a cookie".into());
                }
            }
            (status, _) => fleet.broke(format!("a refresh is answered with {status}")),
        }
    }
    if owner.end == End::Out {
        // The promise holds as long as an answer takes less than the window. Clocks have whole seconds.
        let is_slow = begun.elapsed() + Duration::from_secs(2) >= WINDOW;
        let what =
            if is_slow { "honest and out: slower than the window" } else { "honest and out" };
        fleet.count(what);
    }
}

fn reason_in(body: &str) -> &str {
    let reason = body.split_once("\"reason\":\"").and_then(|(_, rest)| rest.split('"').next());
    reason.unwrap_or("none")
}

/// A thief shows the token of the login, which was replaced twice. Then the owner is refused too.
async fn is_robbed(fleet: &Fleet, owner: &mut Owner, old: &str) {
    for (who, cookie) in [("a thief", old), ("the owner after a theft", &owner.cookie)] {
        let Some(answer) = fleet.ask(&refresh(owner, cookie)).await else { return };
        let reason = reason_in(&answer.body);
        fleet.count(&format!("{who}: {}, reason {reason}", answer.status));
        if (answer.status, reason) != (401, "stolen") {
            fleet.count("thefts that were not noticed");
        }
    }
    owner.end = End::Stolen;
}

async fn log_out(fleet: &Fleet, owner: &mut Owner) {
    let [with, site] = OF_PAGE;
    let headers = [with, site, ("Cookie", owner.cookie.as_str())];
    let Some(answer) = fleet.ask(&request("POST", "/auth/logout", &headers, "")).await else {
        return;
    };
    if answer.status == 204 {
        fleet.count("acknowledged logouts");
        owner.end = End::LoggedOut;
    } else {
        fleet.broke(format!("a logout is answered with {}", answer.status));
    }
}

/// When all is over: who stands is answered, and whoever has ended is refused.
async fn is_as_acknowledged(fleet: &Fleet, owner: Owner) {
    let Some(answer) = fleet.ask(&refresh(&owner, &owner.cookie)).await else { return };
    let reason = reason_in(&answer.body);
    match (owner.end, answer.status, reason) {
        (End::Stands, 200, _) => fleet.count("at the end: stands, as acknowledged"),
        (End::LoggedOut, 401, "ended") => fleet.count("at the end: logged out, as acknowledged"),
        (End::Stolen, 401, "stolen") => fleet.count("at the end: ended by the theft"),
        (End::Stands, 401, _) => {
            fleet.count(&format!("401 for somebody honest, reason {reason}"));
            fleet.count("honest and out");
        }
        (End::LoggedOut, _, _) => {
            fleet.count(&format!("after a logout: {}, reason {reason}", answer.status));
            // Without a row the reason is the same: the session does not stand.
            if answer.status == 200 {
                fleet.count("acknowledged logouts that were undone");
            }
        }
        (End::Stolen, 200, _) => fleet.count("thefts that were not noticed"),
        (End::Out, _, _) => {}
        (end, status, reason) => {
            fleet.count(&format!("at the end: {end:?}, {status}, reason {reason}"));
        }
    }
}
