//! One refresh and one logout, wherever the refresh token came from.

use jwt_pair::{Blame, RefreshClaims, UnixTime};
use jwt_pair_sessions::{Refreshed, SessionError};

use crate::answer::Tokens;
use crate::auth::Auth;
use crate::problem::Problem;

pub(crate) struct Renewed {
    refreshed: Refreshed,
    shown: RefreshClaims,
    now: UnixTime,
}

impl Renewed {
    pub(crate) fn tokens(&self) -> Tokens<'_> {
        Tokens::of_refresh(&self.refreshed, &self.shown, self.now)
    }
}

/// `page_holds` is the session that the page believes to have. A late answer for another one must
/// not overwrite the cookie of a login that came in between.
pub(crate) async fn renew(
    auth: &Auth,
    token: &str,
    page_holds: Option<&str>,
) -> Result<Renewed, Problem> {
    let (sessions, now) = (auth.sessions(), auth.now()?);
    let claims = sessions.issuer().verify_refresh(token, now);
    let shown = claims.map_err(SessionError::<std::convert::Infallible>::from)?;
    if page_holds.is_some_and(|session_id| session_id != shown.session_id) {
        return Err(Problem::OtherSession);
    }
    let user = auth.user_today(&shown).await?;
    let refreshed = sessions.refresh(&shown, &user.renewal(), now).await?;
    Ok(Renewed { refreshed, shown, now })
}

/// Ends the session of any authentic refresh token. One that is not authentic has no session.
pub(crate) async fn logout(auth: &Auth, token: &str) -> Result<(), Problem> {
    match auth.sessions().logout(token, auth.now()?).await {
        Err(SessionError::Token(error)) if error.blame() == Blame::Client => Ok(()),
        ended => Ok(ended.map(|_| ())?),
    }
}
