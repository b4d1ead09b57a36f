//! The randomized run sees a store that breaks a promise now and then.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jwt_pair::UnixTime;
use jwt_pair_sessions::{
    Decision, End, EndUser, List, MemoryStore, Page, Refresh, Session, SessionStore, Verdict,
};
use jwt_pair_store_tests::soak::{Soak, run};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// A rotation is acknowledged and not written, as by a server that syncs too late.
    LosesRotations,
    /// An end is acknowledged and not written.
    LosesEnds,
    /// `end_user` reaches the user's first sessions only.
    EndsSome,
    /// A theft is told and the session goes on.
    ForgetsReuse,
}

#[derive(Debug)]
struct Broken {
    rows: MemoryStore,
    fault: Fault,
    steps: AtomicU64,
}

impl Broken {
    /// Every tenth step.
    fn breaks(&self, fault: Fault) -> bool {
        self.fault == fault && self.steps.fetch_add(1, Ordering::SeqCst) % 10 == 9
    }
}

impl SessionStore for Broken {
    type Error = Infallible;

    async fn insert(&self, session: &Session, now: UnixTime) -> Result<bool, Infallible> {
        self.rows.insert(session, now).await
    }

    async fn refresh(&self, step: &Refresh<'_>) -> Result<Verdict, Infallible> {
        let mut row = self.rows.load(step.session_id).await?;
        let decision = step.apply(row.as_mut());
        let lost = match decision {
            Decision::Rotate => self.breaks(Fault::LosesRotations),
            Decision::Reuse => self.fault == Fault::ForgetsReuse,
            _ => false,
        };
        if lost { Ok(Verdict { decision, row }) } else { self.rows.refresh(step).await }
    }

    async fn load(&self, session_id: &str) -> Result<Option<Session>, Infallible> {
        self.rows.load(session_id).await
    }

    async fn end(&self, end: &End<'_>) -> Result<bool, Infallible> {
        if self.breaks(Fault::LosesEnds) { Ok(true) } else { self.rows.end(end).await }
    }

    async fn end_user(&self, end: &EndUser<'_>) -> Result<u64, Infallible> {
        if self.fault == Fault::EndsSome { Ok(0) } else { self.rows.end_user(end).await }
    }

    async fn list(&self, list: &List<'_>) -> Result<Page, Infallible> {
        self.rows.list(list).await
    }

    async fn purge(&self, now: UnixTime) -> Result<u64, Infallible> {
        self.rows.purge(now).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_promise_is_seen() {
    for (fault, seen) in [
        (Fault::LosesRotations, ["a rotation was lost", "has two tokens"]),
        (Fault::LosesEnds, ["its end was acknowledged"; 2]),
        (Fault::EndsSome, ["its end was acknowledged"; 2]),
        (Fault::ForgetsReuse, ["its end was acknowledged"; 2]),
    ] {
        let store = Broken { rows: MemoryStore::new(), fault, steps: AtomicU64::new(0) };
        let store = Arc::new(store);
        let stores = [Arc::clone(&store), Arc::clone(&store), store];
        let duration = Duration::from_secs(20);
        let config = Soak { duration, browsers: 40, speed: 1_000, seed: 1 };
        let now = UnixTime::now().expect("a clock after 1970");
        let failed = tokio::spawn(run(stores, now, config)).await.expect_err("it is broken");
        let panic = failed.into_panic();
        let said = panic.downcast_ref::<String>().cloned().unwrap_or_default();
        assert!(seen.iter().any(|seen| said.contains(seen)), "{said}");
    }
}
