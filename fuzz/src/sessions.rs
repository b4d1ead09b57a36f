//! Any sequence of logins, refreshes, replays, revocations and hours, against a plain model of the
//! table: each outcome is the model's, a replayed token is the same to the byte, no session has two
//! chains of tokens, and who is out stays out.
//!
//! A second service with the same keys and another store stands for a store that has lost writes:
//! its tokens can be ahead of the row, or of a session of another user.

use core::future::Future;
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use core::time::Duration;
use std::collections::HashMap;

use jwt_pair::{Identity, Key, PairIssuer, PairPolicy, TokenPair, UnixTime};
use jwt_pair_sessions::{MemoryStore, SessionError, SessionPolicy, Sessions};

use crate::choices::{Choices, NOW};
use crate::oracle::{SECRET, key};
use crate::sessions_model::Row;

const NAMES: [&str; 3] = ["a", "a.1", ""];
pub(crate) const REFRESH_SECONDS: u64 = 1000;
const MAX_SECONDS: u64 = 2500;

/// A refresh token that was given out: of which session, user and generation.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    pub(crate) name: &'static str,
    pub(crate) user: i64,
    /// 0 for a token from before sessions.
    pub(crate) generation: u64,
    pub(crate) exp: u64,
    pub(crate) token: String,
}

pub(crate) struct Service {
    pub(crate) sessions: Sessions<MemoryStore>,
    pub(crate) rows: HashMap<&'static str, Row>,
    pub(crate) grace: u64,
}

pub(crate) struct World {
    pub(crate) services: [Service; 2],
    pub(crate) given: Vec<Given>,
    pub(crate) now: u64,
}

pub fn check(data: &[u8]) {
    let mut choices = Choices::new(data);
    let grace = choices.pick(&[30, 0, 300, 1]);
    let mut world =
        World { services: [(); 2].map(|()| Service::new(grace)), given: vec![], now: NOW };
    while !choices.is_empty() {
        world.step(&mut choices);
    }
}

impl Service {
    fn new(grace: u64) -> Self {
        let policy = SessionPolicy::new()
            .grace(Duration::from_secs(grace))
            .max_lifetime(Duration::from_secs(MAX_SECONDS))
            .expect("a second or more")
            .adopt_tokens_without_jti();
        let sessions = Sessions::new(issuer(), MemoryStore::new(), policy);
        Self { sessions, rows: HashMap::new(), grace }
    }

    pub(crate) fn row(&self, name: &str, now: u64) -> Option<&Row> {
        self.rows.get(name).filter(|row| row.is_there(now))
    }
}

pub(crate) fn issuer() -> PairIssuer {
    let policy = PairPolicy::new().refresh_lifetime(Duration::from_secs(REFRESH_SECONDS));
    let key: Key = key(SECRET);
    PairIssuer::new(key.into(), policy.expect("a second or more"))
}

impl World {
    fn step(&mut self, choices: &mut Choices<'_>) {
        let at = choices.below(2);
        let name = choices.pick(&NAMES);
        let user = if choices.any() { 1 } else { 2 };
        match choices.below(16) {
            0..2 => self.start(at, name, user),
            2..8 | 11 => self.refresh(at, choices),
            8 => self.revoke(at, name),
            9 => self.revoke_user(at, user),
            10 => self.legacy(name, user),
            12 => self.purge(at),
            _ => self.now += choices.pick(&[1, 29, 30, 299, 300, 900, 1000, 2500, 0]),
        }
        self.check_lists();
    }

    pub(crate) fn time(&self) -> UnixTime {
        UnixTime::from_secs(self.now)
    }

    fn start(&mut self, at: usize, name: &'static str, user: i64) {
        let (now, time) = (self.now, self.time());
        let service = &mut self.services[at];
        let identity = Identity::new(user, "customer", name);
        let started = ready(service.sessions.start(&identity, "label", time));
        match started {
            Ok(pair) => {
                assert!(service.row(name, now).is_none(), "{name} was used twice");
                let row = Row::new(user, &pair, now);
                self.give(&row, name);
                self.services[at].rows.insert(name, row);
            }
            Err(error) => {
                assert_eq!(error, SessionError::SessionExists);
                assert!(service.row(name, now).is_some());
            }
        }
    }

    /// A refresh token that was made without a session.
    fn legacy(&mut self, name: &'static str, user: i64) {
        let pair = issuer().issue(&Identity::new(user, "customer", name), self.time());
        let token = pair.expect("short").refresh.token;
        self.given.push(Given {
            name,
            user,
            generation: 0,
            exp: self.now + REFRESH_SECONDS,
            token,
        });
    }

    fn revoke(&mut self, at: usize, name: &'static str) {
        let (now, time) = (self.now, self.time());
        let service = &mut self.services[at];
        let was_alive = service.row(name, now).is_some_and(|row| row.is_alive(now));
        assert_eq!(ready(service.sessions.revoke(name, time)), Ok(was_alive));
        if let Some(row) = service.rows.get_mut(name) {
            row.is_revoked = true;
        }
    }

    fn revoke_user(&mut self, at: usize, user: i64) {
        let (now, time) = (self.now, self.time());
        let service = &mut self.services[at];
        let mut revoked = 0;
        for row in service.rows.values_mut().filter(|row| row.user == user) {
            revoked += u64::from(row.is_alive(now));
            row.is_revoked = true;
        }
        assert_eq!(ready(service.sessions.revoke_user(&user.into(), time)), Ok(revoked));
    }

    fn purge(&mut self, at: usize) {
        use jwt_pair_sessions::SessionStore as _;
        let purged = ready(self.services[at].sessions.store().purge(self.time()));
        assert!(purged <= Ok(u64::try_from(NAMES.len()).expect("a few")));
    }

    /// What each user sees is what the model has alive.
    fn check_lists(&self) {
        for service in &self.services {
            for user in [1, 2] {
                let listed = ready(service.sessions.list(&user.into(), self.time()));
                let mut listed: Vec<_> = listed
                    .expect("the store in memory answers")
                    .into_iter()
                    .map(|row| (row.session_id, row.generation, row.expires_at.as_secs()))
                    .collect();
                let alive = service
                    .rows
                    .iter()
                    .filter(|(_, row)| row.user == user && row.is_alive(self.now));
                let mut expected: Vec<_> = alive
                    .map(|(name, row)| ((*name).to_owned(), row.generation(), row.expires_at))
                    .collect();
                listed.sort();
                expected.sort();
                assert_eq!(listed, expected);
            }
        }
    }
}

impl Row {
    pub(crate) fn new(user: i64, pair: &TokenPair, now: u64) -> Self {
        Self {
            user,
            tokens: vec![pair.refresh.token.clone()],
            rotated_at: now,
            expires_at: now + REFRESH_SECONDS.min(MAX_SECONDS),
            deadline: now + MAX_SECONDS,
            is_revoked: false,
        }
    }
}

/// The store in memory never waits.
pub(crate) fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the store in memory waits"),
    }
}
