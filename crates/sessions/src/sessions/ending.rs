//! The ends of sessions. Each works whatever the caller's clock says.

use jwt_pair::{Error, NumericDate, RefreshClaims, UnixTime, UserId};

use super::call::{Call, ask};
use super::{Sessions, bounded, refresh_lifetime};
use crate::error::SessionError;
use crate::event::EventKind;
use crate::refresh_token::shown;
use crate::session::{EndReason, Session};
use crate::store::{End, EndUser, SessionStore};

impl<S: SessionStore> Sessions<S> {
    /// Ends the session of a refresh token: a logout. Whether there was one to end.
    ///
    /// Any authentic refresh token of the session will do, expired or replaced. With adoption on, the
    /// logout also counts for a token that has not been taken over yet.
    ///
    /// # Errors
    /// [`SessionError::Token`] for a token that is not authentic, or not of a session;
    /// [`SessionError::Unavailable`].
    pub async fn logout(
        &self,
        refresh_token: &str,
        now: UnixTime,
    ) -> Result<bool, SessionError<S::Error>> {
        let mut call = self.call(None, None, bounded(now));
        // The caller's own `now` stands in the error of a token.
        let claims = self.issuer.refresh_verifier().verify_ignoring_dates(refresh_token, now);
        let claims = match claims {
            Ok(claims) => claims,
            Err(error) => return self.finish(&call, Err(error.into())),
        };
        call.session_id = Some(&claims.session_id);
        call.user_id = Some(&claims.user_id);
        let outcome = self.try_logout(&mut call, &claims).await;
        self.finish(&call, outcome.map(told(EndReason::Logout)))
    }

    async fn try_logout(
        &self,
        call: &mut Call<'_>,
        claims: &RefreshClaims,
    ) -> Result<bool, SessionError<S::Error>> {
        let end = End {
            session_id: &claims.session_id,
            user_id: Some(&claims.user_id),
            why: EndReason::Logout,
            at: call.now,
        };
        match (&claims.jti, self.policy.adopts) {
            (None, true) => self.bar(call, &end, &claims.user_id, claims.exp).await,
            (None, false) => Err(Error::MissingClaim { claim: "jti" }.into()),
            (Some(_), _) => {
                shown(claims)?;
                ask!(self, call, self.store.end(&end))
            }
        }
    }

    /// Ends a session by its name, whosever it is. Whether there was one to end.
    ///
    /// For names that the service knows. A name from a client goes to
    /// [`revoke_of`](Self::revoke_of). With adoption on, it also counts for a token that has not been
    /// taken over yet, if the clock is right to within one refresh lifetime.
    ///
    /// # Errors
    /// [`SessionError::Unavailable`].
    pub async fn revoke(
        &self,
        session_id: &str,
        now: UnixTime,
    ) -> Result<bool, SessionError<S::Error>> {
        let mut call = self.call(Some(session_id), None, bounded(now));
        let end = End { session_id, user_id: None, why: EndReason::Logout, at: call.now };
        let ended = match self.policy.adopts {
            // Whose token it would be is not known. The row is nobody's, and bars everybody's.
            true => self.bar(&mut call, &end, &UserId::from(""), now.into()).await,
            false => ask!(self, &mut call, self.store.end(&end)),
        };
        self.finish(&call, ended.map(told(EndReason::Logout)))
    }

    /// Ends a session of this user, as from an account page. Whether there was one to end: the name
    /// of another user's session ends nothing.
    ///
    /// # Errors
    /// [`SessionError::Unavailable`].
    pub async fn revoke_of(
        &self,
        user_id: &UserId,
        session_id: &str,
        now: UnixTime,
    ) -> Result<bool, SessionError<S::Error>> {
        let mut call = self.call(Some(session_id), Some(user_id), bounded(now));
        let (user_id, why) = (Some(user_id), EndReason::Logout);
        let end = End { session_id, user_id, why, at: call.now };
        let ended = ask!(self, &mut call, self.store.end(&end));
        self.finish(&call, ended.map(told(why)))
    }

    /// Ends all sessions of a user, as after a change of password. How many there were.
    ///
    /// # Errors
    /// [`SessionError::Unavailable`]: some may have ended. Try again.
    pub async fn revoke_user(
        &self,
        user_id: &UserId,
        now: UnixTime,
    ) -> Result<u64, SessionError<S::Error>> {
        self.end_user(EndUser { user_id, except: None, why: EndReason::All, at: bounded(now) })
            .await
    }

    /// Ends all sessions of a user but this one, which is never touched. How many there were.
    ///
    /// # Errors
    /// [`SessionError::Unavailable`]: some may have ended. Try again.
    pub async fn revoke_others(
        &self,
        user_id: &UserId,
        session_id: &str,
        now: UnixTime,
    ) -> Result<u64, SessionError<S::Error>> {
        let (except, why) = (Some(session_id), EndReason::Others);
        self.end_user(EndUser { user_id, except, why, at: bounded(now) }).await
    }

    /// Ends a session that may not have been adopted yet. Where there is no row, one that is ended
    /// takes its place, for longer than any token that could be adopted lives.
    async fn bar(
        &self,
        call: &mut Call<'_>,
        end: &End<'_>,
        user_id: &UserId,
        exp: NumericDate,
    ) -> Result<bool, SessionError<S::Error>> {
        let exp = UnixTime::from_secs(u64::try_from(exp.as_secs()).unwrap_or(0));
        let lifetime = refresh_lifetime(&self.issuer);
        // A token that could be adopted expires within one lifetime. The second one is for clocks
        // that differ.
        let last_exp = end.at.saturating_add(lifetime).max(exp);
        let until = bounded(last_exp.saturating_add(lifetime));
        let mut row = Session::new(end.session_id.into(), user_id.clone(), end.at, until);
        row.end(end.why, end.at);
        // First the insert: a row that has expired and is still there would bar nothing.
        if ask!(self, call, self.store.insert(&row, end.at))? {
            call.row = Some(row);
            return Ok(true);
        }
        ask!(self, call, self.store.end(end))
    }

    async fn end_user(&self, end: EndUser<'_>) -> Result<u64, SessionError<S::Error>> {
        let mut call = self.call(None, Some(end.user_id), end.at);
        let ended = ask!(self, &mut call, self.store.end_user(&end));
        let outcome = ended.map(|sessions| (EventKind::Ended { why: end.why, sessions }, sessions));
        self.finish(&call, outcome)
    }
}

fn told(why: EndReason) -> impl Fn(bool) -> (EventKind, bool) {
    move |ended| (EventKind::Ended { why, sessions: ended.into() }, ended)
}
