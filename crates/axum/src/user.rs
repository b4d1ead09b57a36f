//! What the service says of a user at each refresh.

use jwt_pair::PrivateClaims;
use jwt_pair_sessions::Renewal;

/// What a user is today: the rights that the next access token carries.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct User {
    user_type: String,
    access_claims: PrivateClaims,
}

impl User {
    /// The type of the user, such as `customer`.
    pub fn new(user_type: impl Into<String>) -> Self {
        Self { user_type: user_type.into(), access_claims: PrivateClaims::default() }
    }

    /// Own claims for the access token.
    pub fn access_claims(mut self, claims: PrivateClaims) -> Self {
        self.access_claims = claims;
        self
    }

    pub(crate) fn renewal(&self) -> Renewal<'_> {
        Renewal::new(&self.user_type).access_claims(&self.access_claims)
    }
}
