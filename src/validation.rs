//! The policy for registered claims: one function for each claim ([RFC 7519 §4.1]).
//!
//! In: authenticated claims of the right types, and the current time. Out: a verdict.
//! Not here: the clock; claims of an application.
//!
//! [RFC 7519 §4.1]: https://www.rfc-editor.org/rfc/rfc7519#section-4.1

use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use crate::claims::RegisteredClaims;
use crate::error::Error;
use crate::jws::DEFAULT_MAX_TOKEN_BYTES;
use crate::numeric_date::{NumericDate, UnixTime};

/// What a token must say to be accepted.
///
/// By default: `exp` is required, the leeway is zero, `aud` is refused, a token has at most 8,192
/// bytes, and `iss`, `sub`, `jti` and `typ` may have any value. Of durations only the whole seconds
/// count.
///
/// Once a value is expected, a token without that claim is refused.
///
/// ```
/// use core::time::Duration;
/// use jwt_pair::Validation;
/// let policy = Validation::new()
///     .issuer("https://login.example")
///     .audience("https://api.example")
///     .leeway(Duration::from_secs(5));
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Validation {
    pub(crate) issuer: Option<String>,
    pub(crate) audiences: Vec<String>,
    subject: Option<String>,
    jwt_id: Option<String>,
    pub(crate) typ: Option<String>,
    leeway: u64,
    max_age: Option<Duration>,
    exp_required: bool,
    pub(crate) max_token_bytes: usize,
}

impl Validation {
    /// The default policy.
    pub const fn new() -> Self {
        Self {
            issuer: None,
            audiences: Vec::new(),
            subject: None,
            jwt_id: None,
            typ: None,
            leeway: 0,
            max_age: None,
            exp_required: true,
            max_token_bytes: DEFAULT_MAX_TOKEN_BYTES,
        }
    }

    /// Expects this `iss`, compared byte by byte.
    pub fn issuer(mut self, iss: &str) -> Self {
        self.issuer = Some(iss.to_owned());
        self
    }

    /// Names an audience that this recipient is; may be called again. `aud` must hold one of them.
    pub fn audience(mut self, aud: &str) -> Self {
        self.audiences.push(aud.to_owned());
        self
    }

    /// Expects this `sub`, compared byte by byte.
    pub fn subject(mut self, sub: &str) -> Self {
        self.subject = Some(sub.to_owned());
        self
    }

    /// Expects this `jti`, compared byte by byte.
    pub fn jwt_id(mut self, jti: &str) -> Self {
        self.jwt_id = Some(jti.to_owned());
        self
    }

    /// Expects this media type in the header's `typ`, without its `application/`, without regard to
    /// case (RFC 8725 §3.11). Given with `application/`, it fits no media type that there is.
    ///
    /// Without it every token under the keys is accepted, also those of a pair: name a `typ`, or keep
    /// keys of their own, for each use.
    pub fn typ(mut self, typ: &str) -> Self {
        self.typ = Some(typ.to_owned());
        self
    }

    /// Allows for clocks that differ by so much, in whole seconds; 0 by default, any value.
    ///
    /// "Implementers MAY provide for some small leeway, usually no more than a few minutes, to
    /// account for clock skew" (RFC 7519 §4.1.4).
    pub const fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway.as_secs();
        self
    }

    /// Requires `iat`, refuses a token issued so long ago or longer, and one issued in the future.
    pub const fn max_age(mut self, max_age: Duration) -> Self {
        self.max_age = Some(max_age);
        self
    }

    /// Accepts tokens without `exp`, which never expire. `exp` is checked where it is there.
    pub const fn allow_missing_exp(mut self) -> Self {
        self.exp_required = false;
        self
    }

    /// The longest token that is looked at, in bytes; 8,192 by default.
    pub const fn max_token_bytes(mut self, bytes: usize) -> Self {
        self.max_token_bytes = bytes;
        self
    }

    /// Dates come last: what is "expired" is acceptable but for its age.
    pub(crate) fn check(&self, claims: &RegisteredClaims<'_>, now: UnixTime) -> Result<(), Error> {
        expect("iss", self.issuer.as_deref(), claims.iss.as_deref())?;
        expect("sub", self.subject.as_deref(), claims.sub.as_deref())?;
        expect("jti", self.jwt_id.as_deref(), claims.jti.as_deref())?;
        self.check_aud(claims)?;
        if self.exp_required && claims.exp.is_none() {
            return Err(Error::MissingClaim { claim: "exp" });
        }
        if self.max_age.is_some() && claims.iat.is_none() {
            return Err(Error::MissingClaim { claim: "iat" });
        }
        self.check_exp(claims.exp, now)?;
        self.check_nbf(claims.nbf, now)?;
        self.check_age(claims.iat, now)
    }

    /// "Each principal intended to process the JWT MUST identify itself with a value in the
    /// audience claim" (RFC 7519 §4.1.3).
    fn check_aud(&self, claims: &RegisteredClaims<'_>) -> Result<(), Error> {
        match &claims.aud {
            None if self.audiences.is_empty() => Ok(()),
            None => Err(Error::MissingClaim { claim: "aud" }),
            Some(_) if self.audiences.is_empty() => Err(Error::UnexpectedAudience),
            Some(aud) if self.audiences.iter().any(|own| aud.contains(own)) => Ok(()),
            Some(_) => Err(Error::ClaimMismatch { claim: "aud" }),
        }
    }

    /// "The "exp" (expiration time) claim identifies the expiration time on or after which the JWT
    /// MUST NOT be accepted for processing" (RFC 7519 §4.1.4): good at `exp - 1`, expired at `exp`.
    fn check_exp(&self, exp: Option<NumericDate>, now: UnixTime) -> Result<(), Error> {
        match exp {
            Some(exp) if self.earliest(now) >= exp.as_secs().into() => {
                Err(Error::Expired { exp, now })
            }
            _ => Ok(()),
        }
    }

    /// "The "nbf" (not before) claim identifies the time before which the JWT MUST NOT be accepted
    /// for processing" (RFC 7519 §4.1.5): early at `nbf - 1`, good at `nbf`.
    fn check_nbf(&self, nbf: Option<NumericDate>, now: UnixTime) -> Result<(), Error> {
        match nbf {
            Some(nbf) if self.latest(now) < nbf.as_secs().into() => {
                Err(Error::NotYetValid { nbf, now })
            }
            _ => Ok(()),
        }
    }

    /// "This claim can be used to determine the age of the JWT" (RFC 7519 §4.1.6), and is used for
    /// nothing else: without `max_age` a future `iat` is accepted, as clocks differ.
    fn check_age(&self, iat: Option<NumericDate>, now: UnixTime) -> Result<(), Error> {
        let (Some(max_age), Some(iat)) = (self.max_age, iat) else {
            return Ok(());
        };
        let issued = i128::from(iat.as_secs());
        if self.earliest(now) >= issued.saturating_add(max_age.as_secs().into()) {
            return Err(Error::TooOld { iat, max_age, now });
        }
        if self.latest(now) < issued {
            return Err(Error::IssuedInFuture { iat, now });
        }
        Ok(())
    }

    /// What the issuer's clock may show at the least. The `i128` holds any sum of `u64`s.
    fn earliest(&self, now: UnixTime) -> i128 {
        i128::from(now.as_secs()).saturating_sub(self.leeway.into())
    }

    /// What the issuer's clock may show at the most.
    fn latest(&self, now: UnixTime) -> i128 {
        i128::from(now.as_secs()).saturating_add(self.leeway.into())
    }
}

impl Default for Validation {
    fn default() -> Self {
        Self::new()
    }
}

fn expect(claim: &'static str, expected: Option<&str>, found: Option<&str>) -> Result<(), Error> {
    match (expected, found) {
        (None, _) => Ok(()),
        (Some(_), None) => Err(Error::MissingClaim { claim }),
        (Some(expected), Some(found)) if expected == found => Ok(()),
        (Some(_), Some(_)) => Err(Error::ClaimMismatch { claim }),
    }
}
