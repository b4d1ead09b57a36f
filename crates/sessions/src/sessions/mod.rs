//! Login, refresh and logout over a store of sessions.
//!
//! In: users who have logged in; claims of refresh tokens that have been verified. Out: tokens, or
//! why there are none.
//! Not here: the decision, which is `decide`; how rows are kept, which is a store's.

mod call;
mod ending;
mod login;
mod refresh;

use core::time::Duration;

use jwt_pair::{AccessClaims, Error, Identity, PairIssuer, UnixTime};

use self::call::ask;
use crate::error::SessionError;
use crate::event::{Clock, Event, EventKind, Hook};
use crate::policy::{SessionPolicy, WindowTooLong};
use crate::session::Session;
use crate::store::{List, Page, SessionStore};

/// Sessions over a store; shared between threads in an `Arc`. The crate's page shows them at work.
#[derive(Clone, Debug)]
pub struct Sessions<S> {
    issuer: PairIssuer,
    store: S,
    policy: SessionPolicy,
    hook: Option<Hook>,
    clock: Option<Clock>,
}

impl<S: SessionStore> Sessions<S> {
    /// Sessions whose tokens this issuer makes, and whose rows are in this store.
    ///
    /// # Errors
    /// [`WindowTooLong`] for a window of more than half the refresh lifetime, so that a session may
    /// lie unused for at least the refresh lifetime without the window.
    pub fn new(issuer: PairIssuer, store: S, policy: SessionPolicy) -> Result<Self, WindowTooLong> {
        let limit = refresh_lifetime(&issuer).checked_div(2).unwrap_or_default();
        if policy.window > limit {
            return Err(WindowTooLong { window: policy.window, limit });
        }
        Ok(Self { issuer, store, policy, hook: None, clock: Clock::of_target() })
    }

    /// Calls this once for each call that comes to an end, whatever its outcome: with the session, the
    /// user and the latency, as far as they are known. A second hook takes the place of the first.
    ///
    /// It must not block: it runs inside the call that the event is about. A call whose future is
    /// dropped before its end, such as by a timeout of the caller's, tells nothing.
    #[must_use]
    pub fn on_event(mut self, hook: impl Fn(&Event<'_>) + Send + Sync + 'static) -> Self {
        self.hook = Some(Hook::new(hook));
        self
    }

    /// The clock that latencies are taken with: the time since any moment, and never less than before.
    /// It has nothing to do with `now`, by which sessions live and end.
    ///
    /// Needed without the feature `std`, and on targets where `std` has no clock, such as
    /// `wasm32-unknown-unknown`. Without a clock [`Event::latency`] is `None`. It is asked only if there
    /// is a hook, or the feature `tracing` is on.
    #[must_use]
    pub fn latency_clock(mut self, clock: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        self.clock = Some(Clock::new(clock));
        self
    }

    /// The issuer, to verify tokens with.
    pub const fn issuer(&self) -> &PairIssuer {
        &self.issuer
    }

    /// The store.
    pub const fn store(&self) -> &S {
        &self.store
    }

    /// Whether the session of an access token still stands: for services in which a logout counts
    /// at once, at the price of asking the store for each request.
    ///
    /// # Errors
    /// [`SessionError::Revoked`], also for a session that ended by reuse;
    /// [`SessionError::Unavailable`].
    pub async fn check(
        &self,
        claims: &AccessClaims,
        now: UnixTime,
    ) -> Result<(), SessionError<S::Error>> {
        let mut call = self.call(Some(&claims.session_id), Some(&claims.user_id), now);
        let row = ask!(self, &mut call, self.store.load(&claims.session_id));
        let outcome = row.and_then(|row| {
            call.row = row.filter(|row| row.user_id == claims.user_id);
            match &call.row {
                Some(row) if row.is_alive(now) => Ok((EventKind::Checked, ())),
                row => Err(SessionError::Revoked(row.as_ref().and_then(|row| row.ended))),
            }
        });
        self.finish(&call, outcome)
    }

    /// A page of the sessions that a user has, oldest login first: for an account page.
    ///
    /// [`List::limit`] bounds the page, and [`List::after`] is the [`Page::next`] of the page before.
    ///
    /// # Errors
    /// [`SessionError::Unavailable`].
    pub async fn list(&self, list: &List<'_>) -> Result<Page, SessionError<S::Error>> {
        let mut call = self.call(None, Some(list.user_id), list.now);
        let page = ask!(self, &mut call, self.store.list(list));
        let outcome = page.map(|page| {
            let sessions = u64::try_from(page.sessions.len()).unwrap_or(u64::MAX);
            (EventKind::Listed { sessions }, page)
        });
        self.finish(&call, outcome)
    }

    /// Removes sessions that have expired, where the store does not do so by itself; how many.
    ///
    /// # Errors
    /// [`SessionError::Unavailable`].
    pub async fn purge(&self, now: UnixTime) -> Result<u64, SessionError<S::Error>> {
        let mut call = self.call(None, None, now);
        let purged = ask!(self, &mut call, self.store.purge(now));
        let outcome = purged.map(|sessions| (EventKind::Purged { sessions }, sessions));
        self.finish(&call, outcome)
    }

    /// The row of a session that begins now, if its longest refresh token can be made: a generation
    /// of more digits must not end the session when it has been counted already.
    fn first(
        &self,
        identity: &Identity<'_>,
        label: &str,
        lifetime: Option<Duration>,
        now: UnixTime,
    ) -> Result<Session, Error> {
        let deadline = bounded(now.saturating_add(lifetime.unwrap_or(self.policy.max_lifetime)));
        let (name, user) = (identity.session_id().into(), identity.user_id().clone());
        let mut session = Session::new(name, user, now, deadline);
        session.label = label.into();
        session.expires_at = self.issuer.refresh_expiry(now).min(deadline);
        session.generation = u64::MAX;
        session.issue_refresh(&self.issuer, identity)?;
        session.generation = 1;
        Ok(session)
    }
}

fn refresh_lifetime(issuer: &PairIssuer) -> Duration {
    let epoch = UnixTime::from_secs(0);
    issuer.refresh_expiry(epoch).saturating_duration_since(epoch)
}

/// Times in rows are below 2^63, as they are in tokens.
fn bounded(time: UnixTime) -> UnixTime {
    time.min(UnixTime::from_secs(i64::MAX.cast_unsigned()))
}
