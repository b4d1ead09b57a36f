//! `jwt-simple` with its feature `pure-rust`.

mod harness;

use std::collections::HashMap;

use harness::{
    ACCESS_SECONDS, REFRESH_SECONDS, Request, Task, own, serve, show_claims, show_pair, show_token,
    with_dates,
};
use jwt_simple::prelude::*;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

type Verified<T> = Result<JWTClaims<T>, jwt_simple::Error>;

fn main() {
    serve(task);
}

fn task(request: &Request<'_>) -> Option<Task> {
    let token = request.token();
    let key = HS256Key::from_bytes(&request.secret);
    match request.operation {
        "issue" => {
            let issue = move || -> Result<(String, String), jwt_simple::Error> {
                let (user_id, session_id) = (123, "session123");
                let access = own::NewAccess { user_id, user_type: "customer", session_id };
                let access = key.authenticate(claims(access, ACCESS_SECONDS))?;
                let refresh = own::NewRefresh { user_id, session_id };
                Ok((access, key.authenticate(claims(refresh, REFRESH_SECONDS))?))
            };
            Some(Task::new(issue, show_pair))
        }
        "access" | "typed" => Some(Task::new(move || verify::<own::Access>(&key, &token), show)),
        "refresh" => Some(Task::new(move || verify::<own::Refresh>(&key, &token), show)),
        "untyped" => Some(Task::new(move || verify::<Map<String, Value>>(&key, &token), show)),
        "data" => Some(Task::new(move || verify::<own::Data>(&key, &token), show)),
        "renew" => {
            let renew = move || {
                let own::Refresh { user_id, session_id } = verify(&key, &token)?.custom;
                let session_id = session_id.as_str();
                let access = own::NewAccess { user_id, user_type: "customer", session_id };
                key.authenticate(claims(access, ACCESS_SECONDS))
            };
            Some(Task::new(renew, show_token))
        }
        "ring" => {
            let ring: HashMap<String, HS256Key> =
                request.ring().map(|(kid, secret)| (kid, HS256Key::from_bytes(&secret))).collect();
            let verify = move || {
                let metadata = Token::decode_metadata(&token)?;
                let key = metadata.key_id().and_then(|kid| ring.get(kid));
                verify::<own::Access>(
                    key.ok_or(jwt_simple::JWTError::MissingJWTKeyIdentifier)?,
                    &token,
                )
            };
            Some(Task::new(verify, show))
        }
        _ => None,
    }
}

/// Without the `nbf` that the crate adds, which no other contestant writes.
fn claims<T: Serialize>(own: T, seconds: u32) -> JWTClaims<T> {
    let mut claims = Claims::with_custom_claims(own, Duration::from_secs(seconds.into()));
    claims.invalid_before = None;
    claims
}

fn verify<T: DeserializeOwned>(key: &HS256Key, token: &str) -> Verified<T> {
    let options = VerificationOptions { time_tolerance: None, ..VerificationOptions::default() };
    key.verify_token(token, Some(options))
}

fn show<T: Serialize>(claims: Verified<T>) -> Value {
    let seconds = |date: Option<UnixTimeStamp>| date.map(|date| date.as_secs());
    show_claims(claims.map(|claims| {
        with_dates(claims.custom, seconds(claims.expires_at), seconds(claims.issued_at))
    }))
}
