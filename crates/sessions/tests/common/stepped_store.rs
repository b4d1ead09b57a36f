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

use jwt_pair::{UnixTime, UserId};
use jwt_pair_sessions::{Advance, Advanced, Session, SessionStore};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row(pub(crate) Session);

impl Hash for Row {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.0.generation, self.0.rotated_at, self.0.revoked).hash(state);
    }
}

/// What the store said to a step.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Answer {
    Inserted(bool),
    Advanced(bool, Option<Row>),
    Loaded(Option<Row>),
    Revoked(bool),
}

/// What is wrong with the store: the checker must see each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bug {
    None,
    /// `advance` reads in one step and writes in another.
    NonAtomicAdvance,
    /// `insert` looks in one step and writes in another.
    NonAtomicInsert,
    /// `advance` writes the row as if it had never been revoked.
    UnRevoke,
    /// `advance` counts up for a token that is one behind as well: a second child.
    SecondChild,
    /// `advance` moves `rotated_at` of a row that it leaves.
    TouchOnReplay,
    /// `revoke` says that it did, and did not.
    ForgetRevoke,
    /// `advance` says that it counted up, and did not.
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

    async fn advance(&self, step: Advance<'_>) -> Result<Advanced, Infallible> {
        let seen = match self.bug {
            Bug::NonAtomicAdvance => Some(self.look().await),
            _ => None,
        };
        let answer = self.step(|row| {
            let Some(mut next) = seen.as_ref().unwrap_or(row).clone() else {
                return Answer::Advanced(false, None);
            };
            let one_behind = next.0.generation.checked_sub(1) == Some(step.from);
            match self.bug {
                Bug::UnRevoke => next.0.revoked = false,
                Bug::TouchOnReplay if one_behind => next.0.rotated_at = step.now,
                _ => {}
            }
            let step = match self.bug {
                Bug::SecondChild if one_behind => Advance { from: next.0.generation, ..step },
                _ => step,
            };
            let did = next.0.advance(step);
            if (did || self.bug == Bug::TouchOnReplay) && self.bug != Bug::LoseWrite {
                *row = Some(next.clone());
            }
            Answer::Advanced(did, Some(next))
        });
        match answer.await {
            Answer::Advanced(true, Some(row)) => Ok(Advanced::Yes(row.0)),
            Answer::Advanced(false, row) => Ok(Advanced::No(row.map(|row| row.0))),
            other => panic!("the future took another way than before: {other:?}"),
        }
    }

    async fn load(&self, _: &str, _: UnixTime) -> Result<Option<Session>, Infallible> {
        Ok(self.look().await.map(|row| row.0))
    }

    async fn revoke(&self, _: &str, _: UnixTime) -> Result<bool, Infallible> {
        let answer = self.step(|row| {
            let alive = row.as_mut().filter(|row| !row.0.revoked);
            let found = alive.map(|row| row.0.revoked = self.bug != Bug::ForgetRevoke);
            Answer::Revoked(found.is_some())
        });
        Ok(answer.await == Answer::Revoked(true))
    }

    async fn revoke_user(&self, _: &UserId, _: UnixTime) -> Result<u64, Infallible> {
        Ok(0)
    }

    async fn list_user(&self, _: &UserId, _: UnixTime) -> Result<Vec<Session>, Infallible> {
        Ok(Vec::new())
    }

    async fn purge(&self, _: UnixTime) -> Result<u64, Infallible> {
        Ok(0)
    }
}
