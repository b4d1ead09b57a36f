//! Issue, verify, renew: the pair as a service uses it.
//!
//! In: identities of users who have logged in; untrusted tokens. Out: tokens; claims that are
//! authentic and valid, of the kind that was asked for.
//! Not here: passwords, and whether a session is still open.

use alloc::string::String;
use core::fmt;
use core::time::Duration;

use super::claims::{AccessClaims, PairClaims, RefreshClaims};
use super::payload::{Identity, Payload, PayloadTemplate};
use super::policy::PairPolicy;
use super::private_claims::PrivateClaims;
use super::verifier::{self, AccessVerifier, Dates, RefreshVerifier};
use crate::buffer::Buffer;
use crate::error::Error;
use crate::hmac_sha256::{Key, KeyRing};
use crate::jws::{self, HeaderBytes, KnownHeader};
use crate::time::{NumericDate, UnixTime};
use crate::token_kind::TokenKind;

/// Issues pairs, verifies both kinds, and renews access tokens.
///
/// ```
/// use jwt_pair::{Identity, Key, PairIssuer, PairPolicy, UnixTime};
///
/// let key = Key::new(b"32 random bytes: openssl rand -hex 32")?;
/// let issuer = PairIssuer::new(key.into(), PairPolicy::new());
/// let now = UnixTime::from_secs(1_700_000_000);
///
/// let pair = issuer.issue(&Identity::new(123, "customer", "session123"), now)?;
/// let claims = issuer.verify_access(&pair.access.token, now)?;
/// assert_eq!(claims.user_type, "customer");
///
/// let later = UnixTime::from_secs(1_700_000_800);
/// let renewed =
///     issuer.renew_access(&pair.refresh.token, "customer", &Default::default(), later)?;
/// assert_eq!(renewed.expires_at, UnixTime::from_secs(1_700_000_800 + 15 * 60));
/// # Ok::<(), jwt_pair::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct PairIssuer {
    access_lifetime: Duration,
    refresh_lifetime: Duration,
    access: Signer,
    refresh: Signer,
    access_verifier: AccessVerifier,
    refresh_verifier: RefreshVerifier,
}

/// Everything about one kind that its tokens have in common.
#[derive(Clone, Debug)]
struct Signer {
    header: KnownHeader,
    payload: PayloadTemplate,
    key: Key,
    max_token_bytes: usize,
}

/// The two tokens of one login.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenPair {
    /// Sent with each request, in `Authorization: Bearer`.
    pub access: IssuedToken,
    /// Sent only to renew, and kept where no script can read it.
    pub refresh: IssuedToken,
}

impl TokenPair {
    /// A pair of two tokens that were issued one by one.
    pub const fn new(access: IssuedToken, refresh: IssuedToken) -> Self {
        Self { access, refresh }
    }
}

/// A token, and when it expires. `Debug` does not show the token, since it is a credential.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IssuedToken {
    /// The token.
    pub token: String,
    /// When it expires: its `exp`. [`UnixTime::saturating_duration_since`] gives `expires_in`.
    pub expires_at: UnixTime,
}

impl fmt::Debug for IssuedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuedToken").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

impl PairIssuer {
    /// An issuer with one ring of keys for both kinds.
    pub fn new(keys: KeyRing, policy: PairPolicy) -> Self {
        Self::with_rings(keys.clone(), keys, policy)
    }

    /// An issuer with separate keys for refresh tokens. This is recommended: then a service that
    /// only checks access tokens cannot make refresh tokens.
    ///
    /// Keys that only verify may be in both rings, since a change of keys needs it. While a ring
    /// has the key that signs the other kind, its holder can make tokens of that kind.
    ///
    /// # Errors
    /// [`Error::SharedSigningKey`] if both rings sign with the same key.
    pub fn with_refresh_keys(
        access_keys: KeyRing,
        refresh_keys: KeyRing,
        policy: PairPolicy,
    ) -> Result<Self, Error> {
        if access_keys.signing_key().signs_like(refresh_keys.signing_key()) {
            return Err(Error::SharedSigningKey);
        }
        Ok(Self::with_rings(access_keys, refresh_keys, policy))
    }

    fn with_rings(access_keys: KeyRing, refresh_keys: KeyRing, policy: PairPolicy) -> Self {
        Self {
            access_lifetime: policy.access_lifetime,
            refresh_lifetime: policy.refresh_lifetime,
            access: Signer::new(TokenKind::Access, &access_keys, &policy),
            refresh: Signer::new(TokenKind::Refresh, &refresh_keys, &policy),
            access_verifier: AccessVerifier::new(access_keys, policy.clone()),
            refresh_verifier: RefreshVerifier::new(refresh_keys, policy),
        }
    }

    /// A pair for a user who has just logged in.
    ///
    /// # Errors
    /// [`Error::TooLongToIssue`] for own claims of 8 KiB and for a `kid` of 2,000 bytes;
    /// [`Error::ReservedClaim`] for an own claim with a name that [`ClaimNames`](crate::ClaimNames)
    /// gives to a claim of the pair; [`Error::CallerClaimType`] for an integer as `sub`.
    pub fn issue(&self, identity: &Identity<'_>, now: UnixTime) -> Result<TokenPair, Error> {
        let expires_at = self.refresh_expiry(now);
        let refresh = self.refresh.issue(identity, now, expires_at, None)?;
        Ok(TokenPair { access: self.issue_access(identity, now)?, refresh })
    }

    /// An access token alone.
    ///
    /// # Errors
    /// As [`issue`](Self::issue).
    pub fn issue_access(
        &self,
        identity: &Identity<'_>,
        now: UnixTime,
    ) -> Result<IssuedToken, Error> {
        self.access.issue(identity, now, self.access_expiry(now), None)
    }

    /// A refresh token with this `jti`, `iat` and `exp`. A store of sessions decides these. The
    /// same arguments make the same token, to the byte, as long as the signing key and the policy
    /// stay the same.
    ///
    /// # Errors
    /// As [`issue`](Self::issue).
    pub fn issue_refresh(
        &self,
        identity: &Identity<'_>,
        jti: &str,
        iat: UnixTime,
        exp: UnixTime,
    ) -> Result<IssuedToken, Error> {
        self.refresh.issue(identity, iat, exp, Some(jti))
    }

    /// When an access token that is issued now expires.
    pub fn access_expiry(&self, now: UnixTime) -> UnixTime {
        now.saturating_add(self.access_lifetime)
    }

    /// When a refresh token that is issued now expires.
    pub fn refresh_expiry(&self, now: UnixTime) -> UnixTime {
        now.saturating_add(self.refresh_lifetime)
    }

    /// The claims of an access token.
    ///
    /// # Errors
    /// As [`Verifier::verify`](crate::Verifier::verify).
    pub fn verify_access(&self, token: &str, now: UnixTime) -> Result<AccessClaims, Error> {
        self.access_verifier.verify(token, now)
    }

    /// The claims of a refresh token.
    ///
    /// # Errors
    /// As [`Verifier::verify`](crate::Verifier::verify).
    pub fn verify_refresh(&self, token: &str, now: UnixTime) -> Result<RefreshClaims, Error> {
        self.refresh_verifier.verify(token, now)
    }

    /// The verifier of access tokens, for its other ways to verify.
    pub const fn access_verifier(&self) -> &AccessVerifier {
        &self.access_verifier
    }

    /// The verifier of refresh tokens, for its other ways to verify.
    pub const fn refresh_verifier(&self) -> &RefreshVerifier {
        &self.refresh_verifier
    }

    /// The claims of a token of either kind.
    ///
    /// # Errors
    /// As [`verify_access`](Self::verify_access) for a token that is not marked as a refresh token.
    pub fn decode(&self, token: &str, now: UnixTime) -> Result<PairClaims, Error> {
        let mut header_bytes = HeaderBytes::None;
        let jws = self.access_verifier.parse(token, &mut header_bytes)?;
        let refresh = || self.refresh_verifier.verify_parsed(&jws, now, Dates::Checked);
        let kind = verifier::kind_of_typ(&jws.header);
        if kind == Some(TokenKind::Refresh) {
            return refresh().map(PairClaims::Refresh);
        }
        match self.access_verifier.verify_parsed(&jws, now, Dates::Checked) {
            // Only the claims tell the kind of a predecessor's token.
            Err(Error::WrongKind { .. }) if kind.is_none() => refresh().map(PairClaims::Refresh),
            claims => claims.map(PairClaims::Access),
        }
    }

    /// A new access token for a refresh token. The caller looks up the type of the user: rights may
    /// have changed since the login.
    ///
    /// This is stateless, and so it is weaker than a session: a stolen refresh token renews until
    /// it expires, and no logout reaches it.
    ///
    /// # Errors
    /// As [`verify_refresh`](Self::verify_refresh) and [`issue`](Self::issue);
    /// [`Error::BelongsToSession`] for a token with a `jti`.
    pub fn renew_access(
        &self,
        refresh_token: &str,
        user_type: &str,
        private: &PrivateClaims,
        now: UnixTime,
    ) -> Result<IssuedToken, Error> {
        let refresh = self.verify_refresh(refresh_token, now)?;
        if refresh.jti.is_some() {
            return Err(Error::BelongsToSession);
        }
        let identity = Identity::new(refresh.user_id, user_type, &refresh.session_id);
        self.issue_access(&identity.access_claims(private), now)
    }
}

impl Signer {
    fn new(kind: TokenKind, keys: &KeyRing, policy: &PairPolicy) -> Self {
        Self {
            header: KnownHeader::new(kind.typ(), keys.signing_kid()),
            payload: PayloadTemplate::new(kind, policy),
            key: keys.signing_key().clone(),
            max_token_bytes: policy.validation.max_token_bytes,
        }
    }

    fn issue(
        &self,
        identity: &Identity<'_>,
        iat: UnixTime,
        expires_at: UnixTime,
        jti: Option<&str>,
    ) -> Result<IssuedToken, Error> {
        let (iat, exp) = (iat.into(), NumericDate::from(expires_at));
        let mut payload = Buffer::new();
        self.payload.write(&Payload { identity, iat, exp, jti }, &mut payload)?;
        let token = jws::sign_under(&self.header, payload.bytes(), &self.key)?;
        let (bytes, limit) = (token.len(), self.max_token_bytes);
        if bytes > limit {
            return Err(Error::TooLongToIssue { bytes, limit });
        }
        Ok(IssuedToken { token, expires_at: UnixTime::from_secs(exp.as_secs().unsigned_abs()) })
    }
}
