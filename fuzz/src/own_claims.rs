//! An application's own claims, and whether they had to be refused.

use jwt_pair::{Error, PrivateClaims};
use serde_json::{Map, Value};

use crate::choices::Choices;

const RESERVED: [&str; 10] =
    ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "user_id", "user_type", "session_id"];

/// Any object; what is taken is taken as it is, and what is refused is refused for a reason.
pub fn own_claims(choices: &mut Choices<'_>) -> Option<PrivateClaims> {
    let members = choices.members(2);
    let is_reserved = |name: &String| RESERVED.contains(&name.as_str());
    match PrivateClaims::new(&members) {
        Ok(own) => {
            assert_eq!(own.as_map(), &members);
            assert!(!members.keys().any(is_reserved));
            Some(own)
        }
        Err(Error::ReservedClaim { claim }) => {
            assert!(members.contains_key(claim) && RESERVED.contains(&claim));
            None
        }
        Err(error) => {
            assert_eq!(error, Error::ClaimsNotAnObject);
            assert!(levels_of_members(&members) > 127, "{members:?}");
            None
        }
    }
}

fn levels_of_members(members: &Map<String, Value>) -> usize {
    1 + members.values().map(levels).max().unwrap_or_default()
}

fn levels(value: &Value) -> usize {
    match value {
        Value::Array(elements) => 1 + elements.iter().map(levels).max().unwrap_or_default(),
        Value::Object(members) => levels_of_members(members),
        _ => 0,
    }
}
