//! The settings of sessions.

use core::time::Duration;

use jwt_pair::Error;

/// How long a session lasts, and what a replaced refresh token is still good for.
#[derive(Clone, Debug)]
#[must_use]
pub struct SessionPolicy {
    pub(crate) grace: Duration,
    pub(crate) max_lifetime: Duration,
    pub(crate) adopts: bool,
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
    /// seconds, and 300 for more; 900 ms count as 0. At 0, two tabs that refresh at once log the user out.
    ///
    /// A client refreshes when its access token is due, not with every page: a token that was
    /// replaced twice within the window counts as stolen. The access lifetime should be two windows or
    /// longer, so that no tab rotates again while another still waits for its answer.
    pub fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace.min(Duration::from_secs(300));
        self
    }

    /// How long after the login the session ends, in whole seconds, however often it is refreshed. The last access token
    /// lives out its own lifetime, unless it is checked by [`Sessions::check`](crate::Sessions::check).
    ///
    /// # Errors
    /// [`Error::LifetimeTooShort`] below one second.
    pub fn max_lifetime(mut self, lifetime: Duration) -> Result<Self, Error> {
        if lifetime < Duration::from_secs(1) {
            return Err(Error::LifetimeTooShort);
        }
        self.max_lifetime = lifetime;
        Ok(self)
    }

    /// Takes over refresh tokens without `jti`, from before sessions: each once, into a session of
    /// its own `session_id`.
    ///
    /// Only those that expire no later than a refresh token issued now, as the row must outlive
    /// them: do not shorten the refresh lifetime while this is on, and none are taken over where
    /// [`max_lifetime`](Self::max_lifetime) is shorter than it. A logout does not reach a token
    /// that has not been taken over yet, as there is no row to end. Once is as long as the store
    /// remembers: one in memory takes them over again after each start of the process.
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
