//! What an access token must say, beyond being valid.

use jwt_pair::AccessClaims;
use jwt_pair::serde_json::Value;

use crate::problem::Problem;

/// What an access token must say: one of these types of user, and all of these claims.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct Rights {
    user_types: Vec<String>,
    claims: Vec<Claim>,
}

#[derive(Clone, Debug, PartialEq)]
enum Claim {
    Is(String, Value),
    Contains(String, Value),
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

    /// The own claim is this value.
    pub fn claim(mut self, claim: impl Into<String>, value: impl Into<Value>) -> Self {
        self.claims.push(Claim::Is(claim.into(), value.into()));
        self
    }

    /// The own claim is a list that contains this value.
    pub fn claim_contains(mut self, claim: impl Into<String>, value: impl Into<Value>) -> Self {
        self.claims.push(Claim::Contains(claim.into(), value.into()));
        self
    }

    /// Whether a token says so.
    ///
    /// # Errors
    /// [`Problem::InsufficientScope`].
    pub fn check(&self, claims: &AccessClaims) -> Result<(), Problem> {
        let of_a_type = self.user_types.is_empty() || self.user_types.contains(&claims.user_type);
        if !of_a_type || !self.claims.iter().all(|claim| claim.is_in(claims)) {
            return Err(Problem::InsufficientScope);
        }
        Ok(())
    }
}

impl Claim {
    fn is_in(&self, claims: &AccessClaims) -> bool {
        match self {
            Self::Is(name, value) => claims.private.get(name) == Some(value),
            Self::Contains(name, value) => {
                let list = claims.private.get(name).and_then(Value::as_array);
                list.is_some_and(|list| list.contains(value))
            }
        }
    }
}
