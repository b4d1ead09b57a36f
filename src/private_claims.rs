//! The application's own claims beside the pair's ([RFC 7519 §4.2, §4.3]).
//!
//! In: whatever serializes to a JSON object. Out: claims that collide with no claim of the pair.
//! Not here: the pair's own claims.
//!
//! [RFC 7519 §4.2, §4.3]: https://www.rfc-editor.org/rfc/rfc7519#section-4.2

use alloc::borrow::ToOwned as _;
use alloc::string::String;

use serde_core::de::DeserializeOwned;
use serde_core::ser::Serialize;
use serde_json::{Map, Value};

use crate::claims::REGISTERED_CLAIMS;
use crate::error::Error;
use crate::json;
use crate::json_value::Json;

/// The claims that each token of a pair may have.
pub(crate) const PAIR_CLAIMS: [&str; 3] = ["user_id", "user_type", "session_id"];

/// An application's own claims of one token.
///
/// None has a registered name (RFC 7519 §4.1) or one of the pair's (`user_id`, `user_type`,
/// `session_id`). Values are what `serde_json` reads: integers from -2^63 to 2^64 - 1, and other numbers
/// as `f64`.
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
    /// Claims from a `struct`, a [`Map`], or anything else that serializes to a JSON object. An `f64`
    /// that is no number becomes `null`, as JSON has none.
    ///
    /// # Errors
    /// [`Error::ReservedClaim`] for `{"exp": 0}`; [`Error::ClaimsNotAnObject`] for `[1]`, for a
    /// name twice, and for more than 127 levels, which no token could be read with.
    pub fn new<T: Serialize + ?Sized>(claims: &T) -> Result<Self, Error> {
        let text = serde_json::to_string(claims).map_err(|_| Error::ClaimsNotAnObject)?;
        let mut own = Self::default();
        json::read_object(&text, |name, value| own.insert(name, value))
            .map_err(|_| Error::ClaimsNotAnObject)?;
        let mut reserved = REGISTERED_CLAIMS.into_iter().chain(PAIR_CLAIMS);
        match reserved.find(|claim| own.0.contains_key(*claim)) {
            Some(claim) => Err(Error::ReservedClaim { claim }),
            None => Ok(own),
        }
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
        T::deserialize(&self.0)
            .map_err(|error| Error::ClaimsDoNotFit { line: error.line(), column: error.column() })
    }

    pub(crate) fn insert(&mut self, claim: &str, value: Json<'_>) {
        self.0.insert(claim.to_owned(), value.into_value());
    }
}
