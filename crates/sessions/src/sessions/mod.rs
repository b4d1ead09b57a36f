//! Login, refresh and logout over a store of sessions.
//!
//! In: users who have logged in; claims of refresh tokens that have been verified. Out: tokens, or
//! why there are none.
//! Not here: the decision, which is `decide`; how rows are kept, which is a store's.

mod ending;
mod login;
mod refresh;

use core::time::Duration;

use jwt_pair::{AccessClaims, Error, Identity, PairIssuer, UnixTime, UserId};

use crate::error::SessionError;
use crate::event::{Event, EventKind, Hook};
use crate::policy::{SessionPolicy, WindowTooLong};
use crate::session::Session;
use crate::store::{List, Page, SessionStore, StoreError as _, StoreFault};

/// Sessions over a store; shared between threads in an `Arc`. The crate's page shows them at work.
#[derive(Clone, Debug)]
pub struct Sessions<S> {
    issuer: PairIssuer,
    store: S,
    policy: SessionPolicy,
    hook: Option<Hook>,
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
        Ok(Self { issuer, store, policy, hook: None })
    }

    /// Calls this for each thing that happens. It must not block: it runs inside the call that the
    /// event is about. A caller that wants latencies takes the time around that call.
    #[must_use]
    pub fn on_event(mut self, hook: impl Fn(&Event<'_>) + Send + Sync + 'static) -> Self {
        self.hook = Some(Hook::new(hook));
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
        let about = About { session_id: Some(&claims.session_id), user_id: None, now };
        let row = self.answer(self.store.load(&claims.session_id).await, about)?;
        match row.filter(|row| row.user_id == claims.user_id) {
            Some(row) if row.is_alive(now) => Ok(()),
            row => Err(SessionError::Revoked(row.and_then(|row| row.ended))),
        }
    }

    /// A page of the sessions that a user has, oldest login first: for an account page.
    ///
    /// [`List::limit`] bounds the page, and [`List::after`] is the [`Page::next`] of the page before.
    ///
    /// # Errors
    /// [`SessionError::Unavailable`].
    pub async fn list(&self, list: &List<'_>) -> Result<Page, SessionError<S::Error>> {
        let about = About { session_id: None, user_id: Some(list.user_id), now: list.now };
        self.answer(self.store.list(list).await, about)
    }

    /// Removes sessions that have expired, where the store does not do so by itself; how many.
    ///
    /// # Errors
    /// [`SessionError::Unavailable`].
    pub async fn purge(&self, now: UnixTime) -> Result<u64, SessionError<S::Error>> {
        let about = About { session_id: None, user_id: None, now };
        self.answer(self.store.purge(now).await, about)
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

    /// The answer of the store, or its error, which is an event.
    fn answer<T>(
        &self,
        answer: Result<T, S::Error>,
        about: About<'_>,
    ) -> Result<T, SessionError<S::Error>> {
        answer.map_err(|error| {
            let kind = match error.fault() {
                StoreFault::Unavailable => EventKind::Unavailable,
                StoreFault::Refused => EventKind::Refused,
            };
            self.tell(kind, about, None);
            SessionError::of_store(error)
        })
    }

    fn tell(&self, kind: EventKind, about: About<'_>, session: Option<&Session>) {
        let About { session_id, user_id, now } = about;
        if let Some(hook) = &self.hook {
            hook.call(&Event { kind, session_id, user_id, session, now });
        }
    }
}

/// What an event is about.
#[derive(Clone, Copy)]
struct About<'a> {
    session_id: Option<&'a str>,
    user_id: Option<&'a UserId>,
    now: UnixTime,
}

fn refresh_lifetime(issuer: &PairIssuer) -> Duration {
    let epoch = UnixTime::from_secs(0);
    issuer.refresh_expiry(epoch).saturating_duration_since(epoch)
}

/// Times in rows are below 2^63, as they are in tokens.
fn bounded(time: UnixTime) -> UnixTime {
    time.min(UnixTime::from_secs(i64::MAX.cast_unsigned()))
}
