//! The refresh token that a row fixes: signed from the row, and read back to its generation.
//!
//! In: rows; claims of refresh tokens that have been verified. Out: tokens; the number that one names.
//! Not here: whether that number is still good, which is `decide`.

use jwt_pair::{Error, Identity, IssuedToken, PairIssuer, RefreshClaims, TokenPair, UnixTime};

use crate::session::Session;

impl Session {
    /// A pair for the session as this row stands: the refresh token is the same for the same row, to
    /// the byte, as long as the signing key, the policy and the own claims are the same.
    ///
    /// The identity is that of the row.
    ///
    /// # Errors
    /// As [`PairIssuer::issue`].
    pub fn issue(
        &self,
        issuer: &PairIssuer,
        identity: &Identity<'_>,
        now: UnixTime,
    ) -> Result<TokenPair, Error> {
        let access = issuer.issue_access(identity, now)?;
        Ok(TokenPair::new(access, self.issue_refresh(issuer, identity)?))
    }

    pub(crate) fn issue_refresh(
        &self,
        issuer: &PairIssuer,
        identity: &Identity<'_>,
    ) -> Result<IssuedToken, Error> {
        issuer.issue_refresh(identity, &self.jti(), self.rotated_at, self.expires_at)
    }
}

/// The generation that a refresh token names in its `jti`.
///
/// # Errors
/// [`Error::MissingClaim`] without `jti`; [`Error::ClaimMismatch`] if it is not `<session_id>.` and
/// a decimal number below 2^64 without leading zeros, such as `s.01` or the `jti` of another session.
pub fn generation(claims: &RefreshClaims) -> Result<u64, Error> {
    let jti = claims.jti.as_deref().ok_or(Error::MissingClaim { claim: "jti" })?;
    let digits = jti.strip_prefix(&claims.session_id).and_then(|rest| rest.strip_prefix('.'));
    let canonical = digits.filter(|digits| {
        digits.bytes().all(|digit| digit.is_ascii_digit()) && !digits.starts_with('0')
    });
    let generation = canonical.and_then(|digits| digits.parse().ok());
    generation.ok_or(Error::ClaimMismatch { claim: "jti" })
}
