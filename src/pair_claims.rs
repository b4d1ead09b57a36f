//! The claims of the token pair: what is in an access token, what is in a refresh token.
//!
//! In: an authenticated claims set. Out: claims of one kind, of the right types, not yet validated.
//! Not here: dates and audiences; signing.

use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt;

use serde_json::Value;

use crate::claims::{self, RegisteredClaims};
use crate::error::Error;
use crate::json_value::Json;
use crate::numeric_date::NumericDate;
use crate::private_claims::PrivateClaims;
use crate::token_kind::TokenKind;

/// A user: a JSON integer from -2^63 to 2^63 - 1, or a JSON string.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum UserId<'a> {
    /// A number, such as a primary key.
    Integer(i64),
    /// A text, such as a UUID.
    Text(Cow<'a, str>),
}

impl UserId<'_> {
    /// The same id, borrowing nothing.
    pub fn into_owned(self) -> UserId<'static> {
        match self {
            Self::Integer(id) => UserId::Integer(id),
            Self::Text(id) => UserId::Text(Cow::Owned(id.into_owned())),
        }
    }
}

impl From<i64> for UserId<'_> {
    fn from(id: i64) -> Self {
        Self::Integer(id)
    }
}

impl<'a> From<&'a str> for UserId<'a> {
    fn from(id: &'a str) -> Self {
        Self::Text(Cow::Borrowed(id))
    }
}

impl From<String> for UserId<'_> {
    fn from(id: String) -> Self {
        Self::Text(Cow::Owned(id))
    }
}

impl fmt::Display for UserId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(id) => id.fmt(f),
            Self::Text(id) => id.fmt(f),
        }
    }
}

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
    pub user_id: UserId<'static>,
    /// What the user is, such as `customer`: the rights that the token carries.
    pub user_type: String,
    /// The session that the token was issued in.
    pub session_id: String,
    /// When the token expires (RFC 7519 §4.1.4).
    pub exp: NumericDate,
    /// When the token was issued (RFC 7519 §4.1.6).
    pub iat: NumericDate,
    /// The application's own claims: all that are neither registered (RFC 7519 §4.1) nor the pair's.
    pub private: PrivateClaims,
}

/// The claims of a refresh token that has been verified and validated.
///
/// It has no `user_type`: rights are looked up anew when an access token is renewed. It does not pass
/// for an access token's:
///
/// ```compile_fail,E0308
/// fn rights(claims: &jwt_pair::AccessClaims) -> &str { &claims.user_type }
/// fn handle(refresh: &jwt_pair::RefreshClaims) { rights(refresh); }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefreshClaims {
    /// Whom the token is for.
    pub user_id: UserId<'static>,
    /// The session that the token was issued in.
    pub session_id: String,
    /// When the token expires (RFC 7519 §4.1.4).
    pub exp: NumericDate,
    /// When the token was issued (RFC 7519 §4.1.6).
    pub iat: NumericDate,
    /// The token's id (RFC 7519 §4.1.7), where it has one.
    pub jti: Option<String>,
    /// The application's own claims: all that are neither registered (RFC 7519 §4.1) nor the pair's.
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

/// The members of a claims set, before it is known which kind they make.
#[derive(Debug)]
pub(crate) struct PairMembers<'de> {
    pub(crate) registered: RegisteredClaims<'de>,
    user_id: UserId<'de>,
    user_type: Option<Cow<'de, str>>,
    session_id: Cow<'de, str>,
    exp: NumericDate,
    iat: NumericDate,
    private: PrivateClaims,
}

impl<'de> PairMembers<'de> {
    pub(crate) fn read(payload: &'de str) -> Result<Self, Error> {
        let (mut user_id, mut user_type, mut session_id) = (None, None, None);
        let mut private = PrivateClaims::default();
        let registered = RegisteredClaims::read(payload, |name, value| match name {
            "user_id" => user_id = Some(value),
            "user_type" => user_type = Some(value),
            "session_id" => session_id = Some(value),
            _ => private.insert(name, value),
        })?;
        let user_type = user_type.map(|value| claims::text("user_type", value));
        Ok(Self {
            user_id: read_user_id(present("user_id", user_id)?)?,
            user_type: user_type.transpose()?,
            session_id: claims::text("session_id", present("session_id", session_id)?)?,
            exp: present("exp", registered.exp)?,
            iat: present("iat", registered.iat)?,
            registered,
            private,
        })
    }

    /// The kind that the members make: only access tokens have a `user_type`.
    pub(crate) const fn kind(&self) -> TokenKind {
        match self.user_type {
            Some(_) => TokenKind::Access,
            None => TokenKind::Refresh,
        }
    }

    pub(crate) fn into_claims(self) -> PairClaims {
        let user_id = self.user_id.into_owned();
        let session_id = self.session_id.into_owned();
        match self.user_type {
            Some(user_type) => PairClaims::Access(AccessClaims {
                user_id,
                user_type: user_type.into_owned(),
                session_id,
                exp: self.exp,
                iat: self.iat,
                private: self.private,
            }),
            None => PairClaims::Refresh(RefreshClaims {
                user_id,
                session_id,
                exp: self.exp,
                iat: self.iat,
                jti: self.registered.jti.map(Cow::into_owned),
                private: self.private,
            }),
        }
    }
}

fn present<T>(claim: &'static str, value: Option<T>) -> Result<T, Error> {
    value.ok_or(Error::MissingClaim { claim })
}

fn read_user_id(value: Json<'_>) -> Result<UserId<'_>, Error> {
    let id = match value {
        Json::Text(id) => Some(UserId::Text(id)),
        Json::Other(Value::Number(id)) => id.as_i64().map(UserId::Integer),
        Json::Other(_) => None,
    };
    id.ok_or(Error::ClaimType {
        claim: "user_id",
        expected: "a string or an integer from -2^63 to 2^63 - 1",
    })
}
