//! One browser: tabs that share a cookie, requests and answers that overtake one another, and two
//! servers whose clocks differ.
#![cfg(feature = "std")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

use alloc::collections::BinaryHeap;
use core::cmp::Reverse;
use core::convert::Infallible;

use jwt_pair::{PairIssuer, PairPolicy};
use jwt_pair_sessions::{MemoryStore, Refreshed, SessionError, SessionPolicy, Sessions};

use crate::common::{DAY, LOGIN, keys, login, refresh, seconds};
use crate::random::Random;

/// In milliseconds since the login.
type Millis = u64;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Habits {
    /// The server's window, in seconds.
    pub(crate) window: u64,
    pub(crate) days: u64,
    /// A burst of page loads comes every so many seconds on average, at any phase of the window.
    pub(crate) quiet: u64,
    /// Pages of one burst, each of which refreshes at once.
    pub(crate) tabs: u64,
    /// They load within so many milliseconds.
    pub(crate) spread: Millis,
    /// How many of a thousand answers are slow, and by how many milliseconds at most.
    pub(crate) slow_per_mille: u64,
    pub(crate) slow: Millis,
    /// How many seconds the second server's clock is ahead.
    pub(crate) clocks_apart: u64,
    /// Whether requests and answers keep their order, as on one connection.
    pub(crate) ordered: bool,
    /// After one day, the next request that comes alone meets a clock that is 30 days ahead.
    pub(crate) clock_ahead_once: bool,
    pub(crate) server: Server,
}

/// What the server hands out. All but the first are neighbours of the rule, to see them fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Server {
    /// As `Sessions` says.
    Right,
    /// With the current token, it sets the cookie again.
    SetsTheCookieAlways,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// A page loads and sends the cookie.
    Load,
    /// The request reaches a server.
    Arrive { token: String, alone: bool },
    /// The answer reaches the browser.
    Answer { token: String },
}

/// Why the browser was logged out, and on which day; or how often it rotated.
pub(crate) type Fate = Result<u64, (SessionError<Infallible>, u64)>;

#[derive(Debug)]
struct Browser {
    habits: Habits,
    sessions: Sessions<MemoryStore>,
    random: Random,
    events: BinaryHeap<Reverse<(Millis, u64, Event)>>,
    count: u64,
    cookie: String,
    last_arrival: Millis,
    last_answer: Millis,
    in_flight: u64,
    rotations: u64,
    clock_was_ahead: bool,
}

pub(crate) fn live(habits: Habits, seed: u64) -> Fate {
    let policy = PairPolicy::new().refresh_lifetime(seconds(60 * DAY)).unwrap();
    let issuer = PairIssuer::new(keys(), policy);
    let policy = SessionPolicy::new().window(seconds(habits.window));
    let sessions = Sessions::new(issuer, MemoryStore::new(), policy).unwrap();
    let cookie = login(&sessions, "s").refresh.token;
    let mut browser = Browser {
        habits,
        sessions,
        random: Random::new(seed),
        events: BinaryHeap::new(),
        count: 0,
        cookie,
        last_arrival: 0,
        last_answer: 0,
        in_flight: 0,
        rotations: 0,
        clock_was_ahead: false,
    };
    browser.plan();
    while let Some(Reverse((now, _, event))) = browser.events.pop() {
        browser.happen(now, event)?;
    }
    Ok(browser.rotations)
}

impl Browser {
    fn at(&mut self, time: Millis, event: Event) {
        self.count += 1;
        self.events.push(Reverse((time, self.count, event)));
    }

    /// All page loads of all days.
    fn plan(&mut self) {
        let Habits { days, quiet, tabs, spread, .. } = self.habits;
        let mut time = 0;
        while time < days * DAY * 1_000 {
            // Twice the mean at most: any phase of a window is met.
            time += self.random.below(2 * quiet * 1_000) + spread;
            for _ in 0..tabs {
                let time = time + self.random.below(spread);
                self.at(time, Event::Load);
            }
        }
        if self.habits.clock_ahead_once {
            self.at(DAY * 1_000, Event::Load);
        }
    }

    fn happen(&mut self, now: Millis, event: Event) -> Result<(), (SessionError<Infallible>, u64)> {
        match event {
            Event::Load => {
                let alone = self.in_flight == 0 && self.loads_alone(now);
                self.in_flight += 1;
                let mut arrival = now + 20 + self.random.below(80);
                if self.habits.ordered {
                    arrival = arrival.max(self.last_arrival);
                    self.last_arrival = arrival;
                }
                self.at(arrival, Event::Arrive { token: self.cookie.clone(), alone });
            }
            Event::Arrive { token, alone } => {
                let answer = self.serve(&token, now, alone);
                let refreshed = answer.map_err(|error| (error, now / 1_000 / DAY))?;
                self.rotations += u64::from(matches!(refreshed, Refreshed::Rotated(_)));
                let cookie = match (refreshed.refresh(), self.habits.server) {
                    (Some(refresh), _) => refresh.token.clone(),
                    (None, Server::Right) => String::new(),
                    (None, Server::SetsTheCookieAlways) => token,
                };
                let mut delivery = now + 30 + self.random.below(100);
                if self.random.per_mille(self.habits.slow_per_mille) {
                    delivery += self.random.below(self.habits.slow);
                }
                if self.habits.ordered {
                    delivery = delivery.max(self.last_answer);
                    self.last_answer = delivery;
                }
                self.at(delivery, Event::Answer { token: cookie });
            }
            Event::Answer { token } => {
                self.in_flight -= 1;
                if !token.is_empty() {
                    self.cookie = token;
                }
            }
        }
        Ok(())
    }

    /// Whether no other page loads within two windows.
    fn loads_alone(&self, now: Millis) -> bool {
        let next = self.events.peek().map_or(u64::MAX, |Reverse((time, ..))| *time);
        next > now + 2 * self.habits.window * 1_000
    }

    fn serve(
        &mut self,
        token: &str,
        now: Millis,
        alone: bool,
    ) -> Result<Refreshed, SessionError<Infallible>> {
        let mut clock = LOGIN + now / 1_000;
        if self.random.below(2) == 0 {
            clock += self.habits.clocks_apart;
        }
        let due = self.habits.clock_ahead_once && now >= DAY * 1_000 && alone;
        if due && !self.clock_was_ahead {
            self.clock_was_ahead = true;
            clock += 30 * DAY;
        }
        refresh(&self.sessions, token, clock)
    }
}
