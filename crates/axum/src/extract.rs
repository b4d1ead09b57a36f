//! Extractors: the claims of the access token of a request.

use axum::extract::{FromRef, FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use jwt_pair::AccessClaims;
use jwt_pair_sessions::SessionError;

use crate::auth::Auth;
use crate::bearer;
use crate::problem::Problem;

/// The claims of the access token, for any state that [`Auth`] can be taken from.
///
/// `Option<Access>` is `None` without credentials. A token that is there and is refused is refused
/// there too.
///
/// A logout does not reach this: the token works until it expires. See [`CheckedAccess`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access(
    /// The claims.
    pub AccessClaims,
);

/// The claims of the access token of a session that stands: the store is asked for each request, so
/// a logout counts at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedAccess(
    /// The claims.
    pub AccessClaims,
);

/// What a guard found out, so that the handler behind it need not.
#[derive(Clone)]
pub(crate) struct Found {
    pub(crate) by: Auth,
    pub(crate) claims: AccessClaims,
    pub(crate) checked: bool,
}

impl<S: Send + Sync> FromRequestParts<S> for Access
where
    Auth: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        required(parts, &Auth::from_ref(state), false).await.map(Self)
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Access
where
    Auth: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Problem> {
        Ok(verified(parts, &Auth::from_ref(state), false).await?.map(Self))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for CheckedAccess
where
    Auth: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        required(parts, &Auth::from_ref(state), true).await.map(Self)
    }
}

pub(crate) async fn required(
    parts: &mut Parts,
    auth: &Auth,
    check: bool,
) -> Result<AccessClaims, Problem> {
    verified(parts, auth, check).await?.ok_or(Problem::NoCredentials)
}

/// The claims of the access token, and, if asked for, of a session that stands.
async fn verified(
    parts: &mut Parts,
    auth: &Auth,
    check: bool,
) -> Result<Option<AccessClaims>, Problem> {
    // Another `Auth` of the same service may hold other keys: what it found is not taken over.
    let found = parts.extensions.get::<Found>().filter(|found| found.by.is(auth));
    if let Some(found) = found.filter(|found| found.checked || !check) {
        return Ok(Some(found.claims.clone()));
    }
    let Some(token) = bearer::token(&parts.headers)? else { return Ok(None) };
    let (sessions, now) = (auth.sessions(), auth.now()?);
    let claims = sessions.issuer().verify_access(token, now)?;
    if check {
        sessions.check(&claims, now).await.map_err(|error| match error {
            // Who shows an access token alone is not told why the session is over.
            SessionError::Revoked(_) => {
                Problem::InvalidToken { message: error.public_message(), reason: None }
            }
            other => other.into(),
        })?;
    }
    Ok(Some(claims))
}
