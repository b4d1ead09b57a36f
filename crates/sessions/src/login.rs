//! What a service says of a user: at login, and at each refresh.

use core::time::Duration;

use jwt_pair::{Error, Identity, PrivateClaims, UserId};

use crate::policy::at_least_a_second;

/// A user who has just logged in, for [`Sessions::start`](crate::Sessions::start).
///
/// ```
/// use core::time::Duration;
/// use jwt_pair_sessions::Login;
/// let remember_me = Duration::from_secs(365 * 24 * 60 * 60);
/// let login = Login::new(123, "customer").label("Firefox on Linux").lifetime(remember_me)?;
/// # Ok::<(), jwt_pair::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Login<'a> {
    pub(crate) user_id: UserId,
    pub(crate) session_id: Option<&'a str>,
    pub(crate) label: &'a str,
    pub(crate) lifetime: Option<Duration>,
    pub(crate) refresh_claims: Option<&'a PrivateClaims>,
    pub(crate) renewal: Renewal<'a>,
}

impl<'a> Login<'a> {
    /// A user, and the type of the user.
    pub fn new(user_id: impl Into<UserId>, user_type: &'a str) -> Self {
        Self {
            user_id: user_id.into(),
            session_id: None,
            label: "",
            lifetime: None,
            refresh_claims: None,
            renewal: Renewal::new(user_type),
        }
    }

    /// The name of the session, which no session had before, such as 128 random bits. Needed only
    /// without the feature `getrandom`, or for a login that is to be tried again after a lost
    /// answer: within 5 minutes the same user gets the same session under the same name. Give it the
    /// same own claims: no row holds them, so each try signs its own.
    pub const fn session_id(mut self, session_id: &'a str) -> Self {
        self.session_id = Some(session_id);
        self
    }

    /// The name that [`session_id`](Self::session_id) set.
    ///
    /// ```
    /// use jwt_pair_sessions::Login;
    /// assert_eq!(Login::new(123, "customer").chosen_session_id(), None);
    /// assert_eq!(Login::new(123, "customer").session_id("s").chosen_session_id(), Some("s"));
    /// ```
    pub const fn chosen_session_id(&self) -> Option<&'a str> {
        self.session_id
    }

    /// What [`list`](crate::Sessions::list) shows. Empty unless set.
    pub const fn label(mut self, label: &'a str) -> Self {
        self.label = label;
        self
    }

    /// How long after the login this session ends, in whole seconds, in place of
    /// [`SessionPolicy::max_lifetime`](crate::SessionPolicy::max_lifetime).
    ///
    /// # Errors
    /// [`Error::LifetimeTooShort`] below one second.
    pub fn lifetime(mut self, lifetime: Duration) -> Result<Self, Error> {
        self.lifetime = Some(at_least_a_second(lifetime)?);
        Ok(self)
    }

    /// Own claims for the access token.
    pub const fn access_claims(mut self, claims: &'a PrivateClaims) -> Self {
        self.renewal.access_claims = Some(claims);
        self
    }

    /// Own claims for the refresh token. They stay as they are for the whole session.
    pub const fn refresh_claims(mut self, claims: &'a PrivateClaims) -> Self {
        self.refresh_claims = Some(claims);
        self
    }

    pub(crate) fn identity<'b>(&self, session_id: &'b str) -> Identity<'b>
    where
        'a: 'b,
    {
        let identity = Identity::new(&self.user_id, self.renewal.user_type, session_id);
        let identity = self.renewal.with_claims(identity);
        match self.refresh_claims {
            Some(claims) => identity.refresh_claims(claims),
            None => identity,
        }
    }
}

/// What the user is today, for [`Sessions::refresh`](crate::Sessions::refresh).
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Renewal<'a> {
    pub(crate) user_type: &'a str,
    pub(crate) access_claims: Option<&'a PrivateClaims>,
    pub(crate) label: Option<&'a str>,
}

impl<'a> Renewal<'a> {
    /// The type of the user.
    pub const fn new(user_type: &'a str) -> Self {
        Self { user_type, access_claims: None, label: None }
    }

    /// Own claims for the access token.
    pub const fn access_claims(mut self, claims: &'a PrivateClaims) -> Self {
        self.access_claims = Some(claims);
        self
    }

    /// The session's label from now on. It changes only if this refresh rotates.
    pub const fn label(mut self, label: &'a str) -> Self {
        self.label = Some(label);
        self
    }

    pub(crate) fn with_claims<'b>(&self, identity: Identity<'b>) -> Identity<'b>
    where
        'a: 'b,
    {
        match self.access_claims {
            Some(claims) => identity.access_claims(claims),
            None => identity,
        }
    }
}
