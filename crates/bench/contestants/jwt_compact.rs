//! `jwt-compact`.

mod harness;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use harness::{
    ACCESS_SECONDS, REFRESH_SECONDS, Request, Task, own, serve, show_claims, show_pair, show_token,
    with_dates,
};
use jwt_compact::alg::{Hs256, Hs256Key};
use jwt_compact::prelude::*;
use jwt_compact::{CreationError, ParseError, ValidationError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

type Verified<T> = Result<Claims<T>, Fault>;

#[derive(Debug)]
enum Fault {
    Creation(#[allow(dead_code, reason = "for Debug")] CreationError),
    Parse(#[allow(dead_code, reason = "for Debug")] ParseError),
    Validation(#[allow(dead_code, reason = "for Debug")] ValidationError),
    UnknownKey,
}

fn main() {
    serve(task);
}

fn task(request: &Request<'_>) -> Option<Task> {
    let token = request.token();
    let key = Hs256Key::new(request.secret);
    let header = Header::empty().with_token_type("JWT");
    match request.operation {
        "issue" => {
            let issue = move || {
                let now = Utc::now();
                let (user_id, session_id) = (123, "session123");
                let access = own::NewAccess { user_id, user_type: "customer", session_id };
                let access = sign(&key, &header, access, ACCESS_SECONDS, now)?;
                let refresh = own::NewRefresh { user_id, session_id };
                Ok::<_, Fault>((access, sign(&key, &header, refresh, REFRESH_SECONDS, now)?))
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
                sign(&key, &header, access, ACCESS_SECONDS, Utc::now())
            };
            Some(Task::new(renew, show_token))
        }
        "ring" => {
            let ring: HashMap<String, Hs256Key> =
                request.ring().map(|(kid, secret)| (kid, Hs256Key::new(secret))).collect();
            let verify = move || {
                let untrusted = UntrustedToken::new(&token).map_err(Fault::Parse)?;
                let kid = untrusted.header().key_id.as_ref();
                let key = kid.and_then(|kid| ring.get(kid)).ok_or(Fault::UnknownKey)?;
                validate::<own::Access>(key, &untrusted)
            };
            Some(Task::new(verify, show))
        }
        _ => None,
    }
}

fn sign(
    key: &Hs256Key,
    header: &Header,
    own: impl Serialize,
    seconds: u32,
    now: DateTime<Utc>,
) -> Result<String, Fault> {
    let lifetime = chrono::Duration::seconds(seconds.into());
    let time = TimeOptions::new(chrono::Duration::zero(), || now);
    let claims = Claims::new(own).set_duration_and_issuance(&time, lifetime);
    Hs256.token(header, &claims, key).map_err(Fault::Creation)
}

fn verify<T: DeserializeOwned>(key: &Hs256Key, token: &str) -> Verified<T> {
    validate(key, &UntrustedToken::new(token).map_err(Fault::Parse)?)
}

fn validate<T: DeserializeOwned>(key: &Hs256Key, untrusted: &UntrustedToken<'_>) -> Verified<T> {
    let token: Token<T> = Hs256.validator(key).validate(untrusted).map_err(Fault::Validation)?;
    let now = TimeOptions::from_leeway(chrono::Duration::zero());
    token.claims().validate_expiration(&now).map_err(Fault::Validation)?;
    Ok(token.into_parts().1)
}

fn show<T: Serialize>(claims: Verified<T>) -> Value {
    let seconds = |date: DateTime<Utc>| u64::try_from(date.timestamp()).ok();
    show_claims(claims.map(|claims| {
        let (exp, iat) = (claims.expiration, claims.issued_at);
        with_dates(claims.custom, exp.and_then(seconds), iat.and_then(seconds))
    }))
}
