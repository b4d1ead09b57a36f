//! Bytes per session, before and after many rotations.

use std::sync::Arc;
use std::time::Duration;

use jwt_pair::{UnixTime, UserId};
use jwt_pair_sessions::{Decision, Refresh, Session, SessionStore, ShownToken};
use jwt_pair_store_tests::TestStore;
use tokio::task::JoinSet;

use crate::NOW;

pub(crate) const HEADING: &str = "| store | sessions | bytes per session | after 1,000 rotations of \
                                  20 | bytes of the 20,000 rotations |\n|---|---|---|---|---|";

const ROTATED: usize = 20;
const ROTATIONS: u64 = 1_000;
/// Tasks that insert at once.
const TASKS: usize = 64;

/// `size` is what all sessions take.
pub(crate) async fn report<S: TestStore>(
    name: &str,
    store: Arc<S>,
    count: usize,
    size: impl Fn() -> f64,
) {
    let before = size();
    fill(&store, count, session).await;
    let filled = size() - before;
    rotate(&*store).await;
    let after = size() - before;
    let each = |bytes: f64| bytes / count as f64;
    println!(
        "| {name} | {count} | {:.0} | {:.0} | {:.0} |",
        each(filled),
        each(after),
        after - filled
    );
}

/// Inserts so many sessions, many at once.
pub(crate) async fn fill<S: TestStore>(
    store: &Arc<S>,
    count: usize,
    session: impl Fn(usize) -> Session + Copy + Send + 'static,
) {
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let store = Arc::clone(store);
        tasks.spawn(async move {
            for at in (task..count).step_by(TASKS) {
                store.insert(&session(at), NOW).await.expect("it is running");
            }
        });
    }
    tasks.join_all().await;
}

/// Rotates some sessions a thousand times each.
async fn rotate<S: SessionStore>(store: &S) {
    for at in 0..ROTATED {
        let row = session(at);
        let mut iat = row.rotated_at;
        for generation in 1..=ROTATIONS {
            let (session_id, user_id) = (&row.session_id, &row.user_id);
            let now = UnixTime::from_secs(NOW.as_secs() + generation);
            let step = Refresh {
                session_id,
                token: ShownToken { user_id, generation, iat },
                now,
                window: Duration::ZERO,
                expires_at: UnixTime::from_secs(row.expires_at.as_secs() + generation),
                label: None,
            };
            let verdict = store.refresh(&step).await.expect("it is running");
            assert_eq!(verdict.decision, Decision::Rotate);
            iat = now;
        }
    }
}

/// A session as services have them: 128 random bits in hexadecimal, an integer for the user, who
/// has two, and a label.
fn session(at: usize) -> Session {
    session_of(UserId::Integer(1_000_000 + at as i64 / 2), at)
}

pub(crate) fn session_of(user: UserId, at: usize) -> Session {
    let seed = (at as u128 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    let day = 24 * 60 * 60;
    let deadline = UnixTime::from_secs(NOW.as_secs() + 90 * day);
    let mut session = Session::new(format!("{seed:032x}"), user, NOW, deadline);
    session.label = "Firefox on Linux".into();
    session.expires_at = UnixTime::from_secs(NOW.as_secs() + 7 * day);
    session
}
