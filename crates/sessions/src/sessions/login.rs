//! A login begins a session.

use alloc::string::String;

use jwt_pair::{TokenPair, UnixTime};

use super::call::{Call, ask};
use super::{Sessions, bounded};
use crate::error::SessionError;
use crate::event::EventKind;
use crate::login::Login;
use crate::outcome::Started;
use crate::session::Session;
use crate::store::SessionStore;

/// For how long after a login the same login under the same name is a retry, in seconds.
const RETRY_SECONDS: u64 = 5 * 60;

impl<S: SessionStore> Sessions<S> {
    /// Opens a session for a user who has just logged in.
    ///
    /// A login whose answer was lost can be tried again under the same [`Login::session_id`]: it gets
    /// the session that it began, if that is the same user's, at most 5 minutes old and was never
    /// refreshed. Without a name of its own it begins a second session, which the user sees as a
    /// device that is not there.
    ///
    /// # Errors
    /// [`SessionError::SessionExists`], [`SessionError::NoSessionId`], [`SessionError::Unavailable`],
    /// [`SessionError::Refused`], and those of [`PairIssuer::issue`](jwt_pair::PairIssuer::issue).
    pub async fn start(
        &self,
        login: &Login<'_>,
        now: UnixTime,
    ) -> Result<Started, SessionError<S::Error>> {
        let random = match login.session_id {
            Some(_) => None,
            None => random_id(),
        };
        let session_id = login.session_id.or(random.as_deref());
        let mut call = self.call(session_id, Some(&login.user_id), bounded(now));
        let outcome = match session_id {
            Some(session_id) => self.try_start(&mut call, login, session_id).await,
            None => Err(SessionError::NoSessionId),
        };
        self.finish(&call, outcome)
    }

    async fn try_start(
        &self,
        call: &mut Call<'_>,
        login: &Login<'_>,
        session_id: &str,
    ) -> Result<(EventKind, Started), SessionError<S::Error>> {
        let now = call.now;
        let identity = login.identity(session_id);
        let session = self.first(&identity, login.label, login.lifetime, now)?;
        // Sign before inserting the row: if signing fails, no session may remain.
        let access = self.issuer.issue_access(&identity, now)?;
        let refresh = session.issue_refresh(&self.issuer, &identity)?;
        if ask!(self, call, self.store.insert(&session, now))? {
            call.row = Some(session.clone());
            let pair = TokenPair::new(access, refresh);
            return Ok((EventKind::Started, Started { pair, session }));
        }
        let row = ask!(self, call, self.store.load(session_id))?;
        let session =
            row.filter(|row| is_retry(&session, row)).ok_or(SessionError::SessionExists)?;
        let refresh = session.issue_refresh(&self.issuer, &identity)?;
        call.row = Some(session.clone());
        let pair = TokenPair::new(access, refresh);
        Ok((EventKind::StartedAgain, Started { pair, session }))
    }
}

/// Whether the login of `new` is the one that began `row`, tried again.
fn is_retry(new: &Session, row: &Session) -> bool {
    let since = new.started_at.as_secs().abs_diff(row.started_at.as_secs());
    // An adopted session did not begin with a login.
    let began_with_a_login = row.previous_rotated_at == row.started_at;
    row.user_id == new.user_id
        && row.generation == 1
        && began_with_a_login
        && row.is_alive(new.started_at)
        && since < RETRY_SECONDS
}

/// A name of 128 random bits.
#[cfg(feature = "getrandom")]
fn random_id() -> Option<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).ok()?;
    Some(jwt_pair::base64url::encode(&bytes))
}

#[cfg(not(feature = "getrandom"))]
fn random_id() -> Option<String> {
    None
}
