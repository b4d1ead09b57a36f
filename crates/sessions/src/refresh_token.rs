//! The refresh token that a row fixes: signed from the row, and read back to its generation.
//!
//! In: rows; claims of refresh tokens that have been verified. Out: tokens; what one says.
//! Not here: whether that is still good, which is `decide`.

use jwt_pair::{
    Error, Identity, IssuedToken, NumericDate, PairIssuer, PrivateClaims, RefreshClaims, TokenPair,
    UnixTime,
};

use crate::decide::ShownToken;
use crate::login::Renewal;
use crate::session::Session;

impl Session {
    /// A pair for the session as this row stands, for this row's user. The refresh token is the same
    /// for the same row, to the byte, as long as the signing key, the policy and its own claims are
    /// the same. It expires at the row's `expires_at`.
    ///
    /// `refresh_claims` are the own claims of the refresh token that was shown.
    ///
    /// # Errors
    /// As [`PairIssuer::issue`].
    pub fn issue(
        &self,
        issuer: &PairIssuer,
        renewal: &Renewal<'_>,
        refresh_claims: &PrivateClaims,
        now: UnixTime,
    ) -> Result<TokenPair, Error> {
        let identity = Identity::new(&self.user_id, renewal.user_type, &self.session_id);
        let access = issuer.issue_access(&renewal.with_claims(identity.clone()), now)?;
        let refresh = self.issue_refresh(issuer, &identity.refresh_claims(refresh_claims))?;
        Ok(TokenPair::new(access, refresh))
    }

    pub(crate) fn issue_refresh(
        &self,
        issuer: &PairIssuer,
        identity: &Identity<'_>,
    ) -> Result<IssuedToken, Error> {
        issuer.issue_refresh(identity, &self.jti(), self.rotated_at, self.expires_at)
    }
}

/// What a refresh token of a session says, for [`decide`](crate::decide).
///
/// # Errors
/// [`Error::MissingClaim`] without `jti`; [`Error::ClaimMismatch`] if it is not `<session_id>.` and
/// a decimal number below 2^64 without leading zeros, such as `s.01` or the `jti` of another session.
pub fn shown(claims: &RefreshClaims) -> Result<ShownToken<'_>, Error> {
    let jti = claims.jti.as_deref().ok_or(Error::MissingClaim { claim: "jti" })?;
    let digits = jti.strip_prefix(&claims.session_id).and_then(|rest| rest.strip_prefix('.'));
    let canonical = digits.filter(|digits| {
        digits.bytes().all(|digit| digit.is_ascii_digit()) && !digits.starts_with('0')
    });
    let generation = canonical.and_then(|digits| digits.parse().ok());
    let generation = generation.ok_or(Error::ClaimMismatch { claim: "jti" })?;
    Ok(ShownToken { user_id: &claims.user_id, generation, iat: time_of(claims.iat) })
}

/// A token without `jti` is of generation 0.
pub(crate) fn shown_without_jti(claims: &RefreshClaims) -> ShownToken<'_> {
    ShownToken { user_id: &claims.user_id, generation: 0, iat: time_of(claims.iat) }
}

fn time_of(date: NumericDate) -> UnixTime {
    UnixTime::from_secs(u64::try_from(date.as_secs()).unwrap_or(u64::MAX))
}
