//! The application's own claims beside those of the pair ([RFC 7519 §4.2, §4.3]).
//!
//! In: anything that serializes to a JSON object. Out: claims with names of their own.
//! Not here: the pair's own claims.
//!
//! [RFC 7519 §4.2, §4.3]: https://www.rfc-editor.org/rfc/rfc7519#section-4.2

use alloc::string::String;

use serde_core::de::DeserializeOwned;
use serde_core::ser::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::claim_names::ClaimNames;
use crate::error::Error;
use crate::json::{self, Reading};
use crate::jwt::registered_claims::REGISTERED_CLAIMS;
use crate::jwt::{does_not_fit, to_claims_set};

/// An application's own claims of one token.
///
/// None of them has a registered name (RFC 7519 §4.1) or a name of the pair (`user_id`,
/// `user_type`, `session_id`). Integers reach from -2^63 to 2^64 - 1, and other numbers are `f64`.
///
/// ```
/// use jwt_pair::{Error, PrivateClaims};
/// use serde_json::json;
/// let claims = PrivateClaims::new(&json!({"tenant": "acme", "scopes": ["read"]}))?;
/// assert_eq!(claims.get("tenant"), Some(&json!("acme")));
///
/// let reserved = PrivateClaims::new(&json!({"exp": 0}));
/// assert_eq!(reserved.unwrap_err(), Error::ReservedClaim { claim: "exp" });
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PrivateClaims(Map<String, Value>);

impl PrivateClaims {
    /// Claims from a `struct`, a [`Map`], or anything else that serializes to a JSON object.
    ///
    /// # Errors
    /// [`Error::ReservedClaim`] for `{"exp": 0}`; [`Error::ClaimsNotAnObject`] for `[1]`, for a
    /// name that occurs twice, and for more than 127 levels; [`Error::InexactNumber`] for a NaN and
    /// for a `u128` of 2^64 or more.
    pub fn new<T: Serialize + ?Sized>(claims: &T) -> Result<Self, Error> {
        let claims_set = to_claims_set(claims)?;
        let claims = json::read_object(&claims_set, [], &mut [], Reading::All)
            .map_err(|_| Error::ClaimsNotAnObject)?;
        let own = Self(claims);
        own.refuse(&REGISTERED_CLAIMS)?;
        own.refuse(&ClaimNames::DEFAULT.all())?;
        Ok(own)
    }

    /// The value of one claim.
    pub fn get(&self, claim: &str) -> Option<&Value> {
        self.0.get(claim)
    }

    /// All claims, untyped.
    pub const fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }

    /// All claims as a type of the caller's.
    ///
    /// # Errors
    /// [`Error::ClaimsDoNotFit`] for `{}` and a `struct` that has a required field.
    pub fn to<T: DeserializeOwned>(&self) -> Result<T, Error> {
        T::deserialize(&self.0).map_err(|error| does_not_fit::<T>(&error))
    }

    /// Takes the claims of a token that are not the pair's.
    pub(super) const fn of_token(claims: Map<String, Value>) -> Self {
        Self(claims)
    }

    /// The claims that can stand beside those of the pair in one object. Where the policy names
    /// others, a token can have a private claim `user_id`. It must not pass for the user.
    pub(super) fn beside_the_pairs(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.0.iter().filter(|(name, _)| !ClaimNames::DEFAULT.all().contains(&name.as_str()))
    }

    /// Fails if a claim has one of these names.
    pub(super) fn refuse(&self, names: &[&'static str]) -> Result<(), Error> {
        match names.iter().find(|claim| self.0.contains_key(**claim)) {
            Some(claim) => Err(Error::ReservedClaim { claim }),
            None => Ok(()),
        }
    }
}

/// As a JSON object.
impl Serialize for PrivateClaims {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
