//! Bytes per session, before and after many rotations.

use std::fmt;
use std::time::Duration;

use jwt_pair::{UnixTime, UserId};
use jwt_pair_sessions::{Decision, MemoryStore, Refresh, Session, SessionStore, ShownToken};
#[cfg(any(feature = "redis", feature = "postgres"))]
use tokio::task::JoinSet;

use crate::{ALLOCATOR, NOW};

const ROTATED: usize = 20;
const ROTATIONS: u64 = 1_000;

pub(crate) struct Bytes {
    pub(crate) per_session: f64,
    pub(crate) after: f64,
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.0} | {:.0}", self.per_session, self.after)
    }
}

pub(crate) async fn in_memory(count: usize) -> Bytes {
    let before = ALLOCATOR.allocated();
    let store = MemoryStore::new();
    for at in 0..count {
        store.insert(&session(at), NOW).await.expect("it always answers");
    }
    let filled = ALLOCATOR.allocated() - before;
    rotate(&store).await;
    let after = ALLOCATOR.allocated() - before;
    let per_session = filled as f64 / count as f64;
    Bytes { per_session, after: after as f64 / count as f64 }
}

#[cfg(any(feature = "redis", feature = "postgres"))]
/// Inserts so many sessions, 32 at once.
pub(crate) async fn fill<S>(store: &'static S, count: usize)
where
    S: SessionStore + Sync,
{
    let mut tasks = JoinSet::new();
    for task in 0..32 {
        tasks.spawn(async move {
            for at in (task..count).step_by(32) {
                store.insert(&session(at), NOW).await.expect("it is running");
            }
        });
    }
    tasks.join_all().await;
}

/// Rotates some sessions a thousand times each.
pub(crate) async fn rotate<S: SessionStore>(store: &S) {
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
    let seed = (at as u128 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    let day = 24 * 60 * 60;
    let deadline = UnixTime::from_secs(NOW.as_secs() + 90 * day);
    let user = UserId::Integer(1_000_000 + at as i64 / 2);
    let mut session = Session::new(format!("{seed:032x}"), user, NOW, deadline);
    session.label = "Firefox on Linux".into();
    session.expires_at = UnixTime::from_secs(NOW.as_secs() + 7 * day);
    session
}
