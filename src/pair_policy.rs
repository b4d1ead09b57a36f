//! The settings of a token pair, the same for those that issue and those that verify.

use alloc::borrow::ToOwned as _;
use alloc::string::String;
use core::time::Duration;

use crate::error::Error;
use crate::jose_header::{Header, UNEXPECTED_TYP};
use crate::token_kind::TokenKind;
use crate::validation::Validation;

/// How long tokens live, what they are issued for, and what is accepted.
///
/// | setting | default |
/// |---|---|
/// | [`access_lifetime`](Self::access_lifetime) | 15 minutes |
/// | [`refresh_lifetime`](Self::refresh_lifetime) | 7 days |
/// | [`leeway`](Self::leeway) | 0 |
/// | [`issuer`](Self::issuer), [`audience`](Self::audience) | none: not written; `aud` is refused, `iss` is not looked at |
/// | [`accept_unmarked`](Self::accept_unmarked) | no |
/// | [`max_token_bytes`](Self::max_token_bytes) | 8,192 |
#[derive(Clone, Debug)]
#[must_use]
pub struct PairPolicy {
    pub(crate) validation: Validation,
    pub(crate) access_lifetime: Duration,
    pub(crate) refresh_lifetime: Duration,
    accepts_unmarked: bool,
}

impl PairPolicy {
    /// The default settings.
    pub const fn new() -> Self {
        Self {
            validation: Validation::new(),
            access_lifetime: Duration::from_secs(15 * 60),
            refresh_lifetime: Duration::from_secs(7 * 24 * 60 * 60),
            accepts_unmarked: false,
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

    /// Allows for clocks that differ by so much, in whole seconds; see [`Validation::leeway`].
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.validation = self.validation.leeway(leeway);
        self
    }

    /// Writes this `iss` into both kinds, and expects it of both.
    pub fn issuer(mut self, iss: &str) -> Self {
        self.validation = self.validation.issuer(iss);
        self
    }

    /// Writes this `aud` into both kinds, and expects it of both: one, the last that is named.
    pub fn audience(mut self, aud: &str) -> Self {
        self.validation.audiences = [aud.to_owned()].into();
        self
    }

    /// Accepts tokens whose `typ` is `JWT` or missing, as the Python module made them.
    ///
    /// Such a token is what its claims make it, an access token if it has a `user_type`, and is
    /// never accepted as the other kind.
    pub const fn accept_unmarked(mut self) -> Self {
        self.accepts_unmarked = true;
        self
    }

    /// The longest token that is looked at, in bytes; 8,192 by default.
    pub fn max_token_bytes(mut self, bytes: usize) -> Self {
        self.validation = self.validation.max_token_bytes(bytes);
        self
    }

    /// `iss` and `aud`, as both kinds carry them.
    pub(crate) fn written(&self) -> [Option<&str>; 2] {
        let aud = self.validation.audiences.first();
        [self.validation.issuer.as_deref(), aud.map(String::as_str)]
    }

    /// The kind that `typ` marks; `None` for an unmarked token where those are accepted.
    pub(crate) fn marked_kind(&self, header: &Header) -> Result<Option<TokenKind>, Error> {
        let kinds = [TokenKind::Access, TokenKind::Refresh];
        let marked = kinds.into_iter().find(|kind| header.has_typ(kind.typ()));
        let is_unmarked = || header.typ().is_none() || header.has_typ("JWT");
        match marked {
            None if !(self.accepts_unmarked && is_unmarked()) => Err(UNEXPECTED_TYP),
            marked => Ok(marked),
        }
    }
}

impl Default for PairPolicy {
    fn default() -> Self {
        Self::new()
    }
}

pub(crate) fn at_least_a_second(lifetime: Duration) -> Result<Duration, Error> {
    if lifetime < Duration::from_secs(1) {
        return Err(Error::LifetimeTooShort);
    }
    Ok(lifetime)
}
