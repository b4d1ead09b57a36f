//! The token pair: issue, verify, renew.
//!
//! In: identities of users that have logged in; untrusted tokens. Out: tokens; claims that are
//! authentic and valid, of the kind that was asked for.
//! Not here: passwords; whether a session still stands.

use alloc::string::String;
use core::fmt;

use crate::error::Error;
use crate::hmac_sha256::KeyRing;
use crate::jws::Unsigned;
use crate::numeric_date::UnixTime;
use crate::pair_claims::{AccessClaims, PairClaims, RefreshClaims};
use crate::pair_payload::{Identity, PairPayload};
use crate::pair_policy::PairPolicy;
use crate::pair_verifier::PairVerifier;
use crate::private_claims::PrivateClaims;
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
/// let access = issuer.verify_access(&pair.access.token, now)?;
/// assert_eq!(access.user_type, "customer");
///
/// let renewed = issuer.renew_access(&pair.refresh.token, "customer", &Default::default(), now)?;
/// # assert_eq!(renewed, pair.access.token);
/// # Ok::<(), jwt_pair::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct PairIssuer {
    verifier: PairVerifier,
}

/// The two tokens of one login.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenPair {
    /// For each request, in `Authorization: Bearer`.
    pub access: IssuedToken,
    /// For renewal alone; kept where scripts cannot read it.
    pub refresh: IssuedToken,
}

impl TokenPair {
    /// A pair of these two.
    pub const fn new(access: IssuedToken, refresh: IssuedToken) -> Self {
        Self { access, refresh }
    }
}

/// A token, and when it expires.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IssuedToken {
    /// The token.
    pub token: String,
    /// Its `exp`.
    pub expires_at: UnixTime,
}

/// Tokens are credentials, and logs are read by many.
impl fmt::Debug for IssuedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IssuedToken(..)")
    }
}

impl PairIssuer {
    /// An issuer with one ring of keys for both kinds.
    pub fn new(keys: KeyRing, policy: PairPolicy) -> Self {
        let verifier = PairVerifier::new(keys, None, policy);
        Self { verifier }
    }

    /// An issuer with keys of its own for refresh tokens: recommended, as then a service that only
    /// checks access tokens cannot mint refresh tokens.
    pub fn with_refresh_keys(
        access_keys: KeyRing,
        refresh_keys: KeyRing,
        policy: PairPolicy,
    ) -> Self {
        let verifier = PairVerifier::new(access_keys, Some(refresh_keys), policy);
        Self { verifier }
    }

    /// A pair for a user that has just logged in.
    ///
    /// # Errors
    /// What no verifier would look at is not made: [`Error::TokenTooLong`] for own claims of 8 KiB,
    /// [`Error::HeaderTooLong`] for a `kid` of 2,000 bytes.
    pub fn issue(&self, identity: &Identity<'_>, now: UnixTime) -> Result<TokenPair, Error> {
        let expires_at = self.refresh_expiry(now);
        Ok(TokenPair {
            access: self.issue_access(identity, now)?,
            refresh: self.sign(TokenKind::Refresh, identity, now, expires_at, None)?,
        })
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
        let expires_at = now.saturating_add(self.verifier.policy.access_lifetime);
        self.sign(TokenKind::Access, identity, now, expires_at, None)
    }

    /// A refresh token of this id and these dates, for sessions.
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
        self.sign(TokenKind::Refresh, identity, iat, exp, Some(jti))
    }

    /// When a refresh token that is issued now expires.
    pub fn refresh_expiry(&self, now: UnixTime) -> UnixTime {
        now.saturating_add(self.verifier.policy.refresh_lifetime)
    }

    /// The claims of an access token.
    ///
    /// # Errors
    /// Those of [`Error`] from [`Error::TokenTooLong`] to [`Error::Expired`] and
    /// [`Error::NotYetValid`], in that order; for a refresh token [`Error::WrongKind`], or
    /// [`Error::InvalidSignature`] or [`Error::UnknownKeyId`] where it has keys of its own.
    pub fn verify_access(&self, token: &str, now: UnixTime) -> Result<AccessClaims, Error> {
        self.verifier.verify_access(token, now)
    }

    /// The claims of a refresh token.
    ///
    /// # Errors
    /// As [`verify_access`](Self::verify_access), for an access token.
    pub fn verify_refresh(&self, token: &str, now: UnixTime) -> Result<RefreshClaims, Error> {
        self.verifier.verify_refresh(token, now)
    }

    /// The claims of a token of either kind.
    ///
    /// # Errors
    /// As [`verify_access`](Self::verify_access); [`Error::WrongKind`] where `typ` and claims
    /// contradict each other.
    pub fn decode(&self, token: &str, now: UnixTime) -> Result<PairClaims, Error> {
        self.verifier.verify(token, None, now)
    }

    /// A new access token for a refresh token, with the user's type of today: rights may have
    /// changed since the login.
    ///
    /// Stateless, and so weaker than a session: a stolen refresh token renews until it expires, and
    /// no logout reaches it. Not to be offered beside sessions.
    ///
    /// # Errors
    /// As [`verify_refresh`](Self::verify_refresh) and [`issue`](Self::issue).
    pub fn renew_access(
        &self,
        refresh_token: &str,
        user_type: &str,
        private: &PrivateClaims,
        now: UnixTime,
    ) -> Result<String, Error> {
        let refresh = self.verify_refresh(refresh_token, now)?;
        let identity = Identity::new(refresh.user_id, user_type, &refresh.session_id);
        Ok(self.issue_access(&identity.access_claims(private), now)?.token)
    }

    fn sign(
        &self,
        kind: TokenKind,
        identity: &Identity<'_>,
        iat: UnixTime,
        exp: UnixTime,
        jti: Option<&str>,
    ) -> Result<IssuedToken, Error> {
        let policy = &self.verifier.policy;
        let payload = PairPayload { kind, identity, policy, iat: iat.into(), exp: exp.into(), jti };
        let mut token = Unsigned::new(self.verifier.header(kind))?;
        payload.write(&mut token).map_err(|_| Error::ClaimsNotAnObject)?;
        let token = token.sign(self.verifier.keys(kind));
        let (bytes, limit) = (token.len(), policy.validation.max_token_bytes);
        if bytes > limit {
            return Err(Error::TokenTooLong { bytes, limit });
        }
        Ok(IssuedToken { token, expires_at: exp })
    }
}
