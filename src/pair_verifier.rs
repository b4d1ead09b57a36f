//! Verification of the pair's tokens, each under the keys and the rules of its kind.
//!
//! In: untrusted tokens. Out: claims that are authentic and valid.
//! Not here: signing, so that a service which only checks access tokens needs nothing more.

use alloc::boxed::Box;

use crate::base64url::Scratch;
use crate::claims;
use crate::error::Error;
use crate::hmac_sha256::KeyRing;
use crate::jose_header::OwnHeader;
use crate::jws::UnverifiedJws;
use crate::numeric_date::UnixTime;
use crate::pair_claims::{AccessClaims, PairClaims, PairMembers, RefreshClaims};
use crate::pair_policy::PairPolicy;
use crate::token_kind::TokenKind;

/// Verifies access tokens, for a service that issues none.
///
/// Where refresh tokens have keys of their own ([`PairIssuer::with_refresh_keys`]), whoever holds
/// this can mint access tokens, as HS256 is symmetric, but no refresh tokens.
///
/// [`PairIssuer::with_refresh_keys`]: crate::PairIssuer::with_refresh_keys
#[derive(Clone, Debug)]
pub struct AccessVerifier {
    verifier: PairVerifier,
}

impl AccessVerifier {
    /// A verifier for access tokens under these keys.
    pub fn new(access_keys: KeyRing, policy: PairPolicy) -> Self {
        let verifier = PairVerifier::new(access_keys, None, policy);
        Self { verifier }
    }

    /// As [`PairIssuer::verify_access`](crate::PairIssuer::verify_access).
    ///
    /// # Errors
    /// The same.
    pub fn verify(&self, token: &str, now: UnixTime) -> Result<AccessClaims, Error> {
        self.verifier.verify_access(token, now)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct PairVerifier {
    pub(crate) policy: PairPolicy,
    access_keys: KeyRing,
    /// `None` where one ring is for both kinds. In a box, as a `None` of a ring's size would carry
    /// what its bytes held before, which may be of a key, and is not wiped.
    refresh_keys: Option<Box<KeyRing>>,
    /// Those of an access token, a refresh token and an unmarked token.
    headers: [OwnHeader; 3],
}

impl PairVerifier {
    pub(crate) fn new(
        access_keys: KeyRing,
        refresh_keys: Option<KeyRing>,
        policy: PairPolicy,
    ) -> Self {
        let header =
            |kind: TokenKind, keys: &KeyRing| OwnHeader::new(kind.typ(), keys.signing_kid());
        let headers = [
            header(TokenKind::Access, &access_keys),
            header(TokenKind::Refresh, refresh_keys.as_ref().unwrap_or(&access_keys)),
            OwnHeader::JWT,
        ];
        let refresh_keys = refresh_keys.map(Box::new);
        Self { policy, access_keys, refresh_keys, headers }
    }

    pub(crate) const fn header(&self, kind: TokenKind) -> &OwnHeader {
        let [access, refresh, _] = &self.headers;
        match kind {
            TokenKind::Access => access,
            TokenKind::Refresh => refresh,
        }
    }

    pub(crate) fn keys(&self, kind: TokenKind) -> &KeyRing {
        match (kind, &self.refresh_keys) {
            (TokenKind::Refresh, Some(keys)) => keys,
            _ => &self.access_keys,
        }
    }

    pub(crate) fn verify_access(&self, token: &str, now: UnixTime) -> Result<AccessClaims, Error> {
        let (expected, found) = (TokenKind::Access, TokenKind::Refresh);
        match self.verify(token, Some(expected), now)? {
            PairClaims::Access(claims) => Ok(claims),
            PairClaims::Refresh(_) => Err(Error::WrongKind { expected, found }),
        }
    }

    pub(crate) fn verify_refresh(
        &self,
        token: &str,
        now: UnixTime,
    ) -> Result<RefreshClaims, Error> {
        let (expected, found) = (TokenKind::Refresh, TokenKind::Access);
        match self.verify(token, Some(expected), now)? {
            PairClaims::Refresh(claims) => Ok(claims),
            PairClaims::Access(_) => Err(Error::WrongKind { expected, found }),
        }
    }

    /// `expected` is `None` where either kind will do.
    pub(crate) fn verify(
        &self,
        token: &str,
        expected: Option<TokenKind>,
        now: UnixTime,
    ) -> Result<PairClaims, Error> {
        let mut scratch = Scratch::new();
        let limit = self.policy.validation.max_token_bytes;
        let parsed = UnverifiedJws::parse(token, limit, &self.headers, &mut scratch)?;
        // Nothing in the token but its kind chooses the ring, and that only where either will do. A
        // `typ` that is not acceptable is an error once the MAC has been verified, not before.
        let kind = expected.or_else(|| self.policy.marked_kind(&parsed.header).ok().flatten());
        if kind.is_none() && self.refresh_keys.is_some() {
            return self.verify_unmarked(token, now);
        }
        let payload = parsed.verify(self.keys(kind.unwrap_or(TokenKind::Access)), &mut scratch)?;
        let marked = self.policy.marked_kind(&parsed.header)?;
        require_kind(expected.or(marked), marked)?;
        let members = PairMembers::read(claims::claims_set(payload)?)?;
        require_kind(expected.or(marked), Some(members.kind()))?;
        self.policy.validation.check(&members.registered, now)?;
        Ok(members.into_claims())
    }

    /// Each kind has keys of its own: the key that fits says which kind the token must be, so that
    /// who holds one key makes no token of the other kind.
    fn verify_unmarked(&self, token: &str, now: UnixTime) -> Result<PairClaims, Error> {
        match self.verify(token, Some(TokenKind::Access), now) {
            // The rings may share a key, as they do after a predecessor that had one for both.
            Err(Error::InvalidSignature | Error::UnknownKeyId | Error::WrongKind { .. }) => {
                self.verify(token, Some(TokenKind::Refresh), now)
            }
            verdict => verdict,
        }
    }
}

fn require_kind(expected: Option<TokenKind>, found: Option<TokenKind>) -> Result<(), Error> {
    match (expected, found) {
        (Some(expected), Some(found)) if expected != found => {
            Err(Error::WrongKind { expected, found })
        }
        _ => Ok(()),
    }
}
