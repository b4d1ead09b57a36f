//! Login, refresh and logout over a store of sessions.
//!
//! In: identities; claims of refresh tokens that have been verified. Out: pairs, or why there are none.
//! Not here: the decision, which is `session`; how rows are kept, which is a store's.

use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use crate::error::Error;
use crate::numeric_date::{NumericDate, UnixTime};
use crate::pair_claims::{AccessClaims, RefreshClaims, UserId};
use crate::pair_payload::Identity;
use crate::private_claims::PrivateClaims;
use crate::session::{self, Decision, Session};
use crate::session_store::{Advance, Advanced, SessionStore};
use crate::token_pair::{PairIssuer, TokenPair};

/// How long a session lasts, and what a replaced refresh token is still good for.
#[derive(Clone, Debug)]
#[must_use]
pub struct SessionPolicy {
    grace: Duration,
    max_lifetime: Duration,
    adopts: bool,
}

impl SessionPolicy {
    /// A grace window of 30 seconds, 90 days until the deadline, no adoption.
    pub const fn new() -> Self {
        const DAY: u64 = 24 * 60 * 60;
        Self {
            grace: Duration::from_secs(30),
            max_lifetime: Duration::from_secs(90 * DAY),
            adopts: false,
        }
    }

    /// How long after a rotation the token before is answered with the same next one: 0 to 300
    /// seconds, and 300 for more. At 0, two tabs that refresh at once log the user out.
    ///
    /// A client refreshes when its access token is due, not with every page: a token that was
    /// replaced twice within the window counts as stolen. The access lifetime must be two windows or
    /// longer, so that no tab rotates again while another still waits for its answer.
    pub fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace.min(Duration::from_secs(300));
        self
    }

    /// How long after the login the session ends, however often it is refreshed.
    ///
    /// # Errors
    /// [`Error::LifetimeTooShort`] below one second.
    pub fn max_lifetime(mut self, lifetime: Duration) -> Result<Self, Error> {
        self.max_lifetime = crate::pair_policy::at_least_a_second(lifetime)?;
        Ok(self)
    }

    /// Takes over refresh tokens without `jti`, from before sessions: each once, into a session of
    /// its own `session_id`.
    ///
    /// Only those that expire no later than a refresh token issued now, as the row must outlive
    /// them: do not shorten the refresh lifetime while this is on. A logout does not reach a token
    /// that has not been taken over yet, as there is no row to end.
    pub const fn adopt_tokens_without_jti(mut self) -> Self {
        self.adopts = true;
        self
    }
}

impl Default for SessionPolicy {
    fn default() -> Self {
        Self::new()
    }
}

/// Pairs that were issued for a refresh token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refreshed {
    /// The session has a new refresh token.
    Rotated(TokenPair),
    /// The new refresh token that was given out before, byte for byte, and a fresh access token.
    Replayed(TokenPair),
}

impl Refreshed {
    /// The pair, however it came about.
    pub fn into_pair(self) -> TokenPair {
        match self {
            Self::Rotated(pair) | Self::Replayed(pair) => pair,
        }
    }
}

/// Why a session gave out no pair.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionError<E> {
    /// The token or the claims are not acceptable, whatever the store says.
    Token(Error),
    /// There is a session of this name already. Input: `start` twice with one `session_id`.
    SessionExists,
    /// The session was ended, has expired or is not there: log in again.
    Revoked,
    /// The token was replaced before, and somebody else has a copy: the session is now ended.
    Reuse,
    /// The store has not counted to this token's generation: it has lost writes. Log in again.
    Ahead,
    /// The store did not answer. The token may be good: try again with the same one.
    Unavailable(E),
}

impl<E> SessionError<E> {
    /// What a client may be told: as [`Error::public_message`], or `Try again` where the store did
    /// not answer, which is no reason to log anybody out.
    pub const fn public_message(&self) -> &'static str {
        match self {
            Self::Token(error) => error.public_message(),
            Self::Unavailable(_) => "Try again",
            _ => "Invalid token",
        }
    }
}

impl<E: fmt::Display> fmt::Display for SessionError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(error) => error.fmt(f),
            Self::SessionExists => f.write_str("there is a session of this name already"),
            Self::Revoked => f.write_str("the session was ended, has expired or is not there"),
            Self::Reuse => f.write_str("the token was replaced before; the session is now ended"),
            Self::Ahead => f.write_str("the store has not counted to this token's generation"),
            Self::Unavailable(error) => write!(f, "the session store did not answer: {error}"),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> core::error::Error for SessionError<E> {}

impl<E> From<Error> for SessionError<E> {
    fn from(error: Error) -> Self {
        Self::Token(error)
    }
}

/// Sessions over a store.
#[derive(Clone, Debug)]
pub struct Sessions<S> {
    issuer: PairIssuer,
    store: S,
    policy: SessionPolicy,
}

impl<S: SessionStore> Sessions<S> {
    /// Sessions whose tokens this issuer makes, and whose rows are in this store.
    pub const fn new(issuer: PairIssuer, store: S, policy: SessionPolicy) -> Self {
        Self { issuer, store, policy }
    }

    /// The issuer, to verify tokens with.
    pub const fn issuer(&self) -> &PairIssuer {
        &self.issuer
    }

    /// The store.
    pub const fn store(&self) -> &S {
        &self.store
    }

    /// Opens a session for a user that has just logged in, under the identity's `session_id`: a name
    /// that no session had before, such as 128 random bits.
    ///
    /// `label` is shown by [`list`](Self::list).
    ///
    /// # Errors
    /// [`SessionError::SessionExists`], [`SessionError::Unavailable`], and those of
    /// [`PairIssuer::issue`].
    pub async fn start(
        &self,
        identity: &Identity<'_>,
        label: &str,
        now: UnixTime,
    ) -> Result<TokenPair, SessionError<S::Error>> {
        let session = self.first(identity, label, now);
        // First the tokens: a session whose tokens could not be made must not stay behind.
        let pair = self.issuer.issue_for(&session, identity, now)?;
        match self.store.insert(&session, now).await {
            Ok(true) => Ok(pair),
            Ok(false) => Err(SessionError::SessionExists),
            Err(error) => Err(SessionError::Unavailable(error)),
        }
    }

    /// A pair for a refresh token, whose claims come from [`PairIssuer::verify_refresh`].
    ///
    /// Between the two the caller looks the user up: `user_type` is what the user is today. The
    /// refresh token's own claims are carried over.
    ///
    /// # Errors
    /// [`SessionError::Reuse`] for a token that was replaced longer ago than the grace window, and
    /// then the session is ended; [`SessionError::Revoked`], [`SessionError::Ahead`],
    /// [`SessionError::Unavailable`]; [`SessionError::Token`] for a `jti` that names no generation.
    pub async fn refresh(
        &self,
        claims: &RefreshClaims,
        user_type: &str,
        access_claims: &PrivateClaims,
        now: UnixTime,
    ) -> Result<Refreshed, SessionError<S::Error>> {
        let identity = Identity::new(claims.user_id.reborrow(), user_type, &claims.session_id)
            .access_claims(access_claims)
            .refresh_claims(&claims.private);
        // Before the step: a token that cannot be made must not cost the one that was shown.
        let access_token = self.issuer.access_token(&identity, now)?;
        let complete = |row: &Session| self.issuer.complete(access_token, row, &identity);
        let generation = match &claims.jti {
            None if self.can_adopt(claims, now) => 0,
            _ => session::generation(claims)?,
        };
        let advanced = self.advance(claims, generation, &identity, now).await;
        let row = match advanced.map_err(SessionError::Unavailable)? {
            Advanced::Yes(row) => {
                return Ok(Refreshed::Rotated(complete(&row)?));
            }
            Advanced::No(row) => row.filter(|row| row.user_id == claims.user_id),
        };
        match (session::decide(row.as_ref(), generation, now, self.policy.grace), row) {
            (Decision::Replay, Some(row)) => Ok(Refreshed::Replayed(complete(&row)?)),
            (Decision::Reuse, _) => {
                self.revoke(&claims.session_id, now).await?;
                Err(SessionError::Reuse)
            }
            (Decision::Ahead | Decision::Rotate, _) => Err(SessionError::Ahead),
            (Decision::Revoked | Decision::Replay, _) => Err(SessionError::Revoked),
        }
    }

    /// Whether the session of an access token still stands: for services in which a logout counts
    /// at once, at the price of asking the store for each request.
    ///
    /// # Errors
    /// [`SessionError::Revoked`], [`SessionError::Unavailable`].
    pub async fn check(
        &self,
        claims: &AccessClaims,
        now: UnixTime,
    ) -> Result<(), SessionError<S::Error>> {
        let row = self.store.load(&claims.session_id, now).await;
        match row.map_err(SessionError::Unavailable)? {
            Some(row) if row.is_alive(now) && row.user_id == claims.user_id => Ok(()),
            _ => Err(SessionError::Revoked),
        }
    }

    /// Ends a session: a logout. Whether there was one to end.
    ///
    /// # Errors
    /// [`SessionError::Unavailable`].
    pub async fn revoke(
        &self,
        session_id: &str,
        now: UnixTime,
    ) -> Result<bool, SessionError<S::Error>> {
        self.store.revoke(session_id, now).await.map_err(SessionError::Unavailable)
    }

    /// Ends all sessions of a user, as after a change of password. How many there were.
    ///
    /// # Errors
    /// [`SessionError::Unavailable`].
    pub async fn revoke_user(
        &self,
        user_id: &UserId<'_>,
        now: UnixTime,
    ) -> Result<u64, SessionError<S::Error>> {
        self.store.revoke_user(user_id, now).await.map_err(SessionError::Unavailable)
    }

    /// The sessions that a user has, oldest login first: for an account page.
    ///
    /// # Errors
    /// [`SessionError::Unavailable`].
    pub async fn list(
        &self,
        user_id: &UserId<'_>,
        now: UnixTime,
    ) -> Result<Vec<Session>, SessionError<S::Error>> {
        self.store.list_user(user_id, now).await.map_err(SessionError::Unavailable)
    }

    /// The row of a session that begins now.
    fn first(&self, identity: &Identity<'_>, label: &str, now: UnixTime) -> Session {
        let deadline = now.saturating_add(self.policy.max_lifetime);
        Session {
            session_id: identity.session_id.into(),
            user_id: identity.user_id.clone().into_owned(),
            label: label.into(),
            started_at: now,
            generation: 1,
            rotated_at: now,
            expires_at: self.issuer.refresh_expiry(now).min(deadline),
            deadline,
            revoked: false,
        }
    }

    /// A token without `jti` is generation 0 of a session that it begins, as long as the row will be
    /// there until the token has expired: else it could begin a second one after a logout.
    fn can_adopt(&self, claims: &RefreshClaims, now: UnixTime) -> bool {
        let row_expires_at =
            self.issuer.refresh_expiry(now).min(now.saturating_add(self.policy.max_lifetime));
        let in_time = NumericDate::from(now) < claims.exp;
        self.policy.adopts && in_time && claims.exp <= row_expires_at.into()
    }

    async fn advance(
        &self,
        claims: &RefreshClaims,
        from: u64,
        identity: &Identity<'_>,
        now: UnixTime,
    ) -> Result<Advanced, S::Error> {
        let Identity { user_id, session_id, .. } = identity;
        if claims.jti.is_some() {
            let expires_at = self.issuer.refresh_expiry(now);
            return self
                .store
                .advance(Advance { session_id, user_id, from, now, expires_at })
                .await;
        }
        // Here the insert is the compare-and-swap: one of those who adopt a token at once.
        let session = self.first(identity, "", now);
        if self.store.insert(&session, now).await? {
            return Ok(Advanced::Yes(session));
        }
        self.store.load(session_id, now).await.map(Advanced::No)
    }
}
