//! Every interleaving of three tabs, a thief, a logout and the clock, over one session.
//!
//! The state is all that there is: the row, what each holds or has asked for, and what was given out
//! so far. The search goes depth first, each state once. The number of moves is bounded by budgets,
//! not by a depth, so that it is exhaustive within them.
#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

use std::collections::HashMap;

use crate::common::LOGIN;
use crate::server::{Id, Outcome, Request, Server, Step};
use crate::stepped_store::Bug;

/// Two ticks and a half are the window: a request of at most one tick is faster than half of it.
pub(crate) const TICK: u64 = 20;
pub(crate) const WINDOW: u64 = 50;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Scenario {
    /// How many tabs share the cookie.
    pub(crate) tabs: usize,
    /// Whether the browser begins with a token from before sessions.
    pub(crate) old_login: bool,
    pub(crate) ticks: u8,
    /// How often tabs may ask, at any time.
    pub(crate) asks: u8,
    /// How many requests may be cut off, before the response or between two steps of the server.
    pub(crate) losses: u8,
    /// How often the thief may ask. It has copied one refresh token, at any time.
    pub(crate) thief_asks: u8,
    pub(crate) logout: bool,
    /// How many ticks a request may take, from asking to the delivery of its answer.
    pub(crate) slowest: u64,
    /// The window of the server. The checker goes by [`WINDOW`].
    pub(crate) window: u64,
    pub(crate) bug: Bug,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// Another outcome than the rule says, for what was given out so far.
    Instead(Outcome, Outcome),
    /// Another refresh token for a generation that has one.
    Forked,
    /// A session is alive after it was ended.
    CameBack,
    /// An honest tab was refused, and neither a thief nor a logout was the reason.
    HonestLoggedOut(Outcome),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Move {
    Ask { tab: usize },
    Step { tab: usize },
    Deliver { tab: usize },
    Lose { tab: usize },
    Steal,
    ThiefAsks { generation: usize },
    ThiefSteps,
    Logout,
    Tick,
}

#[derive(Clone, Debug)]
#[allow(dead_code, reason = "shown by Debug")]
pub(crate) struct Violation {
    pub(crate) wrong: Wrong,
    pub(crate) moves: Vec<Move>,
}

#[derive(Clone, Copy, Debug, Default)]
#[allow(dead_code, reason = "shown by Debug")]
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
    cookie: Id,
    tabs: Vec<Tab>,
    thief: Thief,
    /// All that the server gave out, one for each generation from that of the login.
    chain: Vec<Link>,
    /// Why the session is over.
    over: Option<Outcome>,
    logged_out: bool,
    ticks: u8,
    asks: u8,
    losses: u8,
}

type Successors = Vec<(Move, Result<State, Wrong>)>;

pub(crate) struct Checker {
    scenario: Scenario,
    server: Server,
    seen: HashMap<State, (usize, u128)>,
    moves: Vec<Move>,
}

/// Looks at every run of a scenario.
pub(crate) fn check(scenario: Scenario) -> Result<Explored, Violation> {
    let mut server = Server::new(scenario.window, scenario.bug);
    let (row, cookie) = if scenario.old_login { server.old_login() } else { server.login() };
    let state = State {
        now: LOGIN,
        row,
        cookie,
        tabs: vec![Tab::Idle; scenario.tabs],
        thief: Thief::default(),
        chain: vec![Link { token: cookie, since: LOGIN }],
        over: None,
        logged_out: false,
        ticks: scenario.ticks,
        asks: scenario.asks,
        losses: scenario.losses,
    };
    let mut checker = Checker { scenario, server, seen: HashMap::new(), moves: Vec::new() };
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
        // Tabs differ in nothing but their place.
        state.tabs.sort_unstable();
        if let Some(seen) = self.seen.get(&state) {
            return Ok(*seen);
        }
        if state.over.is_some() && self.server.is_alive(state.row, state.now) {
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

    fn successors(&mut self, state: &State) -> Successors {
        let mut next = Vec::new();
        for tab in 0..state.tabs.len() {
            // Tabs in one state do the same.
            if tab == 0 || state.tabs[tab] != state.tabs[tab - 1] {
                self.tab_moves(state, tab, &mut next);
            }
        }
        self.thief_moves(state, &mut next);
        if self.scenario.logout && !state.logged_out {
            let mut left = State { logged_out: true, ..state.clone() };
            let (ended, row) = self.server.end(state.row, state.now);
            left.row = row;
            if ended {
                left.over = Some(Outcome::LoggedOut);
            }
            next.push((Move::Logout, Ok(left)));
        }
        if state.ticks > 0 && self.may_tick(state) {
            let (now, ticks) = (state.now + TICK, state.ticks - 1);
            next.push((Move::Tick, Ok(State { now, ticks, ..state.clone() })));
        }
        next
    }

    /// The honest are in time: no request of theirs gets older than it may. Where an answer was lost,
    /// they ask again so soon that none of them has a replaced token any more when its window is over:
    /// not as the cookie, in a request or in an answer.
    fn may_tick(&self, state: &State) -> bool {
        let young = |asked_at: u64| state.now - asked_at < self.scenario.slowest * TICK;
        let fresh = |token: Id| {
            let place = state.chain.iter().position(|link| link.token == token);
            let next = place.and_then(|place| state.chain.get(place + 1));
            next.is_none_or(|link| state.now + TICK < link.since + WINDOW)
        };
        let in_time = |tab: &Tab| match *tab {
            Tab::Asking(Request { now: asked_at, .. }) | Tab::Answered { asked_at, .. } => {
                young(asked_at)
            }
            Tab::Idle | Tab::LoggedOut => true,
        };
        let up_to_date = |tab: &Tab| match *tab {
            Tab::Asking(Request { token, .. })
            | Tab::Answered {
                outcome: Outcome::Rotated(token) | Outcome::Repeated(token), ..
            } => fresh(token),
            _ => true,
        };
        // After a theft or a logout the honest may be out, and so come when they like.
        let has_reason = state.thief.asks > 0 || state.logged_out;
        let has_lost = state.losses < self.scenario.losses && !has_reason;
        state.tabs.iter().all(in_time)
            && (!has_lost || fresh(state.cookie) && state.tabs.iter().all(up_to_date))
    }

    fn tab_moves(&mut self, state: &State, tab: usize, next: &mut Successors) {
        let with = |now_is: Tab| {
            let mut state = state.clone();
            state.tabs[tab] = now_is;
            state
        };
        match state.tabs[tab] {
            Tab::Idle if state.asks > 0 => {
                let mut asked = with(Tab::Asking(self.server.request(state.cookie, state.now)));
                asked.asks -= 1;
                next.push((Move::Ask { tab }, Ok(asked)));
            }
            Tab::Asking(request) => {
                let step = self.server.step(request, state.row);
                let asked_at = request.now;
                let mut stepped = with(match step.outcome {
                    None => Tab::Asking(Request { answers: step.answers, ..request }),
                    Some(outcome) => Tab::Answered { asked_at, outcome },
                });
                let judged = self.judge(&mut stepped, request, step, true);
                next.push((Move::Step { tab }, judged.map(|()| stepped)));
            }
            Tab::Answered { outcome, .. } => {
                let mut delivered = with(Tab::Idle);
                match outcome {
                    Outcome::Rotated(token) | Outcome::Repeated(token) => delivered.cookie = token,
                    Outcome::Kept => {}
                    _ => delivered.tabs[tab] = Tab::LoggedOut,
                }
                next.push((Move::Deliver { tab }, Ok(delivered)));
            }
            Tab::Idle | Tab::LoggedOut => {}
        }
        if state.losses > 0 && matches!(state.tabs[tab], Tab::Asking(_) | Tab::Answered { .. }) {
            let mut lost = with(Tab::Idle);
            lost.losses -= 1;
            next.push((Move::Lose { tab }, Ok(lost)));
        }
    }

    fn thief_moves(&mut self, state: &State, next: &mut Successors) {
        if self.scenario.thief_asks > 0 && state.thief.held.is_empty() {
            let mut stolen = state.clone();
            stolen.thief.held.push(state.cookie);
            next.push((Move::Steal, Ok(stolen)));
        }
        if let Some(request) = state.thief.request {
            let step = self.server.step(request, state.row);
            let mut stepped = state.clone();
            stepped.thief.request = match step.outcome {
                None => Some(Request { answers: step.answers, ..request }),
                Some(_) => None,
            };
            if let Some(Outcome::Rotated(token) | Outcome::Repeated(token)) = step.outcome
                && !state.thief.held.contains(&token)
            {
                stepped.thief.held.push(token);
            }
            let judged = self.judge(&mut stepped, request, step, false);
            next.push((Move::ThiefSteps, judged.map(|()| stepped)));
        } else if state.thief.asks < self.scenario.thief_asks {
            for token in &state.thief.held {
                let mut asked = state.clone();
                asked.thief.asks += 1;
                asked.thief.request = Some(self.server.request(*token, state.now));
                let generation = self.server.generation(*token);
                next.push((Move::ThiefAsks { generation }, Ok(asked)));
            }
        }
    }

    /// Whether a step of the server was right, by what it gave out before. Knows nothing of rows.
    fn judge(
        &self,
        state: &mut State,
        request: Request,
        step: Step,
        honest: bool,
    ) -> Result<(), Wrong> {
        state.row = step.row;
        let Some(outcome) = step.outcome else { return Ok(()) };
        let expected = self.expected(state, request);
        let over_now = matches!(outcome, Outcome::Reuse | Outcome::Ahead) && step.ended;
        let given = match outcome {
            Outcome::Rotated(_) => Outcome::Rotated(0),
            Outcome::Repeated(_) => Outcome::Repeated(0),
            other => other,
        };
        if given != expected {
            return Err(Wrong::Instead(outcome, expected));
        }
        if over_now {
            state.over = Some(outcome);
        }
        let last = state.chain[state.chain.len() - 1].token;
        match outcome {
            Outcome::Rotated(token) => {
                let names_next = self.server.generation(token) == self.server.generation(last) + 1;
                if !names_next || state.chain.iter().any(|link| link.token == token) {
                    return Err(Wrong::Forked);
                }
                state.chain.push(Link { token, since: request.now });
                Ok(())
            }
            Outcome::Repeated(token) if token != last => Err(Wrong::Forked),
            Outcome::Repeated(_) | Outcome::Kept => Ok(()),
            refused => {
                let no_reason = honest && state.thief.asks == 0 && !state.logged_out;
                if no_reason { Err(Wrong::HonestLoggedOut(refused)) } else { Ok(()) }
            }
        }
    }

    /// What the rule says of a token, by its place in the chain.
    fn expected(&self, state: &State, request: Request) -> Outcome {
        if let Some(over) = state.over {
            return over;
        }
        let place = state.chain.iter().position(|link| link.token == request.token);
        let last = state.chain[state.chain.len() - 1];
        let since = request.now.saturating_sub(last.since);
        let stands_still = request.now.abs_diff(last.since) < WINDOW;
        match place.map(|place| state.chain.len() - 1 - place) {
            // A token from before sessions is taken over at once.
            Some(0) if self.server.generation(request.token) == 0 => Outcome::Rotated(0),
            Some(0) if stands_still => Outcome::Kept,
            Some(0) => Outcome::Rotated(0),
            Some(1) if since < WINDOW => Outcome::Repeated(0),
            Some(_) => Outcome::Reuse,
            None => Outcome::Ahead,
        }
    }
}
