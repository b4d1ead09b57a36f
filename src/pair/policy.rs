//! The settings of a token pair, the same for those who issue and those who verify.

use alloc::borrow::ToOwned as _;
use alloc::string::String;
use core::time::Duration;

use super::claim_names::ClaimNames;
use super::predecessor::Predecessor;
use crate::error::Error;
use crate::jwt::Validation;

/// The lifetimes of tokens, their issuer and audience, and which tokens are accepted.
///
/// | setting | default |
/// |---|---|
/// | [`access_lifetime`](Self::access_lifetime) | 15 minutes |
/// | [`refresh_lifetime`](Self::refresh_lifetime) | 7 days |
/// | [`leeway`](Self::leeway) | 0 |
/// | [`issuer`](Self::issuer) | none: `iss` is not written, and not checked |
/// | [`audience`](Self::audience) | none: `aud` is not written, and a token that has one is refused |
/// | [`claim_names`](Self::claim_names) | `user_id`, `user_type`, `session_id` |
/// | [`predecessor`](Self::predecessor) | none |
/// | [`max_token_bytes`](Self::max_token_bytes) | 8,192 |
///
/// # Another issuer or audience
///
/// Nobody is logged out if every instance takes each step before any instance takes the next, and
/// the refresh lifetime passes before the last one:
///
/// | step | from `a` to `b` | from none to `b` |
/// |---|---|---|
/// | accept | `issuer("a").accept_issuer("b")` | `accept_issuer("b").accept_missing_issuer_for_now()` |
/// | write | `issuer("b").accept_issuer("a")` | `issuer("b").accept_missing_issuer_for_now()` |
/// | end | `issuer("b")` | `issuer("b")` |
///
/// The same holds for the audience.
#[derive(Clone, Debug)]
#[must_use]
pub struct PairPolicy {
    pub(super) validation: Validation,
    pub(super) access_lifetime: Duration,
    pub(super) refresh_lifetime: Duration,
    /// `iss` and `aud`, as tokens of both kinds carry them.
    pub(super) issuer: Option<String>,
    pub(super) audience: Option<String>,
    pub(super) names: ClaimNames,
    pub(super) predecessor: Option<Predecessor>,
}

impl PairPolicy {
    /// The default settings.
    pub const fn new() -> Self {
        Self {
            validation: Validation::new(),
            access_lifetime: Duration::from_secs(15 * 60),
            refresh_lifetime: Duration::from_secs(7 * 24 * 60 * 60),
            issuer: None,
            audience: None,
            names: ClaimNames::DEFAULT,
            predecessor: None,
        }
    }

    /// How long an access token lives, in whole seconds, at least one.
    ///
    /// # Errors
    /// [`Error::LifetimeTooShort`] for `Duration::from_millis(999)`.
    pub fn access_lifetime(mut self, lifetime: Duration) -> Result<Self, Error> {
        self.access_lifetime = at_least_a_second(lifetime)?;
        Ok(self)
    }

    /// How long a refresh token lives, in whole seconds, at least one.
    ///
    /// # Errors
    /// [`Error::LifetimeTooShort`] for `Duration::from_millis(999)`.
    pub fn refresh_lifetime(mut self, lifetime: Duration) -> Result<Self, Error> {
        self.refresh_lifetime = at_least_a_second(lifetime)?;
        Ok(self)
    }

    /// Allows for clocks that differ by this much, in whole seconds; see [`Validation::leeway`].
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.validation = self.validation.leeway(leeway);
        self
    }

    /// Writes this `iss` into tokens of both kinds, and expects it of both. Called again, it names
    /// another value that is accepted. The first one is written.
    pub fn issuer(mut self, iss: &str) -> Self {
        self.issuer.get_or_insert_with(|| iss.to_owned());
        self.accept_issuer(iss)
    }

    /// Accepts this `iss` without writing it.
    pub fn accept_issuer(mut self, iss: &str) -> Self {
        self.validation = self.validation.issuer(iss);
        self
    }

    /// As [`Validation::accept_missing_issuer_for_now`].
    pub fn accept_missing_issuer_for_now(mut self) -> Self {
        self.validation = self.validation.accept_missing_issuer_for_now();
        self
    }

    /// Writes this `aud` into tokens of both kinds, and expects it of both. Called again, it names
    /// another value that is accepted. The first one is written.
    pub fn audience(mut self, aud: &str) -> Self {
        self.audience.get_or_insert_with(|| aud.to_owned());
        self.accept_audience(aud)
    }

    /// Accepts this `aud` without writing it.
    pub fn accept_audience(mut self, aud: &str) -> Self {
        self.validation = self.validation.audience(aud);
        self
    }

    /// As [`Validation::accept_missing_audience_for_now`].
    pub fn accept_missing_audience_for_now(mut self) -> Self {
        self.validation = self.validation.accept_missing_audience_for_now();
        self
    }

    /// The names of the claims that carry the user's id, the user's type and the session's id.
    pub const fn claim_names(mut self, names: ClaimNames) -> Self {
        self.names = names;
        self
    }

    /// Also accepts tokens that another library issued before.
    pub fn predecessor(mut self, predecessor: Predecessor) -> Self {
        self.predecessor = Some(predecessor);
        self
    }

    /// The longest token that is issued and read, in bytes. 8,192 by default.
    pub fn max_token_bytes(mut self, bytes: usize) -> Self {
        self.validation = self.validation.max_token_bytes(bytes);
        self
    }
}

impl Default for PairPolicy {
    fn default() -> Self {
        Self::new()
    }
}

fn at_least_a_second(lifetime: Duration) -> Result<Duration, Error> {
    if lifetime < Duration::from_secs(1) {
        return Err(Error::LifetimeTooShort);
    }
    Ok(lifetime)
}
