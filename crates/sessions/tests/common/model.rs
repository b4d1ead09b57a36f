//! Every interleaving of three tabs, a thief, a logout and the clock, over one session.
//!
//! The state is all that there is: the row, what each holds or has asked for, and what was given out
//! so far. The search goes depth first, each state once. The number of moves is bounded by budgets,
//! not by a depth, so that it is exhaustive within them.
#![allow(clippy::arithmetic_side_effects, reason = "a test fails by panicking")]

use std::collections::HashMap;

use super::LOGIN;
use super::server::{Id, Outcome, Request, Server};
use super::stepped_store::Bug;

mod moves;

/// One tick is within the grace window, two are beyond.
pub(crate) const TICK: u64 = 20;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Scenario {
    /// How many tabs each browser has. The tabs of one share its cookies.
    pub(crate) browsers: &'static [usize],
    /// Whether the browsers begin with a token from before sessions.
    pub(crate) old_login: bool,
    pub(crate) ticks: u8,
    /// How many requests may be cut off, before the response or between two steps of the server.
    pub(crate) losses: u8,
    /// How often the thief may ask. It has copied one refresh token, at any time.
    pub(crate) thief_asks: u8,
    pub(crate) logout: bool,
    /// What is asked of the honest for never being logged out: a request takes less than the grace
    /// window, and when the grace window of a replaced token is over, none of them has that token
    /// any more, be it as a cookie, in a request or in a response.
    pub(crate) in_time: bool,
    /// Whether it is wrong that an honest tab is logged out for no reason.
    pub(crate) keeps_the_honest: bool,
    /// The honest refresh when it is over.
    pub(crate) access_lifetime: u64,
    /// How often tabs may refresh beside when their access token has expired.
    pub(crate) eager_asks: u8,
    /// The grace window of the server. The honest and the checker go by [`GRACE`](super::GRACE).
    pub(crate) grace: u64,
    pub(crate) bug: Bug,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// A second Rotated for the token of one generation.
    RotatedTwice,
    /// Another refresh token for a generation that has one.
    Forked,
    /// A session is alive, or gives out a pair, after the store said that it ended it.
    CameBack,
    /// A pair for a token that was replaced longer ago than the grace window.
    LateReplay,
    /// The outcome is Reuse, and the session was not ended.
    NotEnded,
    /// There was no reason for this outcome.
    Unfounded(Outcome),
    /// An honest tab was refused, and neither a thief nor a logout was the reason.
    HonestLoggedOut(Outcome),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Move {
    Ask { browser: usize, tab: usize },
    Step { browser: usize, tab: usize },
    Deliver { browser: usize, tab: usize },
    Lose { browser: usize, tab: usize },
    Steal { browser: usize },
    ThiefAsks { generation: usize },
    ThiefSteps,
    ThiefHangsUp,
    Logout,
    Tick,
}

#[derive(Clone, Debug)]
pub(crate) struct Violation {
    pub(crate) wrong: Wrong,
    pub(crate) moves: Vec<Move>,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Explored {
    pub(crate) states: usize,
    pub(crate) steps: usize,
    pub(crate) depth: usize,
    pub(crate) paths: u128,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Tab {
    Idle,
    Asking(Request),
    Answered { asked_at: u64, outcome: Outcome },
    LoggedOut,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Browser {
    token: Id,
    /// When the access token beside it expires.
    access_until: u64,
    tabs: Vec<Tab>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Thief {
    held: Vec<Id>,
    asks: u8,
    request: Option<Request>,
}

/// A refresh token that was given out, and when its generation began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Link {
    token: Id,
    since: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct State {
    now: u64,
    row: Id,
    browsers: Vec<Browser>,
    thief: Thief,
    /// All that the server gave out, one for each generation from that of the login.
    chain: Vec<Link>,
    ended: bool,
    logged_out: bool,
    ticks: u8,
    losses: u8,
    eager_asks: u8,
}

pub(crate) struct Checker {
    scenario: Scenario,
    server: Server,
    first_generation: usize,
    seen: HashMap<State, (usize, u128)>,
    moves: Vec<Move>,
}

/// Looks at every run of a scenario.
pub(crate) fn check(scenario: Scenario) -> Result<Explored, Violation> {
    let mut server = Server::new(scenario.grace, scenario.access_lifetime, scenario.bug);
    let (row, token) = if scenario.old_login { server.old_login() } else { server.login() };
    let browser =
        |tabs: &usize| Browser { token, access_until: LOGIN, tabs: vec![Tab::Idle; *tabs] };
    let state = State {
        now: LOGIN,
        row,
        browsers: scenario.browsers.iter().map(browser).collect(),
        thief: Thief::default(),
        chain: vec![Link { token, since: LOGIN }],
        ended: false,
        logged_out: false,
        ticks: scenario.ticks,
        losses: scenario.losses,
        eager_asks: scenario.eager_asks,
    };
    let first_generation = server.generation(token);
    let seen = HashMap::new();
    let mut checker = Checker { scenario, server, first_generation, seen, moves: Vec::new() };
    match checker.explore(state) {
        Ok((depth, paths)) => {
            let (states, steps) = (checker.seen.len(), checker.server.steps_taken());
            Ok(Explored { states, steps, depth, paths })
        }
        Err(wrong) => Err(Violation { wrong, moves: checker.moves }),
    }
}

impl Checker {
    /// The longest run from here, and how many there are.
    fn explore(&mut self, mut state: State) -> Result<(usize, u128), Wrong> {
        // Tabs of a browser, and browsers of a user, differ in nothing but their place.
        state.browsers.iter_mut().for_each(|browser| browser.tabs.sort_unstable());
        state.browsers.sort_unstable();
        if let Some(seen) = self.seen.get(&state) {
            return Ok(*seen);
        }
        if state.ended && self.server.is_alive(state.row, state.now) {
            return Err(Wrong::CameBack);
        }
        let (mut longest, mut paths) = (0, 0_u128);
        for (taken, next) in self.successors(&state) {
            self.moves.push(taken);
            let (length, continued) = self.explore(next?)?;
            self.moves.pop();
            longest = longest.max(length + 1);
            paths = paths.saturating_add(continued);
        }
        let found = (longest, paths.max(1));
        self.seen.insert(state, found);
        Ok(found)
    }
}
