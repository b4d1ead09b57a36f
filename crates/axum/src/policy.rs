//! The settings of a service: whose pages use the cookie, which name it has, what time it is.

use std::fmt;
use std::sync::Arc;

use jwt_pair::{Error, UnixTime};

use crate::cookie::RefreshCookie;
use crate::origins::{NotAnOrigin, Origins};

pub(crate) type Clock = dyn Fn() -> Result<UnixTime, Error> + Send + Sync;

/// Which pages may use the cookie, and how it is set.
///
/// | setting | default |
/// |---|---|
/// | [`origins`](Self::origins) | none: a page may use the cookie only if its browser sends no `Origin`, and most do |
/// | [`development_cookie`](Self::development_cookie) | off |
/// | [`clock`](Self::clock) | the system's |
#[derive(Clone)]
#[must_use]
pub struct AuthPolicy {
    pub(crate) origins: Origins,
    pub(crate) cookie: RefreshCookie,
    pub(crate) clock: Arc<Clock>,
}

impl AuthPolicy {
    /// The default settings.
    pub fn new() -> Self {
        Self {
            origins: Origins::default(),
            cookie: RefreshCookie::Secure,
            clock: Arc::new(UnixTime::now),
        }
    }

    /// The origins of the pages that may use the cookie, the service's own among them, such as
    /// `https://app.example`. The same list feeds CORS.
    ///
    /// The cookie is `SameSite=Strict`, so each must be of the same site as the service:
    /// `https://app.example` and `https://api.app.example` are.
    ///
    /// # Errors
    /// [`NotAnOrigin`] for `null`, `*` and `https://app.example/`.
    pub fn origins<'a>(
        mut self,
        origins: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, NotAnOrigin> {
        self.origins = Origins::new(origins)?;
        Ok(self)
    }

    /// A cookie without prefix and `Secure`, for browsers that take no secure cookie from
    /// `http://localhost`. Never in production: whoever is in the network can then read and plant it.
    /// It is logged as a warning.
    pub fn development_cookie(mut self) -> Self {
        tracing::warn!("the cookie has no prefix and is not Secure: for development alone");
        self.cookie = RefreshCookie::Development;
        self
    }

    /// Another clock, for tests.
    pub fn clock(
        mut self,
        clock: impl Fn() -> Result<UnixTime, Error> + Send + Sync + 'static,
    ) -> Self {
        self.clock = Arc::new(clock);
        self
    }
}

impl Default for AuthPolicy {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for AuthPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthPolicy")
            .field("origins", &self.origins)
            .field("cookie", &self.cookie)
            .finish_non_exhaustive()
    }
}
