//! A layer that lets only requests with a good access token pass.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use tower::{Layer, Service};

use crate::auth::Auth;
use crate::extract::{self, Found};
use crate::problem::Problem;
use crate::rights::Rights;

/// A layer for [`Router::route_layer`](axum::Router::route_layer): only a request with an access
/// token that has the [`Rights`] passes. The extractors behind it do not verify again, except
/// [`CheckedAccess`](crate::CheckedAccess) behind a guard that is not [`checked`](Guard::checked).
#[derive(Clone, Debug)]
#[must_use]
pub struct Guard {
    auth: Auth,
    rights: Vec<Rights>,
    checked: bool,
}

/// A service behind a [`Guard`].
#[derive(Clone, Debug)]
pub struct Guarded<S> {
    guard: Guard,
    inner: S,
}

impl Auth {
    /// A layer that lets only requests with a valid access token pass.
    pub fn guard(&self) -> Guard {
        Guard { auth: self.clone(), rights: Vec::new(), checked: false }
    }
}

impl Guard {
    /// The token must also have these rights. Called again, it asks for the other ones too.
    pub fn rights(mut self, rights: Rights) -> Self {
        self.rights.push(rights);
        self
    }

    /// The session must also stand: the store is asked for each request.
    pub const fn checked(mut self) -> Self {
        self.checked = true;
        self
    }

    async fn admit(&self, request: Request) -> Result<Request, Problem> {
        let (mut parts, body) = request.into_parts();
        let claims = extract::required(&mut parts, &self.auth, self.checked).await?;
        self.rights.iter().try_for_each(|rights| rights.check(&claims))?;
        parts.extensions.insert(Found { by: self.auth.clone(), claims, checked: self.checked });
        Ok(Request::from_parts(parts, body))
    }
}

impl<S> Layer<S> for Guard {
    type Service = Guarded<S>;

    fn layer(&self, inner: S) -> Guarded<S> {
        Guarded { guard: self.clone(), inner }
    }
}

impl<S> Service<Request> for Guarded<S>
where
    S: Service<Request, Response = Response> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        // The one that was polled ready is called; its clone takes its place.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        let guard = self.guard.clone();
        Box::pin(async move {
            match guard.admit(request).await {
                Ok(request) => inner.call(request).await,
                Err(problem) => Ok(problem.into_response()),
            }
        })
    }
}
