//! What a session in memory costs above its tokens, as ratios of rounds that take turns.
//!
//! ```sh
//! cargo run --release -p bench --no-default-features --features sessions --bin sessions
//! ```
//!
//! A refresh is `verify_refresh` and `Sessions::refresh`. It is held against `verify_refresh` and
//! `issue`, which is what a service without sessions would do. With two threads, each has sessions of
//! its own.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Barrier};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use jwt_pair::{Identity, Key, PairIssuer, PairPolicy, UnixTime};
use jwt_pair_sessions::{Login, MemoryStore, Refreshed, Renewal, SessionPolicy, Sessions};

const ROUNDS: usize = 31;
/// Long enough for the scheduler to find a core for each thread.
const STEPS: usize = 20_000;
const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

fn main() {
    let key = Key::new(&[7; 32]).expect("32 bytes");
    let issuer = PairIssuer::new(key.into(), PairPolicy::new());
    // Each refresh rotates, which is the most that one can cost.
    let policy = SessionPolicy::new().window(Duration::ZERO);
    let sessions = Sessions::new(issuer, MemoryStore::new(), policy).expect("there is no window");
    let sessions = Arc::new(sessions);

    let mut chain = Chain::new(Arc::clone(&sessions), "one");
    let ratios = rounds(|| {
        let refresh = chain.refresh();
        refresh / chain.verify_and_issue()
    });
    report("refresh in memory against verify refresh + issue pair", &ratios, "at most 1.25");

    let mut with = Pair::new(&sessions, ["first", "second"]);
    let mut without = Pair::new(&sessions, ["third", "fourth"]);
    let (mut gains, mut machine) = (Vec::new(), Vec::new());
    let ratios = rounds(|| {
        let of_store = with.gain(Chain::refresh);
        let of_machine = without.gain(Chain::verify_and_issue);
        gains.push(of_store);
        machine.push(of_machine);
        of_store / of_machine
    });
    for gains in [&mut gains, &mut machine] {
        gains.sort_by(f64::total_cmp);
    }
    report("refreshes of two threads against one", &gains, "none");
    report("the same without a store, which is what the machine gives", &machine, "none");
    report("the first against the second", &ratios, "at least 0.95");
}

/// Two sessions, for two threads.
struct Pair([Option<Chain>; 2]);

impl Pair {
    fn new(sessions: &Arc<Sessions<MemoryStore>>, names: [&'static str; 2]) -> Self {
        Self(names.map(|name| Some(Chain::new(Arc::clone(sessions), name))))
    }

    /// How much more two threads do than one, each with a session of its own.
    fn gain(&mut self, work: fn(&mut Chain) -> f64) -> f64 {
        let alone = work(self.0[0].as_mut().expect("between rounds"));
        let start = Arc::new(Barrier::new(2));
        let threads = self.0.each_mut().map(|chain| {
            let (mut chain, start) = (chain.take().expect("between rounds"), Arc::clone(&start));
            thread::spawn(move || {
                start.wait();
                (work(&mut chain), chain)
            })
        });
        let done = threads.map(|thread| thread.join().expect("it refreshes"));
        let slowest = done.iter().map(|(seconds, _)| *seconds).fold(0.0, f64::max);
        self.0 = done.map(|(_, chain)| Some(chain));
        2.0 * alone / slowest
    }
}

/// A session, refreshed again and again.
struct Chain {
    sessions: Arc<Sessions<MemoryStore>>,
    token: String,
    name: &'static str,
}

impl Chain {
    fn new(sessions: Arc<Sessions<MemoryStore>>, name: &'static str) -> Self {
        let login = Login::new(123, "customer").session_id(name);
        let started = ready(sessions.start(&login, NOW)).expect("a new name");
        let token = started.pair.refresh.token;
        Self { sessions, token, name }
    }

    fn refresh(&mut self) -> f64 {
        let renewal = Renewal::new("customer");
        let start = Instant::now();
        for _ in 0..STEPS {
            let claims = self.sessions.issuer().verify_refresh(&self.token, NOW).expect("its own");
            match ready(self.sessions.refresh(&claims, &renewal, NOW)).expect("alive") {
                Refreshed::Rotated(pair) => self.token = pair.refresh.token,
                other => unreachable!("{other:?}"),
            }
        }
        start.elapsed().as_secs_f64()
    }

    fn verify_and_issue(&mut self) -> f64 {
        let (issuer, mut token) = (self.sessions.issuer(), self.token.clone());
        let start = Instant::now();
        for _ in 0..STEPS {
            let claims = issuer.verify_refresh(&token, NOW).expect("its own");
            assert_eq!(claims.session_id, self.name);
            let identity = Identity::new(claims.user_id, "customer", &claims.session_id);
            token = issuer.issue(&identity, NOW).expect("as before").refresh.token;
        }
        start.elapsed().as_secs_f64()
    }
}

fn rounds(mut round: impl FnMut() -> f64) -> Vec<f64> {
    round();
    let mut ratios: Vec<f64> = (0..ROUNDS).map(|_| round()).collect();
    ratios.sort_by(f64::total_cmp);
    ratios
}

fn report(what: &str, ratios: &[f64], goal: &str) {
    let at = |part: usize| ratios[ratios.len() * part / 4];
    println!("{what}: {:.2} ({:.2} to {:.2}), goal: {goal}", at(2), at(1), at(3));
}

/// The store in memory never waits.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("the memory store waited"),
    }
}
