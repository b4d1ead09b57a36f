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

use jwt_pair::{PairIssuer, PairPolicy, PrivateClaims, RefreshClaims};
use jwt_pair_sessions::{Refreshed, SessionError, SessionPolicy, Sessions};

use super::stepped_store::{Answer, Bug, Row, SteppedStore};
use super::{at, block_on, claims_of, keys, login, refresh_token, seconds};

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
    Replayed(Id),
    Reuse,
    Revoked,
    Ahead,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub(crate) row: Id,
    pub(crate) answers: Id,
    /// Whether the store said just now that it has ended the session.
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
    pub(crate) fn new(grace: u64, access_lifetime: u64, bug: Bug) -> Self {
        let policy = PairPolicy::new().access_lifetime(seconds(access_lifetime)).unwrap();
        let issuer = PairIssuer::new(keys(), policy);
        let policy = SessionPolicy::new().grace(seconds(grace)).adopt_tokens_without_jti();
        Self {
            sessions: Sessions::new(issuer, SteppedStore::new(bug), policy),
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
        let (claims, private) = (&self.claims[request.token], PrivateClaims::default());
        let store = self.sessions.store();
        store.resume(self.rows.values[row].clone(), self.answers.values[request.answers].clone());
        let future = self.sessions.refresh(claims, "customer", &private, at(request.now));
        let polled = pin!(future).poll(&mut Context::from_waker(Waker::noop()));
        let (next, answers) = store.pause();

        let outcome = match polled {
            Poll::Pending => None,
            Poll::Ready(Ok(Refreshed::Rotated(pair))) => {
                Some(Outcome::Rotated(self.token(pair.refresh.token)))
            }
            Poll::Ready(Ok(Refreshed::Replayed(pair))) => {
                Some(Outcome::Replayed(self.token(pair.refresh.token)))
            }
            Poll::Ready(Err(SessionError::Reuse)) => Some(Outcome::Reuse),
            Poll::Ready(Err(SessionError::Revoked)) => Some(Outcome::Revoked),
            Poll::Ready(Err(SessionError::Ahead)) => Some(Outcome::Ahead),
            Poll::Ready(Err(other)) => panic!("{other}"),
        };
        let step = Step {
            row: self.rows.id(&next),
            ended: answers.last() == Some(&Answer::Revoked(true)),
            answers: self.answers.id(&answers),
            outcome,
        };
        self.taken.insert((request, row), step);
        step
    }

    /// A logout; whether there was a session to end, and the row.
    pub(crate) fn revoke(&mut self, row: Id, now: u64) -> (bool, Id) {
        self.sessions.store().resume(self.rows.values[row].clone(), Vec::new());
        let ended = block_on(self.sessions.revoke(SESSION, at(now))).unwrap();
        (ended, self.rows.id(&self.sessions.store().pause().0))
    }

    pub(crate) fn is_alive(&self, row: Id, now: u64) -> bool {
        self.rows.values[row].as_ref().is_some_and(|row| row.0.is_alive(at(now)))
    }

    /// The generation that the `jti` of a token names; 0 without `jti`.
    pub(crate) fn generation(&self, token: Id) -> usize {
        let jti = self.claims[token].jti.as_deref();
        jti.map_or(0, |jti| jti.rsplit_once('.').unwrap().1.parse().unwrap())
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
