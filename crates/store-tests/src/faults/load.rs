//! Clients that go on whatever happens to the server, and that remember what they were told.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use jwt_pair::UnixTime;
use jwt_pair_sessions::{Login, Refreshed, Renewal, SessionError, Sessions, shown};
use tokio::task::JoinSet;

use super::{now, sessions};
use crate::rows::{WINDOW, after};
use crate::{TestStore, unique};

/// How many sessions are refreshed at once, each by two tasks.
pub(super) const SESSIONS: usize = 8;

/// What the tasks share.
pub(super) struct Load<S> {
    pub(super) sessions: Sessions<S>,
    /// No call may take longer.
    bound: Duration,
    pub(super) stop: AtomicBool,
    /// Calls that found the store unavailable.
    pub(super) unavailable: AtomicUsize,
    /// For each session, how often it was acknowledged that it has a new token.
    progress: [AtomicUsize; SESSIONS],
    /// For each refresh token that was presented, the one that was given for it, and how often it
    /// was said to be rotated.
    pub(super) given: Mutex<HashMap<String, (String, usize)>>,
    /// Sessions that were acknowledged to have ended.
    pub(super) ended: Mutex<Vec<String>>,
}

impl<S: TestStore> Load<S> {
    pub(super) fn new(store: S, bound: Duration) -> Self {
        Self {
            sessions: sessions(store),
            bound,
            stop: AtomicBool::default(),
            unavailable: AtomicUsize::default(),
            progress: Default::default(),
            given: Mutex::default(),
            ended: Mutex::default(),
        }
    }

    /// Two tabs refresh at once, and each tries again with the same token until it is answered. By
    /// the clock of these tasks a window passes with each round.
    pub(super) async fn refresh_on(&self, at: usize, mut token: String) {
        let mut now = now();
        while !self.stop.load(Ordering::SeqCst) {
            now = after(now, WINDOW.as_secs());
            let (one, other) = tokio::join!(self.refresh(&token, now), self.refresh(&token, now));
            assert_eq!(one, other, "the chain has forked");
            let order = |token| {
                let claims = self.sessions.issuer().verify_refresh(token, now).expect("new");
                shown(&claims).expect("the store's own").generation
            };
            assert_eq!(order(&one), order(&token) + 1, "the next generation");
            token = one;
            self.progress[at].fetch_add(1, Ordering::SeqCst);
        }
    }

    async fn refresh(&self, token: &str, now: UnixTime) -> String {
        loop {
            let issuer = self.sessions.issuer();
            let claims = issuer.verify_refresh(token, now).expect("it is new");
            let renewal = Renewal::new("customer");
            let refresh = self.sessions.refresh(&claims, &renewal, now);
            let Some(refreshed) = self.answer(refresh).await else { continue };
            let rotated = usize::from(matches!(refreshed, Refreshed::Rotated(_)));
            let Some(next) = refreshed.refresh() else { panic!("a window has passed") };
            let next = next.token.clone();
            let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
            let known = given.entry(token.to_owned()).or_insert((next.clone(), 0));
            known.1 += rotated;
            assert_eq!(*known, (next.clone(), known.1.min(1)), "one next token, rotated once");
            return next;
        }
    }

    pub(super) async fn log_in_and_out(&self) {
        while !self.stop.load(Ordering::SeqCst) {
            let name = unique("fault-revoke");
            let login = Login::new(8, "customer").session_id(&name);
            // A login whose answer was lost is tried again under its name.
            while self.answer(self.sessions.start(&login, now())).await.is_none() {}
            while self.answer(self.sessions.revoke(&name, now())).await.is_none() {}
            self.ended.lock().unwrap_or_else(PoisonError::into_inner).push(name);
        }
    }

    /// The answer, or `None` if the store was unavailable: nothing else may be.
    async fn answer<T>(
        &self,
        call: impl Future<Output = Result<T, SessionError<S::Error>>>,
    ) -> Option<T> {
        let start = Instant::now();
        let answer = call.await;
        assert!(start.elapsed() < self.bound, "a call took {:?}", start.elapsed());
        match answer {
            Ok(answer) => Some(answer),
            Err(SessionError::Unavailable(_)) => {
                self.unavailable.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(50)).await;
                None
            }
            Err(error) => panic!("an acknowledged step was lost: {error:?}"),
        }
    }

    /// Waits until each session has had five new tokens.
    pub(super) async fn wait_for_progress(&self, tasks: &mut JoinSet<()>) {
        let start = Instant::now();
        let before: Vec<_> = self.progress.iter().map(|it| it.load(Ordering::SeqCst)).collect();
        let goes_on = |(it, before): (&AtomicUsize, &usize)| {
            it.load(Ordering::SeqCst) >= before.saturating_add(5)
        };
        while !self.progress.iter().zip(&before).all(goes_on) {
            if let Some(Err(failed)) = tasks.try_join_next() {
                std::panic::resume_unwind(failed.into_panic());
            }
            assert!(start.elapsed() < Duration::from_secs(20), "it did not recover by itself");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}
