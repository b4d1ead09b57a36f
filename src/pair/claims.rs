//! The claims of the pair: what an access token says, and what a refresh token says.
//!
//! In: an authentic claims set. Out: claims of one kind, of the right types, not yet validated.
//! Not here: dates and audiences; signing.

use alloc::borrow::Cow;
use alloc::string::String;

use serde_core::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::{Map, Value};

use super::claim_names::ClaimNames;
use super::private_claims::PrivateClaims;
use super::user_id::UserId;
use crate::error::Error;
use crate::json::{self, Json, Reading};
use crate::jwt::registered_claims::{self, RegisteredClaims, payload_fault};
use crate::time::NumericDate;
use crate::token_kind::TokenKind;

/// The claims of an access token that has been verified and validated.
///
/// Only verification makes one:
///
/// ```compile_fail,E0639
/// use jwt_pair::AccessClaims;
/// fn forge(of_a_customer: AccessClaims) -> AccessClaims {
///     AccessClaims { user_type: "admin".into(), ..of_a_customer }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccessClaims {
    /// Whom the token is for.
    pub user_id: UserId,
    /// The type of the user, such as `customer`: the rights that the token carries.
    pub user_type: String,
    /// The session that the token was issued in.
    pub session_id: String,
    /// When the token expires (RFC 7519 §4.1.4).
    pub exp: NumericDate,
    /// When the token was issued (RFC 7519 §4.1.6).
    pub iat: NumericDate,
    /// The application's own claims: neither registered (RFC 7519 §4.1) nor the pair's.
    pub private: PrivateClaims,
}

/// The claims of a refresh token that has been verified and validated.
///
/// It has no `user_type`: the service looks the rights up again when it renews an access token. It
/// does not pass for the claims of an access token:
///
/// ```compile_fail,E0308
/// fn rights(claims: &jwt_pair::AccessClaims) -> &str { &claims.user_type }
/// fn handle(refresh: &jwt_pair::RefreshClaims) { rights(refresh); }
/// ```
///
/// Only verification makes one:
///
/// ```compile_fail,E0639
/// use jwt_pair::RefreshClaims;
/// fn forge(of_a_customer: RefreshClaims) -> RefreshClaims {
///     RefreshClaims { user_id: 1.into(), ..of_a_customer }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefreshClaims {
    /// Whom the token is for.
    pub user_id: UserId,
    /// The session that the token was issued in.
    pub session_id: String,
    /// When the token expires (RFC 7519 §4.1.4).
    pub exp: NumericDate,
    /// When the token was issued (RFC 7519 §4.1.6).
    pub iat: NumericDate,
    /// The id of the token (RFC 7519 §4.1.7), if it has one. The token of a session has one.
    pub jti: Option<String>,
    /// The application's own claims: neither registered (RFC 7519 §4.1) nor the pair's.
    pub private: PrivateClaims,
}

/// The claims of a token of either kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PairClaims {
    /// Of an access token.
    Access(AccessClaims),
    /// Of a refresh token.
    Refresh(RefreshClaims),
}

/// A claims set of either kind. It borrows from the payload, so a refusal copies nothing.
#[derive(Debug)]
pub struct ClaimsSet<'de> {
    pub(super) registered: RegisteredClaims<'de>,
    pub(super) exp: NumericDate,
    pub(super) iat: NumericDate,
    user_id: ReadUserId<'de>,
    user_type: Option<Cow<'de, str>>,
    session_id: Cow<'de, str>,
    others: Map<String, Value>,
}

impl<'de> ClaimsSet<'de> {
    pub(super) fn read(claims_set: &'de str, names: ClaimNames) -> Result<Self, Error> {
        // In the order in which an issuer writes them. Where the user's id is the `sub`, the first
        // of the two names takes it.
        let ClaimNames { user_id: user, user_type: role, session_id: session } = names;
        let known = [user, role, session, "exp", "iat", "jti", "iss", "aud", "nbf", "sub"];
        let mut values = [const { None }; 10];
        let others = json::read_object(claims_set, known, &mut values, Reading::All)
            .map_err(payload_fault)?;
        let [user_id, user_type, session_id, exp, iat, jti, iss, aud, nbf, sub] = values;
        let registered = RegisteredClaims::from_values([iss, sub, aud, exp, nbf, iat, jti])?;
        Ok(Self {
            user_id: ReadUserId::from_json(present(user, user_id)?, names)?,
            user_type: registered_claims::text(role, user_type)?,
            session_id: present(session, registered_claims::text(session, session_id)?)?,
            exp: present("exp", registered.exp)?,
            iat: present("iat", registered.iat)?,
            registered,
            others,
        })
    }

    /// The kind that the claims make: only access tokens have a `user_type`.
    pub(super) const fn kind(&self) -> TokenKind {
        match self.user_type {
            Some(_) => TokenKind::Access,
            None => TokenKind::Refresh,
        }
    }
}

/// A user's id that has not been copied.
#[derive(Debug)]
enum ReadUserId<'de> {
    Integer(i64),
    Text(Cow<'de, str>),
}

impl<'de> ReadUserId<'de> {
    fn from_json(value: Json<'de>, names: ClaimNames) -> Result<Self, Error> {
        match value {
            Json::Text(id) => Ok(Self::Text(id.to_text())),
            Json::Integer(id) if !names.user_is_subject() => Ok(Self::Integer(id)),
            _ => Err(Error::ClaimType { claim: names.user_id, expected: names.user_id_type() }),
        }
    }

    fn into_owned(self) -> UserId {
        match self {
            Self::Integer(id) => UserId::Integer(id),
            Self::Text(id) => UserId::Text(id.into_owned()),
        }
    }
}

fn present<T>(claim: &'static str, value: Option<T>) -> Result<T, Error> {
    value.ok_or(Error::MissingClaim { claim })
}

impl From<ClaimsSet<'_>> for AccessClaims {
    /// The kind has been checked, so there is a `user_type`.
    fn from(claims: ClaimsSet<'_>) -> Self {
        Self {
            user_id: claims.user_id.into_owned(),
            user_type: claims.user_type.unwrap_or_default().into_owned(),
            session_id: claims.session_id.into_owned(),
            exp: claims.exp,
            iat: claims.iat,
            private: PrivateClaims::of_token(claims.others),
        }
    }
}

impl From<ClaimsSet<'_>> for RefreshClaims {
    fn from(claims: ClaimsSet<'_>) -> Self {
        Self {
            user_id: claims.user_id.into_owned(),
            session_id: claims.session_id.into_owned(),
            exp: claims.exp,
            iat: claims.iat,
            jti: claims.registered.jti.map(Cow::into_owned),
            private: PrivateClaims::of_token(claims.others),
        }
    }
}

/// As one JSON object with the names of the fields. The private claims stand beside the others, if
/// none of those has the same name.
impl Serialize for AccessClaims {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("user_id", &self.user_id)?;
        map.serialize_entry("user_type", &self.user_type)?;
        map.serialize_entry("session_id", &self.session_id)?;
        map.serialize_entry("exp", &self.exp)?;
        map.serialize_entry("iat", &self.iat)?;
        for (name, value) in self.private.beside_the_pairs() {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// As one JSON object with the names of the fields. The private claims stand beside the others, if
/// none of those has the same name.
impl Serialize for RefreshClaims {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("user_id", &self.user_id)?;
        map.serialize_entry("session_id", &self.session_id)?;
        map.serialize_entry("exp", &self.exp)?;
        map.serialize_entry("iat", &self.iat)?;
        if let Some(jti) = &self.jti {
            map.serialize_entry("jti", jti)?;
        }
        for (name, value) in self.private.beside_the_pairs() {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// As the claims that it holds.
impl Serialize for PairClaims {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Access(claims) => claims.serialize(serializer),
            Self::Refresh(claims) => claims.serialize(serializer),
        }
    }
}
