//! A store of one row that takes one step and then waits: whoever polls decides whose step is next.
//!
//! What a future over it does is a function of the answers that it was given. So a future need not
//! be kept: it is made anew, hears its old answers again, and takes one step more.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use alloc::sync::Arc;
use core::convert::Infallible;
use core::future::poll_fn;
use core::hash::{Hash, Hasher};
use core::task::Poll;
use std::sync::Mutex;

use jwt_pair::UnixTime;
use jwt_pair_sessions::{
    Decision, End, EndUser, List, Page, Refresh, Session, SessionStore, Verdict,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row(pub(crate) Session);

impl Hash for Row {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Session { generation, rotated_at, previous_rotated_at, ended, .. } = &self.0;
        (generation, rotated_at, previous_rotated_at, ended).hash(state);
    }
}

/// What the store said to a step.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Answer {
    Inserted(bool),
    Refreshed(Decision, Option<Row>),
    Loaded(Option<Row>),
    Ended(bool),
}

/// What is wrong with the store: the checker must see each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bug {
    None,
    /// `refresh` reads in one step and writes in another.
    NonAtomicRefresh,
    /// `insert` looks in one step and writes in another.
    NonAtomicInsert,
    /// `refresh` writes the row as if it had never been ended.
    UnEnd,
    /// `refresh` moves `rotated_at` with a repeat.
    TouchOnRepeat,
    /// `refresh` rotates the current token within the window too.
    NeverKeeps,
    /// `refresh` decides about a theft, and does not end the session.
    ForgetReuse,
    /// `end` says that it did, and did not.
    ForgetEnd,
    /// `refresh` says that it counted up, and did not.
    LoseWrite,
}

#[derive(Debug)]
struct Run {
    row: Option<Row>,
    answers: Vec<Answer>,
    heard: usize,
    may_step: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct SteppedStore {
    bug: Bug,
    run: Arc<Mutex<Run>>,
}

impl SteppedStore {
    pub(crate) fn new(bug: Bug) -> Self {
        let run = Run { row: None, answers: Vec::new(), heard: 0, may_step: false };
        Self { bug, run: Arc::new(Mutex::new(run)) }
    }

    /// Before a future is polled: the row as it stands, and what the future was told before.
    pub(crate) fn resume(&self, row: Option<Row>, answers: Vec<Answer>) {
        *self.run.lock().unwrap() = Run { row, answers, heard: 0, may_step: true };
    }

    /// After it was polled: the row as it now stands, and all that the future was told.
    pub(crate) fn pause(&self) -> (Option<Row>, Vec<Answer>) {
        let run = self.run.lock().unwrap();
        assert!(!run.may_step, "no step was taken");
        (run.row.clone(), run.answers.clone())
    }

    async fn step(&self, take: impl Fn(&mut Option<Row>) -> Answer + Send) -> Answer {
        poll_fn(|_| {
            let mut run = self.run.lock().unwrap();
            if run.heard == run.answers.len() {
                if !run.may_step {
                    return Poll::Pending;
                }
                run.may_step = false;
                let answer = take(&mut run.row);
                run.answers.push(answer);
            }
            let answer = run.answers.get(run.heard).unwrap().clone();
            run.heard = run.heard.saturating_add(1);
            Poll::Ready(answer)
        })
        .await
    }

    async fn look(&self) -> Option<Row> {
        let Answer::Loaded(row) = self.step(|row| Answer::Loaded(row.clone())).await else {
            panic!("the future took another way than before");
        };
        row
    }
}

impl SessionStore for SteppedStore {
    type Error = Infallible;

    async fn insert(&self, session: &Session, _: UnixTime) -> Result<bool, Infallible> {
        let seen = match self.bug {
            Bug::NonAtomicInsert => Some(self.look().await),
            _ => None,
        };
        let answer = self.step(|row| {
            let absent = seen.as_ref().unwrap_or(row).is_none();
            if absent {
                *row = Some(Row(session.clone()));
            }
            Answer::Inserted(absent)
        });
        Ok(answer.await == Answer::Inserted(true))
    }

    async fn refresh(&self, step: &Refresh<'_>) -> Result<Verdict, Infallible> {
        let seen = match self.bug {
            Bug::NonAtomicRefresh => Some(self.look().await),
            _ => None,
        };
        let answer = self.step(|row| {
            let mut next = seen.as_ref().unwrap_or(row).clone();
            let mut step = *step;
            match (self.bug, &mut next) {
                (Bug::UnEnd, Some(row)) => row.0.ended = None,
                (Bug::NeverKeeps, Some(row)) if step.token.iat == row.0.rotated_at => {
                    step.window = core::time::Duration::ZERO;
                }
                _ => {}
            }
            let decision = step.apply(next.as_mut().map(|row| &mut row.0));
            match (self.bug, decision, &mut next) {
                (Bug::TouchOnRepeat, Decision::Repeat, Some(row)) => row.0.rotated_at = step.now,
                (Bug::ForgetReuse, Decision::Reuse, _) | (Bug::LoseWrite, Decision::Rotate, _) => {
                    return Answer::Refreshed(decision, next);
                }
                _ => {}
            }
            row.clone_from(&next);
            Answer::Refreshed(decision, next)
        });
        match answer.await {
            Answer::Refreshed(decision, row) => Ok(Verdict { decision, row: row.map(|row| row.0) }),
            other => panic!("the future took another way than before: {other:?}"),
        }
    }

    async fn load(&self, _: &str) -> Result<Option<Session>, Infallible> {
        Ok(self.look().await.map(|row| row.0))
    }

    async fn end(&self, end: &End<'_>) -> Result<bool, Infallible> {
        let answer = self.step(|row| {
            let Some(row) = row else { return Answer::Ended(false) };
            match self.bug {
                Bug::ForgetEnd => Answer::Ended(row.0.ended.is_none()),
                _ => Answer::Ended(row.0.end(end.why, end.at)),
            }
        });
        Ok(answer.await == Answer::Ended(true))
    }

    async fn end_user(&self, _: &EndUser<'_>) -> Result<u64, Infallible> {
        Ok(0)
    }

    async fn list(&self, _: &List<'_>) -> Result<Page, Infallible> {
        Ok(Page::default())
    }

    async fn purge(&self, _: UnixTime) -> Result<u64, Infallible> {
        Ok(0)
    }
}
