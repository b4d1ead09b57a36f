//! The randomized run sees a store that breaks a promise now and then.

use std::convert::Infallible;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jwt_pair::UnixTime;
use jwt_pair_sessions::{
    Decision, End, EndReason, EndUser, Ended, List, MemoryStore, Page, Refresh, Session,
    SessionStore, Verdict,
};
use jwt_pair_store_tests::Purger;
use jwt_pair_store_tests::purge::removes_what_has_expired;
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
    /// A page of a list lacks its last session.
    HidesOne,
    /// A list shows a session that was ended.
    ListsEnded,
    /// What has long to live is purged.
    PurgesAll,
    /// A purge says that it has removed rows, and removes none.
    PurgesNone,
    /// A purge removes nothing, and says so.
    NeverPurges,
    /// A refusal has another reason each time.
    ChangesReasons,
    /// A token that was replaced a moment ago is taken for a theft.
    SeesThieves,
}

#[derive(Debug)]
struct Broken {
    rows: MemoryStore,
    fault: Fault,
    steps: AtomicU64,
    /// Rows as they were before their end.
    ended: Mutex<Vec<Session>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
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
        let mut step = *step;
        if self.fault == Fault::SeesThieves {
            step.window = Duration::ZERO;
        }
        let step = &step;
        let decision = step.apply(row.as_mut());
        let lost = match decision {
            Decision::Rotate => self.breaks(Fault::LosesRotations),
            Decision::Reuse => self.fault == Fault::ForgetsReuse,
            _ => false,
        };
        if lost {
            return Ok(Verdict { decision, row });
        }
        let mut verdict = self.rows.refresh(step).await?;
        if let (Decision::Ended(_), Some(row)) = (verdict.decision, &mut verdict.row)
            && self.breaks(Fault::ChangesReasons)
        {
            verdict.decision = Decision::Ended(EndReason::Others);
            row.ended = Some(Ended { why: EndReason::Others, at: step.now });
        }
        Ok(verdict)
    }

    async fn load(&self, session_id: &str) -> Result<Option<Session>, Infallible> {
        self.rows.load(session_id).await
    }

    async fn end(&self, end: &End<'_>) -> Result<bool, Infallible> {
        if self.breaks(Fault::LosesEnds) {
            return Ok(true);
        }
        let row = self.rows.load(end.session_id).await?;
        lock(&self.ended).extend(row);
        self.rows.end(end).await
    }

    async fn end_user(&self, end: &EndUser<'_>) -> Result<u64, Infallible> {
        if self.fault == Fault::EndsSome { Ok(0) } else { self.rows.end_user(end).await }
    }

    async fn list(&self, list: &List<'_>) -> Result<Page, Infallible> {
        let mut page = self.rows.list(list).await?;
        if self.breaks(Fault::HidesOne) {
            page.sessions.pop();
        }
        if self.fault == Fault::ListsEnded
            && let Some(row) = lock(&self.ended).iter().find(|row| row.user_id == *list.user_id)
        {
            page.sessions.push(row.clone());
        }
        Ok(page)
    }

    async fn purge(&self, now: UnixTime) -> Result<u64, Infallible> {
        match self.fault {
            Fault::PurgesAll => self.rows.purge(UnixTime::from_secs(1 << 40)).await,
            Fault::PurgesNone => Ok(2),
            Fault::NeverPurges => Ok(0),
            _ => self.rows.purge(now).await,
        }
    }
}

fn broken(fault: Fault) -> Broken {
    Broken { rows: MemoryStore::new(), fault, steps: AtomicU64::new(0), ended: Mutex::default() }
}

fn words_of(failed: tokio::task::JoinError) -> String {
    failed.into_panic().downcast_ref::<String>().cloned().unwrap_or_default()
}

/// A store that keeps expired rows for ever, whatever it says of it, or takes others with them.
#[tokio::test]
async fn a_purge_that_does_not_purge_is_seen() {
    let now = UnixTime::from_secs(1_800_000_000);
    for (fault, purger, seen) in [
        (Fault::NeverPurges, Purger::Store, "0 of two rows or more"),
        (Fault::PurgesNone, Purger::Store, "it has expired"),
        (Fault::PurgesNone, Purger::Server, "the server removes rows"),
        (Fault::PurgesAll, Purger::Store, "failed\n  left: None\n right: Some(Session"),
    ] {
        let store = broken(fault);
        let run = async move { removes_what_has_expired(&store, now, purger).await };
        let said = words_of(tokio::spawn(run).await.expect_err("it is broken"));
        assert!(said.contains(seen), "{fault:?}: {said}");
    }
    removes_what_has_expired(&broken(Fault::NeverPurges), now, Purger::Server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_promise_is_seen() {
    for (fault, seen) in [
        (Fault::LosesRotations, ["a rotation was lost", "has two tokens"]),
        (Fault::LosesEnds, ["its end was acknowledged"; 2]),
        (Fault::EndsSome, ["its end was acknowledged"; 2]),
        (Fault::ForgetsReuse, ["its end was acknowledged", "each refusal has one reason"]),
        (Fault::HidesOne, ["is listed 0 times"; 2]),
        (Fault::ListsEnded, ["its end was acknowledged, and it is listed"; 2]),
        (Fault::PurgesAll, ["rows were purged", "is gone"]),
        (Fault::SeesThieves, ["is honest, and was logged out"; 2]),
        (Fault::ChangesReasons, ["each refusal has one reason"; 2]),
    ] {
        let store = Arc::new(broken(fault));
        let stores = [Arc::clone(&store), Arc::clone(&store), store];
        let duration = Duration::from_secs(20);
        let config = Soak { duration, browsers: 40, speed: 1_000, seed: 1, progress: false };
        let now = UnixTime::now().expect("a clock after 1970");
        let failed = tokio::spawn(run(stores, now, config)).await.expect_err("it is broken");
        let said = words_of(failed);
        assert!(seen.iter().any(|seen| said.contains(seen)), "{said}");
    }
}
