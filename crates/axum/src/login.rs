//! The answer to a login. Whether the password is right is the service's affair.

use axum::http::HeaderMap;
use axum::response::Response;
use jwt_pair_sessions::{Login, Refreshed, Started};

use crate::answer::Tokens;
use crate::auth::Auth;
use crate::csrf;
use crate::problem::Problem;

/// By how many bytes a later token may be longer: it has more digits in its `jti`, or a longer `kid`.
const ROOM: usize = 256;

impl Auth {
    /// Starts a session for a user who has just logged in from a page. Before that it ends the session
    /// whose cookie it replaces, so a login that then fails has ended that one already. The answer
    /// sets the cookie, and its body is as a refresh's.
    ///
    /// A login that is tried again under its own [`Login::session_id`] has the cookie of its own
    /// session, which it keeps.
    ///
    /// # Errors
    /// [`Problem::CrossSite`], also for another site's form; 415 for a request that is not
    /// `application/json`; [`Problem::Unavailable`]; [`Problem::Fault`], if the clock is wrong, if
    /// another session has the name, or if a token is too long. A login that fails sets no cookie and
    /// deletes none.
    ///
    /// Browsers drop a cookie of more than 4,096 bytes. So the cookie's name and the token may have
    /// 3,840 bytes together at a login: later tokens of the session can be longer. A token that got
    /// longer than the 4,096 is a [`Problem::Fault`] of the refresh.
    pub async fn login(&self, headers: &HeaderMap, login: &Login<'_>) -> Result<Response, Problem> {
        self.check_csrf(headers)?;
        csrf::require_json(headers)?;
        let cookie = self.policy().cookie;
        if let Ok(Some(token)) = cookie.read(headers) {
            let (sessions, now) = (self.sessions(), self.now()?);
            let claims = sessions.issuer().refresh_verifier().verify_ignoring_dates(&token, now);
            let own = login.chosen_session_id();
            if !claims.is_ok_and(|claims| own == Some(&claims.session_id)) {
                self.end_session_of(&token).await?;
            }
        }
        self.start(login, |tokens| tokens.with_cookie(cookie)).await
    }

    /// Starts a session for a user who has just logged in from an app without cookies. The refresh
    /// token stands in the body.
    ///
    /// # Errors
    /// [`Problem::CrossSite`] for a request of a page; 415 for one that is not `application/json`;
    /// [`Problem::Unavailable`]; [`Problem::Fault`], if the clock is wrong, if another session has the
    /// name, or if a token has more bytes than `PairPolicy::max_token_bytes`.
    pub async fn login_for_body(
        &self,
        headers: &HeaderMap,
        login: &Login<'_>,
    ) -> Result<Response, Problem> {
        self.refuse_pages(headers)?;
        csrf::require_json(headers)?;
        self.start(login, |tokens| tokens.in_body()).await
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
        login: &Login<'_>,
        answer: impl FnOnce(&Tokens<'_>) -> Result<Response, Problem>,
    ) -> Result<Response, Problem> {
        let (sessions, now) = (self.sessions(), self.now()?);
        let Started { pair, session, .. } = sessions.start(login, now).await?;
        let (session_id, refresh_expires_at) = (&session.session_id, pair.refresh.expires_at);
        let issued = Refreshed::Rotated(pair);
        let answer = answer(&Tokens { issued, session_id, refresh_expires_at, now, room: ROOM });
        if answer.is_err() {
            // Nobody gets the tokens, so the session must not stay in the list of devices.
            sessions.revoke(session_id, now).await?;
        }
        answer
    }
}
