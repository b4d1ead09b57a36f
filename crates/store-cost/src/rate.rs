//! Refreshes against bare statements, in rounds that take turns, so that both meet the same machine.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use jwt_pair::RefreshClaims;
use jwt_pair_sessions::{Login, Refreshed, Renewal, Sessions};
use jwt_pair_store_tests::TestStore;
use tokio::task::JoinSet;

use crate::NOW;

const ROUNDS: usize = 15;
const STEPS: usize = 400;
/// Tasks at once, each with a session of its own.
pub(crate) const TASKS: usize = 8;

pub(crate) struct Rate {
    refreshes: f64,
    bare: f64,
    ratio: f64,
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.0} | {:.0} | {:.2}", self.refreshes, self.bare, self.ratio)
    }
}

/// The medians of all rounds. `bare` is one statement for the task of this number.
pub(crate) async fn compare<S: TestStore, F: Future<Output = ()> + Send + 'static>(
    sessions: Sessions<S>,
    bare: impl Fn(usize) -> F + Send + Sync + 'static,
) -> Rate {
    let (sessions, bare) = (Arc::new(sessions), Arc::new(bare));
    let mut tokens = Vec::new();
    for _ in 0..TASKS {
        let started = sessions.start(&Login::new(1, "customer"), NOW).await;
        tokens.push(started.expect("it is running").pair.refresh.token);
    }
    let (mut refreshes, mut bares, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let start = Instant::now();
        let mut tasks = JoinSet::new();
        for (at, token) in tokens.drain(..).enumerate() {
            let sessions = Arc::clone(&sessions);
            tasks.spawn(async move { (at, chain(&sessions, token).await) });
        }
        let mut next = tasks.join_all().await;
        let refresh = start.elapsed().as_secs_f64();
        next.sort();
        tokens.extend(next.into_iter().map(|(_, token)| token));

        let start = Instant::now();
        let mut tasks = JoinSet::new();
        for at in 0..TASKS {
            let bare = Arc::clone(&bare);
            tasks.spawn(async move {
                for _ in 0..STEPS {
                    bare(at).await;
                }
            });
        }
        tasks.join_all().await;
        let bare = start.elapsed().as_secs_f64();
        // The first round makes connections and prepares statements.
        if round > 0 {
            refreshes.push((TASKS * STEPS) as f64 / refresh);
            bares.push((TASKS * STEPS) as f64 / bare);
            ratios.push(bare / refresh);
        }
    }
    Rate { refreshes: median(refreshes), bare: median(bares), ratio: median(ratios) }
}

/// What a service does: verify, refresh, and hand out the pair.
async fn chain<S: TestStore>(sessions: &Sessions<S>, mut token: String) -> String {
    for _ in 0..STEPS {
        let claims: RefreshClaims = sessions.issuer().verify_refresh(&token, NOW).expect("new");
        let refreshed = sessions.refresh(&claims, &Renewal::new("customer"), NOW).await;
        let Ok(Refreshed::Rotated(pair)) = refreshed else { panic!("{refreshed:?}") };
        token = pair.refresh.token;
    }
    token
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
