//! `jwt`. It leaves `exp` to its user, so it is checked here. It signs with its fastest header, which
//! is encoded already.

mod harness;

use std::collections::BTreeMap;

use harness::{
    Access, Data, NewAccess, NewRefresh, Refresh, Request, Task, now, serve, show_claims,
    show_pair, show_token,
};
use hmac_0_12::{Hmac, Mac as _};
use jwt::header::PrecomputedAlgorithmOnlyHeader;
use jwt::{AlgorithmType, Error, SignWithKey as _, Token, VerifyWithKey as _};
use jwt::{VerifyWithStore as _, token::Signed};
use serde::Serialize;
use serde_json::{Map, Value};
use sha2_0_10::Sha256;

type Key = Hmac<Sha256>;

fn main() {
    serve(task);
}

fn task(request: &Request<'_>) -> Option<Task> {
    let token = request.token();
    let key = key(&request.secret);
    match request.operation {
        "issue" => {
            let issue = move || -> Result<(String, String), Error> {
                let now = now();
                let access = sign(&key, NewAccess::new(123, "session123", now))?;
                Ok((access, sign(&key, NewRefresh::new(123, "session123", now))?))
            };
            Some(Task::new(issue, show_pair))
        }
        "access" | "typed" => Some(Task::new(
            move || alive(token.as_str().verify_with_key(&key), |claims: &Access| claims.exp),
            show_claims,
        )),
        "refresh" => Some(Task::new(move || refresh(&token, &key), show_claims)),
        "untyped" => {
            let exp = |claims: &Map<String, Value>| {
                claims.get("exp").and_then(Value::as_u64).unwrap_or_default()
            };
            let decode = move || alive(token.as_str().verify_with_key(&key), exp);
            Some(Task::new(decode, show_claims))
        }
        "data" => Some(Task::new(
            move || alive(token.as_str().verify_with_key(&key), |claims: &Data| claims.exp),
            show_claims,
        )),
        "renew" => {
            let renew = move || {
                let Refresh { user_id, session_id, .. } = refresh(&token, &key)?;
                sign(&key, NewAccess::new(user_id, &session_id, now())).map_err(|_| "not signed")
            };
            Some(Task::new(renew, show_token))
        }
        "ring" => {
            let ring: BTreeMap<String, Key> =
                request.ring().map(|(kid, secret)| (kid, self::key(&secret))).collect();
            let verify = move || {
                alive(token.as_str().verify_with_store(&ring), |claims: &Access| claims.exp)
            };
            Some(Task::new(verify, show_claims))
        }
        _ => None,
    }
}

fn key(secret: &[u8]) -> Key {
    Key::new_from_slice(secret).expect("any length is a key")
}

fn sign(key: &Key, claims: impl Serialize) -> Result<String, Error> {
    let header = PrecomputedAlgorithmOnlyHeader(AlgorithmType::Hs256);
    let token: Token<_, _, Signed> = Token::new(header, claims).sign_with_key(key)?;
    Ok(token.into())
}

fn refresh(token: &str, key: &Key) -> Result<Refresh, &'static str> {
    alive(token.verify_with_key(key), |claims: &Refresh| claims.exp)
}

fn alive<T>(claims: Result<T, Error>, exp: impl Fn(&T) -> u64) -> Result<T, &'static str> {
    let claims = claims.map_err(|_| "invalid")?;
    if exp(&claims) <= now() {
        return Err("expired");
    }
    Ok(claims)
}
