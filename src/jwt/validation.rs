//! The policy for registered claims ([RFC 7519 §4.1]): one function for each claim.
//!
//! In: authentic claims of the right types, and the current time. Out: a verdict.
//! Not here: the clock, and claims of an application.
//!
//! [RFC 7519 §4.1]: https://www.rfc-editor.org/rfc/rfc7519#section-4.1

use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use super::registered_claims::RegisteredClaims;
use crate::error::Error;
use crate::jws::ReadHeader;
use crate::limits::DEFAULT_MAX_TOKEN_BYTES;
use crate::time::{NumericDate, UnixTime};

/// The conditions under which a token is accepted.
///
/// By default `exp` is required, the leeway is zero, `aud` is refused, `typ` is `JWT` or absent, a
/// token has at most 8,192 bytes, and `iss`, `sub` and `jti` may have any value. Of a duration only
/// the whole seconds count.
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
///
/// # Another issuer or audience
///
/// A value changes without logging anybody out: every verifier first accepts the old and the new
/// value (call [`issuer`](Self::issuer) twice), then tokens are issued with the new one, and when
/// the last old token has expired, the old value is dropped. Where there was no value before,
/// [`accept_missing_issuer_for_now`](Self::accept_missing_issuer_for_now) takes the old value's
/// place.
#[derive(Clone, Debug)]
#[must_use]
pub struct Validation {
    issuers: Vec<String>,
    subjects: Vec<String>,
    audiences: Vec<String>,
    jwt_ids: Vec<String>,
    issuer_may_be_missing: bool,
    audience_may_be_missing: bool,
    typ: ExpectedTyp,
    leeway: u64,
    max_age: Option<Duration>,
    exp_required: bool,
    pub(crate) max_token_bytes: usize,
}

#[derive(Clone, Debug)]
enum ExpectedTyp {
    JwtOrAbsent,
    Is(String),
    Any,
}

impl Validation {
    /// The default policy.
    pub const fn new() -> Self {
        Self {
            issuers: Vec::new(),
            subjects: Vec::new(),
            audiences: Vec::new(),
            jwt_ids: Vec::new(),
            issuer_may_be_missing: false,
            audience_may_be_missing: false,
            typ: ExpectedTyp::JwtOrAbsent,
            leeway: 0,
            max_age: None,
            exp_required: true,
            max_token_bytes: DEFAULT_MAX_TOKEN_BYTES,
        }
    }

    /// Expects this `iss`, compared byte by byte. Called again, it names another value that is
    /// accepted.
    pub fn issuer(mut self, iss: &str) -> Self {
        self.issuers.push(iss.to_owned());
        self
    }

    /// Names an audience of this recipient: `aud` must have it. Called again, it names another one,
    /// and `aud` must have one of them.
    pub fn audience(mut self, aud: &str) -> Self {
        self.audiences.push(aud.to_owned());
        self
    }

    /// Expects this `sub`, compared byte by byte. Called again, it names another value that is
    /// accepted.
    pub fn subject(mut self, sub: &str) -> Self {
        self.subjects.push(sub.to_owned());
        self
    }

    /// Expects this `jti`, compared byte by byte. Called again, it names another value that is
    /// accepted.
    pub fn jwt_id(mut self, jti: &str) -> Self {
        self.jwt_ids.push(jti.to_owned());
        self
    }

    /// Also accepts tokens without `iss`. This is for a change only: until it is removed, a token
    /// of any issuer without `iss` passes.
    pub const fn accept_missing_issuer_for_now(mut self) -> Self {
        self.issuer_may_be_missing = true;
        self
    }

    /// Also accepts tokens without `aud`. This is for a change only: until it is removed, a token
    /// for any audience without `aud` passes.
    pub const fn accept_missing_audience_for_now(mut self) -> Self {
        self.audience_may_be_missing = true;
        self
    }

    /// Expects this media type in the header's `typ`, without regard to case, and with or without
    /// `application/` on either side (RFC 8725 §3.11, RFC 7515 §4.1.9).
    ///
    /// A `typ` of its own for each use keeps a token of one use from passing for another. The
    /// default, `JWT` or no `typ`, refuses the tokens of a pair.
    pub fn typ(mut self, typ: &str) -> Self {
        self.typ = ExpectedTyp::Is(typ.to_owned());
        self
    }

    /// Accepts every `typ`. Then a token for any other use under the same keys passes, also an
    /// access token or a refresh token of a pair.
    pub fn accept_any_typ(mut self) -> Self {
        self.typ = ExpectedTyp::Any;
        self
    }

    /// Allows for clocks that differ by this much, in whole seconds. 0 by default; any value.
    ///
    /// "Implementers MAY provide for some small leeway, usually no more than a few minutes, to
    /// account for clock skew" (RFC 7519 §4.1.4).
    pub const fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway.as_secs();
        self
    }

    /// Requires `iat`. Refuses a token that was issued this long ago or longer, or in the future.
    pub const fn max_age(mut self, max_age: Duration) -> Self {
        self.max_age = Some(max_age);
        self
    }

    /// Accepts tokens without `exp`. They never expire. An `exp` that is there is checked.
    pub const fn allow_missing_exp(mut self) -> Self {
        self.exp_required = false;
        self
    }

    /// The longest token that is read, in bytes. 8,192 by default.
    pub const fn max_token_bytes(mut self, bytes: usize) -> Self {
        self.max_token_bytes = bytes;
        self
    }

    /// `typ`, once the MAC has been verified.
    pub(crate) fn check_typ(&self, header: &ReadHeader<'_>) -> Result<(), Error> {
        let (holds, expected) = match &self.typ {
            ExpectedTyp::Any => return Ok(()),
            ExpectedTyp::JwtOrAbsent => {
                (header.is_plain_jwt(), "JWT or absent, unless Validation::typ names another")
            }
            ExpectedTyp::Is(typ) => (header.has_typ(typ), "the one that Validation::typ names"),
        };
        if holds { Ok(()) } else { Err(Error::HeaderParameter { parameter: "typ", expected }) }
    }

    /// Dates come last: an expired token is one that is acceptable except for its age.
    pub(crate) fn check(&self, claims: &RegisteredClaims<'_>, now: UnixTime) -> Result<(), Error> {
        self.check_all_but_dates(claims)?;
        self.check_dates(claims, now)
    }

    pub(crate) fn check_dates(
        &self,
        claims: &RegisteredClaims<'_>,
        now: UnixTime,
    ) -> Result<(), Error> {
        self.check_exp(claims.exp, now)?;
        self.check_nbf(claims.nbf, now)?;
        self.check_age(claims.iat, now)
    }

    pub(crate) fn check_all_but_dates(&self, claims: &RegisteredClaims<'_>) -> Result<(), Error> {
        let iss_may_be_missing = self.issuer_may_be_missing;
        expect("iss", &self.issuers, claims.iss.as_deref(), iss_may_be_missing)?;
        expect("sub", &self.subjects, claims.sub.as_deref(), false)?;
        expect("jti", &self.jwt_ids, claims.jti.as_deref(), false)?;
        self.check_aud(claims)?;
        if self.exp_required && claims.exp.is_none() {
            return Err(Error::MissingClaim { claim: "exp" });
        }
        if self.max_age.is_some() && claims.iat.is_none() {
            return Err(Error::MissingClaim { claim: "iat" });
        }
        Ok(())
    }

    /// "Each principal intended to process the JWT MUST identify itself with a value in the
    /// audience claim" (RFC 7519 §4.1.3).
    fn check_aud(&self, claims: &RegisteredClaims<'_>) -> Result<(), Error> {
        let own = &self.audiences;
        match &claims.aud {
            None if own.is_empty() || self.audience_may_be_missing => Ok(()),
            None => Err(Error::MissingClaim { claim: "aud" }),
            Some(_) if own.is_empty() => Err(Error::UnexpectedAudience),
            Some(aud) if own.iter().any(|own| aud.contains(own)) => Ok(()),
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

    /// "This claim can be used to determine the age of the JWT" (RFC 7519 §4.1.6). It has no other
    /// use: without `max_age` an `iat` in the future is accepted, since clocks differ.
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

    /// The earliest time that the issuer's clock may show. An `i128` holds any sum of `u64`s.
    fn earliest(&self, now: UnixTime) -> i128 {
        i128::from(now.as_secs()).saturating_sub(self.leeway.into())
    }

    /// The latest time that the issuer's clock may show.
    fn latest(&self, now: UnixTime) -> i128 {
        i128::from(now.as_secs()).saturating_add(self.leeway.into())
    }
}

impl Default for Validation {
    fn default() -> Self {
        Self::new()
    }
}

/// The claim must have one of the expected values, if there are any.
fn expect(
    claim: &'static str,
    expected: &[String],
    found: Option<&str>,
    may_be_missing: bool,
) -> Result<(), Error> {
    match found {
        _ if expected.is_empty() => Ok(()),
        None if may_be_missing => Ok(()),
        None => Err(Error::MissingClaim { claim }),
        Some(found) if expected.iter().any(|expected| expected == found) => Ok(()),
        Some(_) => Err(Error::ClaimMismatch { claim }),
    }
}
