//! The answer to a login. Whether the password is right is the service's affair.

use axum::http::HeaderMap;
use axum::response::Response;
use jwt_pair::{TokenPair, UnixTime};
use jwt_pair_sessions::{Login, Refreshed, Started};

use crate::answer::Tokens;
use crate::auth::Auth;
use crate::csrf;
use crate::problem::Problem;

impl Auth {
    /// Starts a session for a user who has just logged in from a page, and ends the session whose
    /// cookie it replaces. The answer sets the cookie, and its body is as a refresh's.
    ///
    /// # Errors
    /// [`Problem::CrossSite`], also for another site's form; 415 for a request that is not
    /// `application/json`; [`Problem::Unavailable`], and then no cookie is set and none is deleted.
    pub async fn login(&self, headers: &HeaderMap, login: &Login<'_>) -> Result<Response, Problem> {
        self.check_csrf(headers)?;
        let (started, now) = self.start(headers, login).await?;
        if let Ok(Some(token)) = self.policy().cookie.read(headers) {
            self.end_replaced(&token, &started.session.session_id).await?;
        }
        tokens(&started.session.session_id, started.pair, now).with_cookie(self.policy().cookie)
    }

    /// Starts a session for a user who has just logged in from an app without cookies. The refresh
    /// token stands in the body.
    ///
    /// # Errors
    /// [`Problem::CrossSite`] for a request of a page; 415 for one that is not `application/json`;
    /// [`Problem::Unavailable`].
    pub async fn login_for_body(
        &self,
        headers: &HeaderMap,
        login: &Login<'_>,
    ) -> Result<Response, Problem> {
        self.refuse_pages(headers)?;
        let (started, now) = self.start(headers, login).await?;
        tokens(&started.session.session_id, started.pair, now).in_body()
    }

    /// Refuses requests with the cookie, or with a header that only browsers send.
    /// [`login_for_body`](Self::login_for_body) does so by itself. A handler calls this first, before
    /// it hashes a password.
    ///
    /// # Errors
    /// [`Problem::CrossSite`].
    pub fn refuse_pages(&self, headers: &HeaderMap) -> Result<(), Problem> {
        if self.policy().cookie.read(headers) != Ok(None) {
            return Err(Problem::CrossSite("Pages use the routes with the cookie"));
        }
        csrf::refuse_pages(headers)
    }

    async fn start(
        &self,
        headers: &HeaderMap,
        login: &Login<'_>,
    ) -> Result<(Started, UnixTime), Problem> {
        csrf::require_json(headers)?;
        let now = self.now()?;
        Ok((self.sessions().start(login, now).await?, now))
    }

    /// A login that is tried again under its name has the cookie of its own session.
    async fn end_replaced(&self, token: &str, new_id: &str) -> Result<(), Problem> {
        let (sessions, now) = (self.sessions(), self.now()?);
        let claims = sessions.issuer().refresh_verifier().verify_ignoring_dates(token, now);
        if claims.is_ok_and(|claims| claims.session_id == new_id) {
            return Ok(());
        }
        let ended = self.end_session_of(token).await;
        if ended.is_err() {
            // Nobody gets the new tokens. If the store is away, the row stays until it expires.
            let _ = sessions.revoke(new_id, now).await;
        }
        ended
    }
}

fn tokens(session_id: &str, pair: TokenPair, now: UnixTime) -> Tokens<'_> {
    Tokens { issued: Refreshed::Rotated(pair), session_id, shown_expires_at: now, now }
}
