//! A long randomized run: browsers, thieves and administrators on three instances whose clocks are
//! apart, with bursts, duplicates, lost answers and racing revocations.
//!
//! In: three stores that share their rows. Out: a panic that says what was broken, or counts.
//! Not here: faults of the server, which are those of [`run_with_faults`] and [`Lossy`]. A store that says
//! `Unavailable` is asked again with the same token.
//!
//! What is checked, by what was acknowledged and not by what a row says:
//! - A generation has one refresh token, to the byte, and is said to be rotated to once.
//! - A refresh that begins after an end was acknowledged is refused, and each refusal of a session has
//!   the same reason.
//! - No token is ahead of the store: no rotation that was acknowledged is lost.
//! - An honest browser is refused only if somebody ended its session or stole its cookie, or if an
//!   answer of the same burst took so long that twice the delay and the clocks' difference reached the
//!   window.
//! - A token that was replaced longer ago than the window and the clocks' difference gets no token.
//! - A login that is tried again under its name makes one session.
//! - A list shows each session that stood before and after, and none whose end was acknowledged before.
//! - In the end each session is as it was acknowledged, and each user's list shows just those alive.

mod browser;
#[cfg(feature = "servers")]
mod faults;
mod list;
mod lossy;
mod random;
mod record;

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jwt_pair::{Key, PairIssuer, PairPolicy, UnixTime, UserId};
use jwt_pair_sessions::{List, Session, SessionPolicy, Sessions};
use tokio::task::JoinSet;

use self::browser::Browser;
#[cfg(feature = "servers")]
pub use self::faults::{Faults, run_with_faults};
pub use self::lossy::{Lossy, LossyError};
use self::record::Records;
use crate::TestStore;
use crate::rows::{WINDOW, after};

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
    /// Prints the counts to stderr, each ten seconds.
    pub progress: bool,
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
    let mut next = Duration::from_secs(10);
    while !tasks.is_empty() {
        tokio::select! {
            ended = tasks.join_next() => if let Some(Err(failed)) = ended {
                std::panic::resume_unwind(failed.into_panic());
            },
            () = tokio::time::sleep_until((begun + next).into()), if config.progress => {
                eprintln!("{next:?}: {}", world.records.report());
                next += Duration::from_secs(10);
            }
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
        let row = in_the_end(|| store.load(&name)).await;
        let row = row.unwrap_or_else(|| panic!("{name} was acknowledged and is gone"));
        assert!(!is_ended || row.ended.is_some(), "{name}: its end was acknowledged: {row:?}");
        if row.is_alive(world.now(0)) {
            alive.push(row);
        }
    }
    alive.sort_by(|a, b| (a.started_at, &a.session_id).cmp(&(b.started_at, &b.session_id)));
    let (mut listed, mut after, now) = (Vec::new(), None, world.now(0));
    let limit = NonZeroUsize::MIN.saturating_add(49);
    loop {
        let list = List { user_id: user, after: after.as_ref(), limit, now };
        let page = in_the_end(|| store.list(&list)).await;
        listed.extend(page.sessions);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    // A login whose answer never came may stand beside those that are known.
    let known = |row: &&Session| world.records.is_known(&row.session_id);
    assert!(listed.iter().filter(known).eq(&alive), "{listed:?} is not {alive:?}");
}

/// The answer, of a server that may just have been started again.
async fn in_the_end<T, E: std::fmt::Debug, F>(mut ask: impl FnMut() -> F) -> T
where
    F: Future<Output = Result<T, E>>,
{
    let start = Instant::now();
    loop {
        match ask().await {
            Ok(answer) => return answer,
            Err(error) => {
                assert!(start.elapsed() < Duration::from_secs(60), "it is away: {error:?}");
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
    }
}
