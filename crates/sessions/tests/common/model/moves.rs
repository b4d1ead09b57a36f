//! What can happen next, and what must not.
#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

use super::super::GRACE;
use super::super::server::{Id, Outcome, Request, Step};
use super::{Browser, Checker, Link, Move, State, TICK, Tab, Wrong};

type Successors = Vec<(Move, Result<State, Wrong>)>;

impl Checker {
    pub(super) fn successors(&mut self, state: &State) -> Successors {
        let mut next = Vec::new();
        for (browser, Browser { tabs, .. }) in state.browsers.iter().enumerate() {
            for tab in 0..tabs.len() {
                self.tab_moves(state, browser, tab, &mut next);
            }
        }
        self.thief_moves(state, &mut next);
        if self.scenario.logout && !state.logged_out {
            let mut left = State { logged_out: true, ..state.clone() };
            let (ended, row) = self.server.revoke(state.row, state.now);
            left.row = row;
            left.ended |= ended;
            next.push((Move::Logout, Ok(left)));
        }
        if state.ticks > 0 && self.may_tick(state) {
            let (now, ticks) = (state.now + TICK, state.ticks - 1);
            next.push((Move::Tick, Ok(State { now, ticks, ..state.clone() })));
        }
        next
    }

    fn tab_moves(&mut self, state: &State, browser: usize, tab: usize, next: &mut Successors) {
        let with = |now_is: Tab| {
            let mut state = state.clone();
            state.browsers[browser].tabs[tab] = now_is;
            state
        };
        let Browser { token, access_until, ref tabs } = state.browsers[browser];
        match tabs[tab] {
            Tab::Idle => {
                let is_due = state.now >= access_until;
                if is_due || state.eager_asks > 0 {
                    let mut asked = with(Tab::Asking(self.server.request(token, state.now)));
                    asked.eager_asks -= u8::from(!is_due);
                    next.push((Move::Ask { browser, tab }, Ok(asked)));
                }
            }
            Tab::Asking(request) => {
                let step = self.server.step(request, state.row);
                let outcome = step.outcome;
                let asked_at = request.now;
                let mut stepped = with(match outcome {
                    None => Tab::Asking(Request { answers: step.answers, ..request }),
                    Some(outcome) => Tab::Answered { asked_at, outcome },
                });
                let judged = self.judge(&mut stepped, request, step, true);
                next.push((Move::Step { browser, tab }, judged.map(|()| stepped)));
            }
            Tab::Answered { asked_at, outcome } => {
                let mut delivered = with(Tab::Idle);
                match outcome {
                    Outcome::Rotated(token) | Outcome::Replayed(token) => {
                        delivered.browsers[browser].token = token;
                        delivered.browsers[browser].access_until =
                            asked_at + self.scenario.access_lifetime;
                    }
                    _ => delivered.browsers[browser].tabs[tab] = Tab::LoggedOut,
                }
                next.push((Move::Deliver { browser, tab }, Ok(delivered)));
            }
            Tab::LoggedOut => {}
        }
        if state.losses > 0 && matches!(tabs[tab], Tab::Asking(_) | Tab::Answered { .. }) {
            let mut lost = with(Tab::Idle);
            lost.losses -= 1;
            next.push((Move::Lose { browser, tab }, Ok(lost)));
        }
    }

    fn thief_moves(&mut self, state: &State, next: &mut Successors) {
        if self.scenario.thief_asks > 0 && state.thief.held.is_empty() {
            for (browser, Browser { token, .. }) in state.browsers.iter().enumerate() {
                let mut stolen = state.clone();
                stolen.thief.held.push(*token);
                next.push((Move::Steal { browser }, Ok(stolen)));
            }
        }
        if let Some(request) = state.thief.request {
            let step = self.server.step(request, state.row);
            let mut stepped = state.clone();
            stepped.thief.request = match step.outcome {
                None => Some(Request { answers: step.answers, ..request }),
                Some(_) => None,
            };
            if let Some(Outcome::Rotated(token) | Outcome::Replayed(token)) = step.outcome
                && !state.thief.held.contains(&token)
            {
                stepped.thief.held.push(token);
            }
            let judged = self.judge(&mut stepped, request, step, false);
            next.push((Move::ThiefSteps, judged.map(|()| stepped)));
            if state.losses > 0 {
                let mut hung_up = state.clone();
                hung_up.thief.request = None;
                hung_up.losses -= 1;
                next.push((Move::ThiefHangsUp, Ok(hung_up)));
            }
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

    /// Whether the honest are still in time when the clock has moved.
    fn may_tick(&self, state: &State) -> bool {
        if !self.scenario.in_time {
            return true;
        }
        // Where a thief has moved the session on, the honest cannot know.
        let unaware = state.thief.asks > 0 || state.ended;
        let in_time = |since: u64| state.now + TICK < since + GRACE;
        let not_stale = |token: Id| {
            let replaced_by = state.chain.get(self.place_after(token));
            unaware || replaced_by.is_none_or(|link| in_time(link.since))
        };
        state.browsers.iter().all(|browser| {
            not_stale(browser.token)
                && browser.tabs.iter().all(|tab| match *tab {
                    Tab::Asking(request) => in_time(request.now) && not_stale(request.token),
                    Tab::Answered {
                        asked_at,
                        outcome: Outcome::Rotated(token) | Outcome::Replayed(token),
                    } => in_time(asked_at) && not_stale(token),
                    _ => true,
                })
        })
    }

    /// Whether a step of the server was right, by what it gave out before. Knows nothing of rows.
    fn judge(
        &self,
        state: &mut State,
        request: Request,
        step: Step,
        honest: bool,
    ) -> Result<(), Wrong> {
        let had_ended = state.ended;
        state.row = step.row;
        state.ended |= step.ended;
        let Some(outcome) = step.outcome else { return Ok(()) };

        let (Outcome::Rotated(token) | Outcome::Replayed(token)) = outcome else {
            let no_reason = honest && state.thief.asks == 0 && !state.logged_out;
            if self.scenario.keeps_the_honest && no_reason {
                return Err(Wrong::HonestLoggedOut(outcome));
            }
            return match outcome {
                Outcome::Reuse if !state.ended => Err(Wrong::NotEnded),
                Outcome::Reuse if !self.is_in_grace(state, request) => Ok(()),
                Outcome::Revoked if state.ended => Ok(()),
                _ => Err(Wrong::Unfounded(outcome)),
            };
        };
        if had_ended {
            return Err(Wrong::CameBack);
        }
        match (outcome, state.chain.get(self.place_after(request.token))) {
            (Outcome::Rotated(_), None) => {
                let names_next = self.place_after(request.token) + 1 == self.place_after(token);
                if !names_next || state.chain.iter().any(|link| link.token == token) {
                    return Err(Wrong::Forked);
                }
                state.chain.push(Link { token, since: request.now });
                Ok(())
            }
            (Outcome::Rotated(_), Some(_)) => Err(Wrong::RotatedTwice),
            (_, Some(link)) if link.token != token => Err(Wrong::Forked),
            _ if !self.is_in_grace(state, request) => Err(Wrong::LateReplay),
            _ => Ok(()),
        }
    }

    /// Whether the token was replaced, once, and less than the grace window before the request.
    fn is_in_grace(&self, state: &State, request: Request) -> bool {
        let next = self.place_after(request.token);
        let replaced_by = state.chain.get(next).filter(|_| next + 1 == state.chain.len());
        replaced_by.is_some_and(|link| request.now < link.since + GRACE)
    }

    /// Where in the chain the token is that replaced this one, or will.
    fn place_after(&self, token: Id) -> usize {
        self.server.generation(token) - self.first_generation + 1
    }
}
