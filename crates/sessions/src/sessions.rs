//! Login, refresh and logout over a store of sessions.
//!
//! In: identities; claims of refresh tokens that have been verified. Out: pairs, or why there are none.
//! Not here: the decision, which is `decide`; how rows are kept, which is a store's.

use alloc::vec::Vec;

use jwt_pair::{
    AccessClaims, Error, Identity, NumericDate, PairIssuer, PrivateClaims, RefreshClaims,
    TokenPair, UnixTime, UserId,
};

use crate::decide::{Decision, decide};
use crate::outcome::{Refreshed, SessionError};
use crate::policy::SessionPolicy;
use crate::refresh_token::generation;
use crate::session::Session;
use crate::store::{Advance, Advanced, SessionStore};

/// Sessions over a store; shared between threads in an `Arc`. The crate's page shows them at work.
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
        let session = self.first(identity, label, now)?;
        // First the tokens: a session whose tokens could not be made must not stay behind.
        let pair = session.issue(&self.issuer, identity, now)?;
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
    /// [`SessionError::Unavailable`]; [`SessionError::Token`] for a `jti` that names no generation, and
    /// for a token without one, which [`PairIssuer::issue`] made and not [`start`](Self::start), unless
    /// it can be adopted.
    pub async fn refresh(
        &self,
        claims: &RefreshClaims,
        user_type: &str,
        access_claims: &PrivateClaims,
        now: UnixTime,
    ) -> Result<Refreshed, SessionError<S::Error>> {
        let identity = Identity::new(claims.user_id.clone(), user_type, &claims.session_id)
            .access_claims(access_claims)
            .refresh_claims(&claims.private);
        // Before the step: a token that cannot be made must not cost the one that was shown.
        let access = self.issuer.issue_access(&identity, now)?;
        let complete = |row: &Session| {
            row.issue_refresh(&self.issuer, &identity)
                .map(|refresh| TokenPair::new(access, refresh))
        };
        let generation = match &claims.jti {
            None if self.can_adopt(claims, now) => 0,
            _ => generation(claims)?,
        };
        let row = match self.advance(claims, generation, &identity, now).await? {
            Advanced::Yes(row) => return Ok(Refreshed::Rotated(complete(&row)?)),
            Advanced::No(row) => row.filter(|row| row.user_id == claims.user_id),
        };
        match (decide(row.as_ref(), generation, now, self.policy.grace), row) {
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
    /// Whose session it is, the caller has to know: a name that comes from a client is first looked
    /// for in [`list`](Self::list).
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
        user_id: &UserId,
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
        user_id: &UserId,
        now: UnixTime,
    ) -> Result<Vec<Session>, SessionError<S::Error>> {
        self.store.list_user(user_id, now).await.map_err(SessionError::Unavailable)
    }

    /// The row of a session that begins now, if its longest refresh token can be made: a generation
    /// of more digits must not end the session when it has been counted already.
    fn first(&self, identity: &Identity<'_>, label: &str, now: UnixTime) -> Result<Session, Error> {
        let deadline = now.saturating_add(self.policy.max_lifetime);
        let mut session = Session {
            session_id: identity.session_id().into(),
            user_id: identity.user_id().clone(),
            label: label.into(),
            started_at: now,
            generation: u64::MAX,
            rotated_at: now,
            expires_at: self.issuer.refresh_expiry(now).min(deadline),
            deadline,
            revoked: false,
        };
        session.issue_refresh(&self.issuer, identity)?;
        session.generation = 1;
        Ok(session)
    }

    /// A token without `jti` is generation 0 of a session that it begins, as long as the row will be
    /// there until the token has expired: else it could begin a second one after a logout.
    fn can_adopt(&self, claims: &RefreshClaims, now: UnixTime) -> bool {
        let row_expires_at = self.issuer.refresh_expiry(now);
        let row_lives_on = row_expires_at <= now.saturating_add(self.policy.max_lifetime);
        let in_time = NumericDate::from(now) < claims.exp && claims.exp <= row_expires_at.into();
        self.policy.adopts && row_lives_on && in_time
    }

    async fn advance(
        &self,
        claims: &RefreshClaims,
        from: u64,
        identity: &Identity<'_>,
        now: UnixTime,
    ) -> Result<Advanced, SessionError<S::Error>> {
        let (user_id, session_id) = (identity.user_id(), identity.session_id());
        if claims.jti.is_some() {
            let expires_at = self.issuer.refresh_expiry(now);
            let step = Advance { session_id, user_id, from, now, expires_at };
            return self.store.advance(step).await.map_err(SessionError::Unavailable);
        }
        // Here the insert is the compare-and-swap: one of those who adopt a token at once.
        let session = self.first(identity, "", now)?;
        if self.store.insert(&session, now).await.map_err(SessionError::Unavailable)? {
            return Ok(Advanced::Yes(session));
        }
        let row = self.store.load(session_id, now).await;
        row.map(Advanced::No).map_err(SessionError::Unavailable)
    }
}
