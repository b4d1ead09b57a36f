//! The real `Sessions::refresh`, taken one step of its store at a time.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use core::hash::Hash;
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use std::collections::HashMap;

use jwt_pair::RefreshClaims;
use jwt_pair_sessions::{
    Decision, EndReason, Refreshed, Renewal, SessionError, SessionPolicy, Sessions, shown,
};

use crate::common::{at, block_on, claims_of, login, refresh_token, seconds, sessions};
use crate::stepped_store::{Answer, Bug, Row, SteppedStore};

pub(crate) const SESSION: &str = "s";

/// Stands for a value that was seen before, so that states are small and quickly compared.
pub(crate) type Id = usize;

#[derive(Debug)]
struct Values<T> {
    values: Vec<T>,
    ids: HashMap<T, Id>,
}

impl<T: Clone + Eq + Hash> Values<T> {
    fn new() -> Self {
        Self { values: Vec::new(), ids: HashMap::new() }
    }

    fn id(&mut self, value: &T) -> Id {
        if let Some(id) = self.ids.get(value) {
            return *id;
        }
        let id = self.values.len();
        self.values.push(value.clone());
        self.ids.insert(value.clone(), id);
        id
    }
}

/// A call of `Sessions::refresh` that is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Request {
    pub(crate) token: Id,
    /// The server's clock when the request came in.
    pub(crate) now: u64,
    /// What the store has answered so far.
    pub(crate) answers: Id,
}

/// What it came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Outcome {
    Rotated(Id),
    Kept,
    Repeated(Id),
    Reuse,
    LoggedOut,
    Revoked,
    Ahead,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub(crate) row: Id,
    pub(crate) answers: Id,
    /// Whether the store said just now that the session has ended.
    pub(crate) ended: bool,
    pub(crate) outcome: Option<Outcome>,
}

#[derive(Debug)]
pub(crate) struct Server {
    sessions: Sessions<SteppedStore>,
    rows: Values<Option<Row>>,
    answers: Values<Vec<Answer>>,
    tokens: Values<String>,
    /// Of each token.
    claims: Vec<RefreshClaims>,
    /// A step depends on nothing but these, so none is taken twice.
    taken: HashMap<(Request, Id), Step>,
}

impl Server {
    pub(crate) fn new(window: u64, bug: Bug) -> Self {
        let policy = SessionPolicy::new().window(seconds(window)).adopt_tokens_without_jti();
        Self {
            sessions: sessions(SteppedStore::new(bug), policy),
            rows: Values::new(),
            answers: Values::new(),
            tokens: Values::new(),
            claims: Vec::new(),
            taken: HashMap::new(),
        }
    }

    /// A login: the row, and the first refresh token.
    pub(crate) fn login(&mut self) -> (Id, Id) {
        self.sessions.store().resume(None, Vec::new());
        let pair = login(&self.sessions, SESSION);
        let (row, _) = self.sessions.store().pause();
        (self.rows.id(&row), self.token(pair.refresh.token))
    }

    /// A login from before there were sessions: no row, and a token without `jti`.
    pub(crate) fn old_login(&mut self) -> (Id, Id) {
        let token = refresh_token(SESSION, &jwt_pair::serde_json::json!({}));
        (self.rows.id(&None), self.token(token))
    }

    pub(crate) fn request(&mut self, token: Id, now: u64) -> Request {
        Request { token, now, answers: self.answers.id(&Vec::new()) }
    }

    pub(crate) fn step(&mut self, request: Request, row: Id) -> Step {
        if let Some(step) = self.taken.get(&(request, row)) {
            return *step;
        }
        let (claims, renewal) = (&self.claims[request.token], Renewal::new("customer"));
        let store = self.sessions.store();
        store.resume(self.rows.values[row].clone(), self.answers.values[request.answers].clone());
        let future = self.sessions.refresh(claims, &renewal, at(request.now));
        let polled = pin!(future).poll(&mut Context::from_waker(Waker::noop()));
        let (next, answers) = store.pause();

        let outcome = match polled {
            Poll::Pending => None,
            Poll::Ready(Ok(Refreshed::Rotated(pair))) => {
                Some(Outcome::Rotated(self.token(pair.refresh.token)))
            }
            Poll::Ready(Ok(Refreshed::Repeated(pair))) => {
                Some(Outcome::Repeated(self.token(pair.refresh.token)))
            }
            Poll::Ready(Ok(Refreshed::Kept(_))) => Some(Outcome::Kept),
            Poll::Ready(Err(SessionError::Reuse(_))) => Some(Outcome::Reuse),
            Poll::Ready(Err(SessionError::Ahead(_))) => Some(Outcome::Ahead),
            Poll::Ready(Err(SessionError::Revoked(Some(ended)))) => {
                assert_eq!(ended.why, EndReason::Logout);
                Some(Outcome::LoggedOut)
            }
            Poll::Ready(Err(SessionError::Revoked(None))) => Some(Outcome::Revoked),
            Poll::Ready(other) => panic!("{other:?}"),
        };
        let ends = [Decision::Reuse, Decision::Ahead];
        let step = Step {
            row: self.rows.id(&next),
            ended: matches!(answers.last(), Some(Answer::Refreshed(it, _)) if ends.contains(it)),
            answers: self.answers.id(&answers),
            outcome,
        };
        self.taken.insert((request, row), step);
        step
    }

    /// A logout; whether there was a session to end, and the row.
    pub(crate) fn end(&mut self, row: Id, now: u64) -> (bool, Id) {
        use jwt_pair_sessions::{End, SessionStore as _};
        let store = self.sessions.store();
        store.resume(self.rows.values[row].clone(), Vec::new());
        let (why, at) = (EndReason::Logout, at(now));
        let end = End { session_id: SESSION, user_id: None, why, at };
        let ended = block_on(store.end(&end)).unwrap();
        let (row, _) = store.pause();
        (ended, self.rows.id(&row))
    }

    pub(crate) fn is_alive(&self, row: Id, now: u64) -> bool {
        self.rows.values[row].as_ref().is_some_and(|row| row.0.is_alive(at(now)))
    }

    /// The generation that the `jti` of a token names; 0 without `jti`.
    pub(crate) fn generation(&self, token: Id) -> usize {
        let claims = &self.claims[token];
        match claims.jti {
            Some(_) => usize::try_from(shown(claims).unwrap().generation).unwrap(),
            None => 0,
        }
    }

    pub(crate) fn steps_taken(&self) -> usize {
        self.taken.len()
    }

    fn token(&mut self, token: String) -> Id {
        let id = self.tokens.id(&token);
        if id == self.claims.len() {
            self.claims.push(claims_of(&token));
        }
        id
    }
}
