//! A refresh: one step of the store, whatever it comes to.

use alloc::boxed::Box;

use jwt_pair::{Identity, IssuedToken, NumericDate, RefreshClaims, TokenPair, UnixTime};

use super::call::{Call, ask};
use super::{Sessions, bounded, refresh_lifetime};
use crate::decide::{Decision, ShownToken};
use crate::error::SessionError;
use crate::event::EventKind;
use crate::login::Renewal;
use crate::outcome::Refreshed;
use crate::refresh_token::{shown, shown_without_jti};
use crate::session::{EndReason, Session, jti_of};
use crate::store::{Refresh, SessionStore, Verdict};

impl<S: SessionStore> Sessions<S> {
    /// Tokens for a refresh token, whose claims come from
    /// [`PairIssuer::verify_refresh`](jwt_pair::PairIssuer::verify_refresh).
    ///
    /// Between the two the caller looks the user up: `renewal` says what the user is today. The
    /// refresh token's own claims stay as they were at login, because a token that is given out again
    /// must be a function of the row and the token that is shown.
    ///
    /// # Errors
    /// [`SessionError::Reuse`] for a token that was replaced, after the window, and
    /// [`SessionError::Ahead`] for one that the store does not know of: the session is then ended, in
    /// the same step, and whoever comes back is told so again. [`SessionError::Revoked`],
    /// [`SessionError::Unavailable`]. [`SessionError::Token`] for a `jti` that names no generation,
    /// for a token without one that cannot be adopted, and where a token cannot be made, such as a
    /// refresh token that a longer `kid` makes too long: the token that was shown is then as good as
    /// before.
    pub async fn refresh(
        &self,
        claims: &RefreshClaims,
        renewal: &Renewal<'_>,
        now: UnixTime,
    ) -> Result<Refreshed, SessionError<S::Error>> {
        let mut call = self.call(Some(&claims.session_id), Some(&claims.user_id), bounded(now));
        let outcome = self.try_refresh(&mut call, claims, renewal).await;
        self.finish(&call, outcome)
    }

    async fn try_refresh(
        &self,
        call: &mut Call<'_>,
        claims: &RefreshClaims,
        renewal: &Renewal<'_>,
    ) -> Result<(EventKind, Refreshed), SessionError<S::Error>> {
        let (now, session_id) = (call.now, claims.session_id.as_str());
        let identity = Identity::new(&claims.user_id, renewal.user_type, session_id);
        let identity = renewal.with_claims(identity).refresh_claims(&claims.private);
        // Sign before the step: a token that cannot be made must not cost the one that was shown.
        let access = self.issuer.issue_access(&identity, now)?;
        let token = if claims.jti.is_none() && self.can_adopt(claims, now) {
            let token = shown_without_jti(claims);
            if let Some(row) = self.adopt(call, &identity, token, renewal).await? {
                let row = call.row.insert(row);
                let pair = self.complete(access, row, &identity)?;
                return Ok((EventKind::Adopted, Refreshed::Rotated(pair)));
            }
            token
        } else {
            shown(claims)?
        };
        let expires_at = bounded(self.issuer.refresh_expiry(now));
        let generation = token.generation.saturating_add(1);
        let jti = jti_of(session_id, generation);
        // A deadline before `expires_at` makes the token no longer than this one.
        let next = self.issuer.issue_refresh(&identity, &jti, now, expires_at)?;
        let window = self.policy.window;
        let step = Refresh { session_id, token, now, window, expires_at, label: renewal.label };
        let Verdict { decision, row } = ask!(self, call, self.store.refresh(&step))?;
        // Of another user's row the event says nothing.
        let row = row.filter(|row| row.user_id == claims.user_id);
        let Some(row) = row else { return Err(SessionError::Revoked(None)) };
        let row = &*call.row.insert(row);
        match decision {
            Decision::Rotate => {
                let as_signed = (row.generation, row.rotated_at, row.expires_at);
                let pair = if as_signed == (generation, now, expires_at) {
                    TokenPair::new(access, next)
                } else {
                    self.complete(access, row, &identity)?
                };
                Ok((EventKind::Rotated, Refreshed::Rotated(pair)))
            }
            Decision::Repeat => {
                let pair = self.complete(access, row, &identity)?;
                Ok((EventKind::Repeated, Refreshed::Repeated(pair)))
            }
            Decision::Keep => Ok((EventKind::Kept, Refreshed::Kept(access))),
            Decision::Reuse | Decision::Ended(EndReason::Reuse) => {
                Err(SessionError::Reuse(Box::new(row.clone())))
            }
            Decision::Ahead | Decision::Ended(EndReason::Ahead) => {
                Err(SessionError::Ahead(Box::new(row.clone())))
            }
            Decision::Ended(_) => Err(SessionError::Revoked(row.ended)),
            Decision::Revoked => Err(SessionError::Revoked(None)),
        }
    }

    fn complete(
        &self,
        access: IssuedToken,
        row: &Session,
        identity: &Identity<'_>,
    ) -> Result<TokenPair, jwt_pair::Error> {
        Ok(TokenPair::new(access, row.issue_refresh(&self.issuer, identity)?))
    }

    /// Whether the row of this token's session would be there until the token has expired, and until
    /// every other such token of the session has: else a logout would be forgotten.
    fn can_adopt(&self, claims: &RefreshClaims, now: UnixTime) -> bool {
        let lifetime = refresh_lifetime(&self.issuer).as_secs();
        let row_expires_at = self.issuer.refresh_expiry(now);
        let row_lives_on = row_expires_at <= now.saturating_add(self.policy.max_lifetime);
        let in_time = NumericDate::from(now) < claims.exp && claims.exp <= row_expires_at.into();
        let (exp, iat) = (i128::from(claims.exp.as_secs()), i128::from(claims.iat.as_secs()));
        let in_range = iat >= 0 && exp.saturating_sub(iat) <= i128::from(lifetime);
        self.policy.adopts && row_lives_on && in_time && in_range
    }

    /// Begins the session of a token from before sessions. Of those who do so at once, one does: the
    /// insert is the compare-and-swap.
    async fn adopt(
        &self,
        call: &mut Call<'_>,
        identity: &Identity<'_>,
        token: ShownToken<'_>,
        renewal: &Renewal<'_>,
    ) -> Result<Option<Session>, SessionError<S::Error>> {
        let label = renewal.label.unwrap_or_default();
        let mut session = self.first(identity, label, None, call.now)?;
        session.previous_rotated_at = token.iat;
        let inserted = ask!(self, call, self.store.insert(&session, call.now))?;
        Ok(inserted.then_some(session))
    }
}
