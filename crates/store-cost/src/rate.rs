//! Refreshes against bare statements, in rounds that take turns, so that all meet the same machine.

use std::sync::Arc;
use std::time::Instant;

use jwt_pair::RefreshClaims;
use jwt_pair_sessions::{Login, Refreshed, Renewal, Sessions};
use jwt_pair_store_tests::TestStore;
use tokio::task::JoinSet;

use crate::{NOW, median};

pub(crate) const HEADING: &str = "| store | at once | refreshes/s | the same statement/s | ratio | a \
                                  plain statement/s | ratio |\n|---|---|---|---|---|---|---|";

const ROUNDS: usize = 15;
const STEPS: usize = 400;
/// The most tasks at once, each with a session of its own.
pub(crate) const TASKS: usize = 8;

/// Prints the medians of all rounds. `same` sends the store's own statement without the store, `plain` the
/// least that reads, changes and returns a row: each for the task of this number.
pub(crate) async fn report<S, F, G>(
    name: &str,
    tasks: usize,
    sessions: Sessions<S>,
    same: impl Fn(usize) -> F + Clone + Send + Sync + 'static,
    plain: impl Fn(usize) -> G + Clone + Send + Sync + 'static,
) where
    S: TestStore,
    F: Future<Output = ()> + Send + 'static,
    G: Future<Output = ()> + Send + 'static,
{
    let sessions = Arc::new(sessions);
    let mut tokens = Vec::new();
    for _ in 0..tasks {
        let started = sessions.start(&Login::new(1, "customer"), NOW).await;
        tokens.push(started.expect("it is running").pair.refresh.token);
    }
    let mut taken = [(); 5].map(|()| Vec::new());
    for round in 0..=ROUNDS {
        let start = Instant::now();
        let mut chains = JoinSet::new();
        for (at, token) in tokens.drain(..).enumerate() {
            let sessions = Arc::clone(&sessions);
            chains.spawn(async move { (at, chain(&sessions, token).await) });
        }
        let mut next = chains.join_all().await;
        let refreshes = start.elapsed().as_secs_f64();
        next.sort();
        tokens.extend(next.into_iter().map(|(_, token)| token));
        let same = time(tasks, same.clone()).await;
        let plain = time(tasks, plain.clone()).await;
        // The first round makes connections and prepares statements.
        if round > 0 {
            let rate = |seconds| (tasks * STEPS) as f64 / seconds;
            let round =
                [rate(refreshes), rate(same), same / refreshes, rate(plain), plain / refreshes];
            for (all, one) in taken.iter_mut().zip(round) {
                all.push(one);
            }
        }
    }
    let [refreshes, same, of_same, plain, of_plain] = taken.map(median);
    println!(
        "| {name} | {tasks} | {refreshes:.0} | {same:.0} | {of_same:.2} | {plain:.0} | {of_plain:.2} |"
    );
}

async fn time<F: Future<Output = ()> + Send + 'static>(
    tasks: usize,
    statement: impl Fn(usize) -> F + Clone + Send + Sync + 'static,
) -> f64 {
    let start = Instant::now();
    let mut statements = JoinSet::new();
    for at in 0..tasks {
        let statement = statement.clone();
        statements.spawn(async move {
            for _ in 0..STEPS {
                statement(at).await;
            }
        });
    }
    statements.join_all().await;
    start.elapsed().as_secs_f64()
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
