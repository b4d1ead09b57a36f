//! Verification of the pair's tokens: one verifier for each kind.
//!
//! In: untrusted tokens. Out: claims that are authentic and valid, of one kind.
//! Not here: signing. A service that only checks access tokens needs no more than this.

use alloc::vec::Vec;
use core::marker::PhantomData;

use super::claims::{AccessClaims, ClaimsSet, RefreshClaims};
use super::policy::PairPolicy;
use super::predecessor::Predecessor;
use crate::buffer::Buffer;
use crate::error::Error;
use crate::hmac_sha256::KeyRing;
use crate::jws::{Header, HeaderBytes, KnownHeader, ReadHeader, UnverifiedJws};
use crate::jwt::registered_claims::claims_set;
use crate::time::UnixTime;
use crate::token_kind::TokenKind;

/// Verifies access tokens, for a service that issues none.
///
/// HS256 is symmetric: whoever holds a verifier's keys can also make such tokens. If refresh tokens
/// have keys of their own ([`PairIssuer::with_refresh_keys`]), the holder of an access verifier can
/// make access tokens, but no refresh tokens.
///
/// [`PairIssuer::with_refresh_keys`]: crate::PairIssuer::with_refresh_keys
pub type AccessVerifier = Verifier<AccessClaims>;

/// Verifies refresh tokens, for a service that only ends sessions, for example.
pub type RefreshVerifier = Verifier<RefreshClaims>;

/// Verifies tokens of one kind; see [`AccessVerifier`] and [`RefreshVerifier`].
#[derive(Clone, Debug)]
pub struct Verifier<C> {
    keys: KeyRing,
    policy: PairPolicy,
    /// The headers of this crate's tokens under these keys, sorted.
    known: Vec<KnownHeader>,
    claims: PhantomData<fn() -> C>,
}

/// The claims of one kind: [`AccessClaims`] or [`RefreshClaims`]. No other type can be one.
pub trait ClaimsOfOneKind: for<'de> From<ClaimsSet<'de>> {
    /// The kind of the token.
    const KIND: TokenKind;
}

impl ClaimsOfOneKind for AccessClaims {
    const KIND: TokenKind = TokenKind::Access;
}

impl ClaimsOfOneKind for RefreshClaims {
    const KIND: TokenKind = TokenKind::Refresh;
}

impl<C: ClaimsOfOneKind> Verifier<C> {
    /// A verifier under these keys.
    pub fn new(keys: KeyRing, policy: PairPolicy) -> Self {
        let kinds = [TokenKind::Access, TokenKind::Refresh];
        let headers = |kid| kinds.map(|kind: TokenKind| KnownHeader::new(kind.typ(), kid));
        let mut known: Vec<_> = keys.kids().flat_map(headers).collect();
        known.extend(KnownHeader::PLAIN_JWT);
        known.sort_unstable();
        Self { keys, policy, known, claims: PhantomData }
    }

    /// The claims of a token of this kind.
    ///
    /// # Errors
    /// Those of [`Error`] from [`Error::TokenTooLong`] to [`Error::NotYetValid`], in that order. A
    /// token of the other kind is [`Error::WrongKind`], or [`Error::InvalidSignature`] or
    /// [`Error::UnknownKeyId`] if the other kind has keys of its own.
    pub fn verify(&self, token: &str, now: UnixTime) -> Result<C, Error> {
        self.verify_parsed(&self.parse(token, &mut HeaderBytes::None)?, now, Dates::Checked)
    }

    /// As [`verify`](Self::verify), and also tells the header: its `kid` says which key it was.
    ///
    /// # Errors
    /// As [`verify`](Self::verify).
    pub fn verify_with_header(&self, token: &str, now: UnixTime) -> Result<(C, Header), Error> {
        let mut header_bytes = HeaderBytes::None;
        let jws = self.parse(token, &mut header_bytes)?;
        Ok((self.verify_parsed(&jws, now, Dates::Checked)?, jws.header.to_header()))
    }

    /// As [`verify`](Self::verify), but accepts a token **whatever its dates say**: for a logout,
    /// never for access. `now` is needed only to know whether a predecessor's tokens are still
    /// accepted.
    ///
    /// # Errors
    /// As [`verify`](Self::verify), except [`Error::Expired`] and [`Error::NotYetValid`].
    pub fn verify_ignoring_dates(&self, token: &str, now: UnixTime) -> Result<C, Error> {
        self.verify_parsed(&self.parse(token, &mut HeaderBytes::None)?, now, Dates::Ignored)
    }

    pub(super) fn verify_parsed(
        &self,
        jws: &UnverifiedJws<'_, '_>,
        now: UnixTime,
        dates: Dates,
    ) -> Result<C, Error> {
        let predecessor = self.predecessor(&jws.header);
        let keys = predecessor.map_or(&self.keys, |predecessor| &predecessor.keys);
        let mut buffer = Buffer::new();
        let payload = jws.verify(keys, &mut buffer)?;
        if predecessor.is_none() {
            Self::check_typ(&jws.header)?;
        }
        let claims = ClaimsSet::read(claims_set(payload)?, self.policy.names)?;
        for found in kind_of_typ(&jws.header).into_iter().chain([claims.kind()]) {
            require_kind(C::KIND, found)?;
        }
        let validation = &self.policy.validation;
        validation.check_all_but_dates(&claims.registered)?;
        predecessor.map_or(Ok(()), |predecessor| predecessor.check(&claims, now))?;
        if dates == Dates::Checked {
            validation.check_dates(&claims.registered, now)?;
        }
        Ok(claims.into())
    }

    pub(super) fn parse<'t, 'h>(
        &'h self,
        token: &'t str,
        header_bytes: &'h mut HeaderBytes,
    ) -> Result<UnverifiedJws<'t, 'h>, Error> {
        let limit = self.policy.validation.max_token_bytes;
        UnverifiedJws::parse(token, limit, &self.known, header_bytes)
    }

    /// The predecessor, if the token is one of its tokens.
    fn predecessor(&self, header: &ReadHeader<'_>) -> Option<&Predecessor> {
        self.policy.predecessor.as_ref().filter(|_| header.is_plain_jwt())
    }

    fn check_typ(header: &ReadHeader<'_>) -> Result<(), Error> {
        match kind_of_typ(header) {
            Some(_) => Ok(()),
            None => Err(Error::HeaderParameter {
                parameter: "typ",
                expected: match C::KIND {
                    TokenKind::Access => "access+jwt, or PairPolicy::predecessor must be set",
                    TokenKind::Refresh => "refresh+jwt, or PairPolicy::predecessor must be set",
                },
            }),
        }
    }
}

/// Whether `exp` and `nbf` decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dates {
    Checked,
    Ignored,
}

/// The kind that the `typ` names. Before the MAC has been verified, it chooses keys, nothing else.
pub(super) fn kind_of_typ(header: &ReadHeader<'_>) -> Option<TokenKind> {
    [TokenKind::Access, TokenKind::Refresh].into_iter().find(|kind| header.has_typ(kind.typ()))
}

/// "validation rules for different kinds of JWTs" must be "mutually exclusive" (RFC 8725 §3.12).
fn require_kind(expected: TokenKind, found: TokenKind) -> Result<(), Error> {
    if expected != found {
        return Err(Error::WrongKind { expected, found });
    }
    Ok(())
}
