//! The settings of sessions.

use core::fmt;
use core::time::Duration;

use jwt_pair::Error;

/// How long a session lasts, and for how long its chain of refresh tokens stands still.
///
/// | setting | default |
/// |---|---|
/// | [`window`](Self::window) | 5 minutes |
/// | [`max_lifetime`](Self::max_lifetime) | 90 days |
/// | [`adopt_tokens_without_jti`](Self::adopt_tokens_without_jti) | off |
#[derive(Clone, Debug)]
#[must_use]
pub struct SessionPolicy {
    pub(crate) window: Duration,
    pub(crate) max_lifetime: Duration,
    pub(crate) adopts: bool,
}

impl SessionPolicy {
    /// The default settings.
    pub const fn new() -> Self {
        const DAY: u64 = 24 * 60 * 60;
        Self {
            window: Duration::from_secs(5 * 60),
            max_lifetime: Duration::from_secs(90 * DAY),
            adopts: false,
        }
    }

    /// For how long after a rotation the chain stands still, in whole seconds: the new token does
    /// not rotate again, and the one before still works. 900 ms count as 0, which switches it off.
    ///
    /// No honest client is logged out as long as twice an answer's delay and the difference of the
    /// servers' clocks together stay below the window, and a client whose answer was lost asks again
    /// within it. At 0, two tabs that refresh at once log the user out. At most half the refresh
    /// lifetime: see [`Sessions::new`](crate::Sessions::new).
    pub const fn window(mut self, window: Duration) -> Self {
        self.window = window;
        self
    }

    /// How long after the login a session ends, in whole seconds, however often it is refreshed.
    /// [`Login::lifetime`](crate::Login::lifetime) sets it for one login. The last access token
    /// lives out its own lifetime, unless it is checked by
    /// [`Sessions::check`](crate::Sessions::check).
    ///
    /// # Errors
    /// [`Error::LifetimeTooShort`] below one second.
    pub fn max_lifetime(mut self, lifetime: Duration) -> Result<Self, Error> {
        self.max_lifetime = at_least_a_second(lifetime)?;
        Ok(self)
    }

    /// Takes over refresh tokens without `jti`, from before sessions: each once, into a session of
    /// its own `session_id`.
    ///
    /// It takes over those that were issued for no longer than the refresh lifetime and expire no
    /// later than a refresh token issued now: the row must outlive them. So do not shorten the
    /// refresh lifetime while this is on. No token is taken over where
    /// [`max_lifetime`](Self::max_lifetime) is shorter than the refresh lifetime. Once is as long as
    /// the store remembers: one in memory takes tokens over again after each start of the process.
    ///
    /// A logout counts for a token that has not been taken over yet, and so does
    /// [`Sessions::revoke`](crate::Sessions::revoke). The calls that end sessions by their user do
    /// not reach it, because the store does not know its name.
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

pub(crate) const fn at_least_a_second(lifetime: Duration) -> Result<Duration, Error> {
    if lifetime.as_secs() == 0 {
        return Err(Error::LifetimeTooShort);
    }
    Ok(lifetime)
}

/// The window of a [`SessionPolicy`] is more than half the refresh lifetime.
///
/// A session can lie unused for at least the refresh lifetime without the window. With a longer
/// window a user who was active just before would be logged out by a short pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowTooLong {
    /// The window.
    pub window: Duration,
    /// The longest window: half the refresh lifetime.
    pub limit: Duration,
}

impl fmt::Display for WindowTooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (window, limit) = (self.window.as_secs(), self.limit.as_secs());
        write!(f, "the window has {window} s, more than half the refresh lifetime, {limit} s")
    }
}

impl core::error::Error for WindowTooLong {}
