//! What an access token must say, beyond being valid.

use jwt_pair::AccessClaims;
use jwt_pair::serde_json::Value;

use crate::problem::Problem;

/// What an access token must say: one of these types of user, and all of these claims.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct Rights {
    user_types: Vec<String>,
    claims: Vec<(String, Value)>,
}

impl Rights {
    /// Every valid access token has these.
    pub const fn new() -> Self {
        Self { user_types: Vec::new(), claims: Vec::new() }
    }

    /// The `user_type` is this one. Called again, it names another that will do.
    pub fn user_type(mut self, user_type: impl Into<String>) -> Self {
        self.user_types.push(user_type.into());
        self
    }

    /// The own claim is this value, or a list that contains it.
    pub fn claim(mut self, claim: impl Into<String>, value: impl Into<Value>) -> Self {
        self.claims.push((claim.into(), value.into()));
        self
    }

    /// Whether a token says so.
    ///
    /// # Errors
    /// [`Problem::InsufficientScope`].
    pub fn check(&self, claims: &AccessClaims) -> Result<(), Problem> {
        let of_a_type = self.user_types.is_empty() || self.user_types.contains(&claims.user_type);
        let says = |(name, value): &(String, Value)| match claims.private.get(name) {
            Some(Value::Array(list)) if list.contains(value) => true,
            claim => claim == Some(value),
        };
        if !of_a_type || !self.claims.iter().all(says) {
            return Err(Problem::InsufficientScope);
        }
        Ok(())
    }
}
