//! What all routes and extractors of a service share.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, PoisonError, RwLock};

use axum::BoxError;
use axum::http::HeaderMap;
use jwt_pair::{Blame, RefreshClaims, UnixTime};
use jwt_pair_sessions::{AnyStore, SessionError, Sessions};
use tower_http::cors::CorsLayer;

use crate::cors;
use crate::csrf;
use crate::policy::AuthPolicy;
use crate::problem::{Problem, Reason};
use crate::user::User;

type LookedUp = Pin<Box<dyn Future<Output = Result<Option<User>, BoxError>> + Send>>;
type LookUp = dyn Fn(RefreshClaims) -> LookedUp + Send + Sync;

/// The sessions of a service over HTTP. A clone is the same one; it goes into the router's state.
#[derive(Clone)]
pub struct Auth(Arc<Inner>);

struct Inner {
    sessions: RwLock<Arc<Sessions<AnyStore>>>,
    policy: AuthPolicy,
    look_up: Box<LookUp>,
}

impl Auth {
    /// Sessions, and how the service looks a user up at each refresh: what the user is today, or
    /// `None` if the user may not go on. Then the answer is 401, and the session stays as it is.
    /// If the look-up fails, the answer is 503, and the client tries again.
    pub fn new<F, R>(sessions: Sessions<AnyStore>, policy: AuthPolicy, look_up: F) -> Self
    where
        F: Fn(RefreshClaims) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Option<User>, BoxError>> + Send + 'static,
    {
        Self(Arc::new(Inner {
            sessions: RwLock::new(Arc::new(sessions)),
            policy,
            look_up: Box::new(move |claims| Box::pin(look_up(claims))),
        }))
    }

    /// The sessions, for what has no route: ending all sessions of a user who was disabled.
    pub fn sessions(&self) -> Arc<Sessions<AnyStore>> {
        Arc::clone(&self.0.sessions.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes other sessions from the next request on: the same store under other keys. Nothing of the
    /// old ones is kept. So give the new ones their hook too, by [`Sessions::on_event`].
    pub fn replace_sessions(&self, sessions: Sessions<AnyStore>) {
        let mut place = self.0.sessions.write().unwrap_or_else(PoisonError::into_inner);
        *place = Arc::new(sessions);
    }

    /// CORS for the service's own routes, such as the login, from the same list of origins. Every
    /// route that a page of another origin calls needs it, outside any [`guard`](Self::guard): a
    /// preflight carries no token. [`routes`](Self::routes) have it already.
    pub fn cors(&self) -> CorsLayer {
        cors::layer(&self.policy().origins)
    }

    /// Refuses a request that no page of the service's origins sent. [`login`](Self::login) does so
    /// by itself. A handler calls this first, before it hashes a password.
    ///
    /// # Errors
    /// [`Problem::CrossSite`].
    pub fn check_csrf(&self, headers: &HeaderMap) -> Result<(), Problem> {
        csrf::check(headers, &self.policy().origins)
    }

    /// The time by the service's clock.
    ///
    /// # Errors
    /// [`Problem::Fault`].
    pub fn now(&self) -> Result<UnixTime, Problem> {
        Ok((self.policy().clock)()?)
    }

    pub(crate) fn policy(&self) -> &AuthPolicy {
        &self.0.policy
    }

    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Ends the session of any authentic refresh token. One that is not authentic has no session.
    pub(crate) async fn end_session_of(&self, token: &str) -> Result<(), Problem> {
        match self.sessions().logout(token, self.now()?).await {
            Err(SessionError::Token(error)) if error.blame() == Blame::Client => Ok(()),
            ended => Ok(ended.map(|_| ())?),
        }
    }

    pub(crate) async fn user_today(&self, claims: &RefreshClaims) -> Result<User, Problem> {
        let reason = Some(Reason::Ended);
        match (self.0.look_up)(claims.clone()).await {
            Ok(user) => user.ok_or(Problem::InvalidToken { message: "Invalid token", reason }),
            Err(error) => Err(Problem::Unavailable(format!("the look-up of the user: {error}"))),
        }
    }
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Auth").field("policy", self.policy()).finish_non_exhaustive()
    }
}
