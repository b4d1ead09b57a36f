//! Any sequence of logins, refreshes, repeats, ends and hours, against a plain model of the
//! table: each outcome is the model's, a repeated token is the same to the byte, no session has two
//! chains of tokens, and who is out stays out.
//!
//! A second service with the same keys and another store stands for a store that has lost writes:
//! its tokens can be ahead of the row, or of a session of another user.

use core::future::Future;
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use core::time::Duration;
use std::collections::HashMap;

use jwt_pair::{Identity, Key, PairIssuer, PairPolicy, TokenPair, UnixTime, UserId};
use jwt_pair_sessions::{List, Login, MemoryStore, SessionError, SessionPolicy, Sessions};

use crate::choices::{Choices, NOW};
use crate::oracle::{SECRET, key};
use crate::sessions_model::{Outcome, Row};

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
    pub(crate) iat: u64,
    pub(crate) exp: u64,
    pub(crate) token: String,
}

pub(crate) struct Service {
    pub(crate) sessions: Sessions<MemoryStore>,
    pub(crate) rows: HashMap<&'static str, Row>,
    pub(crate) window: u64,
}

pub(crate) struct World {
    pub(crate) services: [Service; 2],
    pub(crate) given: Vec<Given>,
    pub(crate) now: u64,
}

pub fn check(data: &[u8]) {
    let mut choices = Choices::new(data);
    let window = choices.pick(&[30, 0, 300, 1]);
    let mut world =
        World { services: [(); 2].map(|()| Service::new(window)), given: vec![], now: NOW };
    while !choices.is_empty() {
        world.step(&mut choices);
    }
}

impl Service {
    fn new(window: u64) -> Self {
        let policy = SessionPolicy::new()
            .window(Duration::from_secs(window))
            .max_lifetime(Duration::from_secs(MAX_SECONDS))
            .expect("a second or more")
            .adopt_tokens_without_jti();
        let sessions = Sessions::new(issuer(), MemoryStore::new(), policy);
        let sessions = sessions.expect("at most half the lifetime");
        Self { sessions, rows: HashMap::new(), window }
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
            8 if choices.any() => self.revoke(at, name),
            8 => self.revoke_of(at, name, user),
            9 => {
                let except = choices.any().then_some(name);
                self.revoke_user(at, user, except);
            }
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
        let login = Login::new(user, "customer").session_id(name).label("label");
        let row = service.row(name, now);
        let is_retry = row.is_some_and(|row| {
            row.user == Some(user)
                && row.is_alive(now)
                && row.generation() == 1
                && row.adopted.is_none_or(|iat| iat == row.started_at)
                && now - row.started_at < 300
        });
        match ready(service.sessions.start(&login, time)) {
            Ok(started) if is_retry => {
                let row = row.expect("it is a retry");
                assert_eq!(row.tokens, [started.pair.refresh.token]);
            }
            Ok(started) => {
                assert!(row.is_none(), "{name} was used twice");
                let row = Row::new(user, &started.pair, now, None);
                self.give(&row, name);
                self.services[at].rows.insert(name, row);
            }
            Err(error) => {
                assert_eq!(error, SessionError::SessionExists);
                assert!(row.is_some() && !is_retry);
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
            iat: self.now,
            exp: self.now + REFRESH_SECONDS,
            token,
        });
    }

    /// Where there is no row, one takes its place that bars an adoption.
    fn revoke(&mut self, at: usize, name: &'static str) {
        let (now, time) = (self.now, self.time());
        let service = &mut self.services[at];
        let was_ended = service.row(name, now).is_some_and(|row| row.ended.is_some());
        assert_eq!(ready(service.sessions.revoke(name, time)), Ok(!was_ended));
        match service.rows.get_mut(name).filter(|row| row.is_there(now)) {
            Some(row) => row.ended = row.ended.or(Some(Outcome::Ended)),
            None => {
                let until = now + 2 * REFRESH_SECONDS;
                service.rows.insert(name, Row::bar(now, until));
            }
        }
    }

    fn revoke_of(&mut self, at: usize, name: &'static str, user: i64) {
        let (now, time) = (self.now, self.time());
        let service = &mut self.services[at];
        let ended = ready(service.sessions.revoke_of(&user.into(), name, time));
        let row = service.rows.get_mut(name).filter(|row| row.user == Some(user));
        match row {
            None => assert_eq!(ended, Ok(false)),
            Some(row) => {
                // A row that has expired may be gone.
                assert!(!row.is_there(now) || ended == Ok(row.ended.is_none()));
                row.ended = row.ended.or(Some(Outcome::Ended));
            }
        }
    }

    fn revoke_user(&mut self, at: usize, user: i64, except: Option<&'static str>) {
        let (now, time) = (self.now, self.time());
        let service = &mut self.services[at];
        let (mut least, mut most) = (0, 0);
        for (name, row) in &mut service.rows {
            if row.user == Some(user) && Some(*name) != except {
                least += u64::from(row.is_alive(now));
                most += u64::from(row.ended.is_none());
                row.ended = row.ended.or(Some(Outcome::Ended));
            }
        }
        let user: UserId = user.into();
        let ended = match except {
            None => ready(service.sessions.revoke_user(&user, time)),
            Some(name) => ready(service.sessions.revoke_others(&user, name, time)),
        };
        assert!(ended.is_ok_and(|ended| (least..=most).contains(&ended)));
    }

    fn purge(&mut self, at: usize) {
        let purged = ready(self.services[at].sessions.purge(self.time()));
        assert!(purged <= Ok(u64::try_from(NAMES.len()).expect("a few")));
    }

    /// What each user sees is what the model has alive.
    fn check_lists(&self) {
        for service in &self.services {
            for user in [1, 2] {
                let (user_id, limit) = (&user.into(), 9.try_into().expect("not 0"));
                let page = List { user_id, after: None, limit, now: self.time() };
                let listed = ready(service.sessions.list(&page));
                let mut listed: Vec<_> = listed
                    .expect("the store in memory answers")
                    .sessions
                    .into_iter()
                    .map(|row| (row.session_id, row.generation, row.expires_at.as_secs()))
                    .collect();
                let alive = service
                    .rows
                    .iter()
                    .filter(|(_, row)| row.user == Some(user) && row.is_alive(self.now));
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
    pub(crate) fn new(user: i64, pair: &TokenPair, now: u64, adopted: Option<u64>) -> Self {
        Self {
            user: Some(user),
            tokens: vec![pair.refresh.token.clone()],
            started_at: now,
            adopted,
            rotations: vec![now],
            expires_at: now + REFRESH_SECONDS.min(MAX_SECONDS),
            deadline: now + MAX_SECONDS,
            ended: None,
        }
    }

    fn bar(now: u64, until: u64) -> Self {
        Self {
            user: None,
            tokens: vec![],
            started_at: now,
            adopted: None,
            rotations: vec![now],
            expires_at: until,
            deadline: until,
            ended: Some(Outcome::Ended),
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
