//! Why a request of the service's own routes was refused, with the headers that belong to it.

use std::time::Duration;

use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use jwt_pair_axum::Problem;

use crate::accounts::AccountsError;
use crate::password::PasswordError;

/// A problem, and when to try again.
#[derive(Debug)]
pub struct Refusal {
    problem: Problem,
    retry_after: Option<Duration>,
}

impl Refusal {
    /// A problem of a status, with a sentence for the client.
    pub fn new(status: StatusCode, detail: &'static str) -> Self {
        Problem::other(status, detail).into()
    }

    /// The client must wait.
    pub fn later(status: StatusCode, detail: &'static str, after: Duration) -> Self {
        Self { problem: Problem::other(status, detail), retry_after: Some(after) }
    }

    /// One answer for an account that is not there, is disabled, or has another password.
    pub fn wrong_login() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Wrong name or password")
    }

    /// Somebody who is logged in gave a wrong password. Not a 401: the token is good.
    pub fn wrong_password() -> Self {
        Self::new(StatusCode::FORBIDDEN, "Wrong password")
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self { problem, retry_after: None }
    }
}

impl From<AccountsError> for Refusal {
    fn from(error: AccountsError) -> Self {
        Problem::Unavailable(format!("the accounts: {error}")).into()
    }
}

impl From<PasswordError> for Refusal {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Busy => Self::later(
                StatusCode::SERVICE_UNAVAILABLE,
                "Too many logins at once",
                Duration::from_secs(1),
            ),
            PasswordError::Failed => Problem::Fault("the password hashing failed".into()).into(),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = self.problem.into_response();
        if let Some(after) = self.retry_after {
            let seconds = after.as_millis().div_ceil(1000).max(1).to_string();
            if let Ok(seconds) = HeaderValue::try_from(seconds) {
                response.headers_mut().insert(RETRY_AFTER, seconds);
            }
        }
        if response.status() == StatusCode::UNAUTHORIZED {
            let challenge = response.headers_mut().entry(WWW_AUTHENTICATE);
            challenge.or_insert(HeaderValue::from_static("Bearer"));
        }
        response
    }
}
