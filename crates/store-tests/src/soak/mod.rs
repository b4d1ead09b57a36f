//! A long randomized run: browsers, thieves and administrators on three instances whose clocks are
//! apart, with bursts, duplicates, lost answers and racing revocations.
//!
//! In: three stores that share their rows. Out: a panic that says what was broken, or counts.
//! Not here: faults of the server. Kill, stop and restart it meanwhile, as `faults` does; a store that
//! says `Unavailable` is asked again with the same token.
//!
//! What is checked, by what was acknowledged and not by what a row says:
//! - A generation has one refresh token, to the byte, and is said to be rotated to once.
//! - A refresh that begins after an end was acknowledged is refused, with that session's reason.
//! - No token is ahead of the store: no rotation that was acknowledged is lost.
//! - An honest browser is refused only if somebody ended its session or stole its cookie, or if the
//!   store was so slow that twice the delay and the clocks' difference reached the window.
//! - A token that was replaced longer ago than the window and the clocks' difference gets no token.
//! - A login that is tried again under its name makes one session.
//! - In the end each session is as it was acknowledged, and each user's list shows just those alive.

mod browser;
mod record;

use std::sync::Arc;
use std::time::{Duration, Instant};

use jwt_pair::{Key, PairIssuer, PairPolicy, UnixTime, UserId};
use jwt_pair_sessions::{SessionPolicy, Sessions};
use tokio::task::JoinSet;

use self::browser::Browser;
use self::record::Records;
use crate::TestStore;
use crate::rows::{WINDOW, after, list, load};

/// How long, and how much.
#[derive(Clone, Copy, Debug)]
pub struct Soak {
    /// For how long browsers go on.
    pub duration: Duration,
    /// How many browsers at once. Four of them are one user's.
    pub browsers: usize,
    /// How many seconds pass in one real second. With 100, the window of five minutes is over after
    /// three seconds, and a store that is away for one second breaks no promise.
    pub speed: u32,
    /// Chooses what happens.
    pub seed: u64,
}

/// How many seconds the clocks of the three instances are ahead.
const CLOCKS: [u64; 3] = [40, 0, 80];
pub(crate) const APART: u64 = 80;

pub(crate) struct World<S> {
    instances: [Sessions<S>; 3],
    pub(crate) records: Records,
    config: Soak,
    begun: Instant,
    base: UnixTime,
}

impl<S: TestStore> World<S> {
    pub(crate) fn instance(&self, at: usize) -> &Sessions<S> {
        &self.instances[at % 3]
    }

    /// The time by the clock of an instance.
    pub(crate) fn now(&self, at: usize) -> UnixTime {
        after(self.base, self.seconds() + CLOCKS[at % 3])
    }

    /// Seconds since the beginning, by a clock that is right.
    pub(crate) fn seconds(&self) -> u64 {
        let millis = self.begun.elapsed().as_millis() * u128::from(self.config.speed);
        u64::try_from(millis / 1_000).unwrap_or(u64::MAX)
    }

    /// Waits for so many seconds of this world.
    pub(crate) async fn sleep(&self, seconds: u64) {
        let millis = seconds.saturating_mul(1_000) / u64::from(self.config.speed);
        tokio::time::sleep(Duration::from_millis(millis)).await;
    }

    fn is_over(&self) -> bool {
        self.begun.elapsed() >= self.config.duration
    }
}

/// Runs it, and returns how often what happened, as text for a log.
///
/// # Panics
/// If a promise is broken.
pub async fn run<S: TestStore>(stores: [S; 3], now: UnixTime, config: Soak) -> String {
    let instances = stores.map(|store| {
        let key = Key::new(&[7; 32]).expect("32 bytes");
        let issuer = PairIssuer::new(key.into(), PairPolicy::new());
        Sessions::new(issuer, store, SessionPolicy::new().window(WINDOW)).expect("5 minutes")
    });
    let (records, begun) = (Records::default(), Instant::now());
    let world = Arc::new(World { instances, records, config, begun, base: now });
    let run = crate::unique("soak");
    let user = |number: usize| UserId::from(format!("{run} {}", number / 4));
    let mut tasks = JoinSet::new();
    for number in 0..config.browsers {
        let seed = config.seed.wrapping_mul(1_000_003).wrapping_add(number as u64);
        let mut browser = Browser::new(Arc::clone(&world), user(number), seed);
        tasks.spawn(async move {
            while !browser.world.is_over() {
                browser.act().await;
            }
        });
    }
    while let Some(ended) = tasks.join_next().await {
        if let Err(failed) = ended {
            std::panic::resume_unwind(failed.into_panic());
        }
    }
    for number in (0..config.browsers).step_by(4) {
        settle(&world, &user(number)).await;
    }
    world.records.report()
}

/// Each session of the user is as it was acknowledged.
async fn settle<S: TestStore>(world: &World<S>, user: &UserId) {
    let store = world.instance(0).store();
    let mut alive = Vec::new();
    for (name, is_ended) in world.records.of_user(user) {
        let row = load(store, &name).await;
        let row = row.unwrap_or_else(|| panic!("{name} was acknowledged and is gone"));
        assert!(!is_ended || row.ended.is_some(), "{name}: its end was acknowledged: {row:?}");
        if row.is_alive(world.now(0)) {
            alive.push(row);
        }
    }
    alive.sort_by(|a, b| (a.started_at, &a.session_id).cmp(&(b.started_at, &b.session_id)));
    let listed: Vec<_> = list(store, user, world.now(0)).await;
    // A login whose answer never came may stand beside those that are known.
    let known = |row: &&jwt_pair_sessions::Session| world.records.is_known(&row.session_id);
    assert!(listed.iter().filter(known).eq(&alive), "{listed:?} is not {alive:?}");
}
