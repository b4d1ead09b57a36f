//! Tokens of a predecessor: another library that issued pairs before this crate did.
//!
//! In: the settings of a change from one to the other. Out: whether an old token is accepted.
//! Not here: everything else about a token, which the verifier checks for old and new tokens alike.

use alloc::boxed::Box;
use core::time::Duration;

use super::claims::ClaimsSet;
use crate::error::Error;
use crate::hmac_sha256::KeyRing;
use crate::time::UnixTime;
use crate::token_kind::TokenKind;

/// Which tokens of a predecessor are accepted, beside those of this crate.
///
/// They have the same claims, and a `typ` of `JWT` or none, so only the claims tell their kind: an
/// access token has a `user_type`, a refresh token has none.
///
/// A token that the predecessor's keys signed for **another purpose** can have the same claims,
/// such as a link in an e-mail. So an old token must have exactly the lifetime that is named for
/// its kind, and after the date that is named none is accepted. A token for another purpose with
/// the same claims, the same key and the same lifetime cannot be told apart.
///
/// ```
/// use core::time::Duration;
/// use jwt_pair::{Key, PairPolicy, Predecessor, UnixTime};
/// # let old = Key::new(&[1; 32])?;
/// # let last_issued = UnixTime::from_secs(1_700_000_000);
/// let (access, refresh) = (Duration::from_secs(15 * 60), Duration::from_secs(7 * 24 * 3600));
/// // The last old token expires then.
/// let until = last_issued.saturating_add(refresh);
/// let predecessor = Predecessor::new(old.into(), access, refresh, until);
/// let policy = PairPolicy::new().predecessor(predecessor);
/// # Ok::<(), jwt_pair::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Predecessor {
    /// Boxed, so that a policy is moved without a copy of a key.
    pub(super) keys: Box<KeyRing>,
    access_lifetime: Duration,
    refresh_lifetime: Duration,
    until: UnixTime,
}

impl Predecessor {
    /// Tokens under these keys, with exactly these lifetimes in whole seconds (`exp` - `iat`), as
    /// long as the current time is before `until`.
    pub fn new(
        keys: KeyRing,
        access_lifetime: Duration,
        refresh_lifetime: Duration,
        until: UnixTime,
    ) -> Self {
        Self { keys: Box::new(keys), access_lifetime, refresh_lifetime, until }
    }

    pub(super) fn check(&self, claims: &ClaimsSet<'_>, now: UnixTime) -> Result<(), Error> {
        if now >= self.until {
            return Err(Error::PredecessorEnded { until: self.until, now });
        }
        let expected = match claims.kind() {
            TokenKind::Access => self.access_lifetime,
            TokenKind::Refresh => self.refresh_lifetime,
        };
        let (exp, iat) = (claims.exp, claims.iat);
        let lifetime = i128::from(exp.as_secs()).saturating_sub(iat.as_secs().into());
        if lifetime != i128::from(expected.as_secs()) {
            return Err(Error::PredecessorLifetime { expected, exp, iat });
        }
        Ok(())
    }
}
