//! This project's own crate.

mod harness;

use harness::{Access, Data, Request, Task, serve, show_claims, show_pair, show_token, with_dates};
use jwt_pair::{
    AccessClaims, Error, Identity, Key, KeyRing, PairIssuer, PairPolicy, PrivateClaims,
    RefreshClaims, UnixTime, UserId, Validation, decode,
};
use serde_json::{Map, Value};

/// Of payloads up to 64 KiB, as text.
const MAX_TOKEN_BYTES: usize = 128 * 1024;

fn main() {
    serve(task);
}

fn task(request: &Request<'_>) -> Option<Task> {
    let token = request.token();
    let keys = keys(request).expect("keys of 32 bytes");
    let policy = PairPolicy::new().max_token_bytes(MAX_TOKEN_BYTES);
    let issuer = PairIssuer::new(keys.clone(), policy);
    let generic = Validation::new().max_token_bytes(MAX_TOKEN_BYTES);
    match request.operation {
        "issue" => Some(Task::new(move || issue(&issuer), show_pair)),
        "access" | "ring" => Some(Task::new(
            move || issuer.verify_access(&token, UnixTime::now()?),
            |claims| show_claims(claims.map(show_access)),
        )),
        "refresh" => Some(Task::new(
            move || issuer.verify_refresh(&token, UnixTime::now()?),
            |claims| show_claims(claims.map(show_refresh)),
        )),
        "typed" => Some(Task::new(
            move || decode::<Access>(&token, &keys, &generic, UnixTime::now()?),
            show_claims,
        )),
        "untyped" => Some(Task::new(
            move || decode::<Map<String, Value>>(&token, &keys, &generic, UnixTime::now()?),
            show_claims,
        )),
        "data" => Some(Task::new(
            move || decode::<Data>(&token, &keys, &generic, UnixTime::now()?),
            show_claims,
        )),
        "renew" => {
            let private = PrivateClaims::default();
            let renew = move || issuer.renew_access(&token, "customer", &private, UnixTime::now()?);
            Some(Task::new(renew, show_token))
        }
        _ => None,
    }
}

fn keys(request: &Request<'_>) -> Result<KeyRing, Error> {
    let mut keys = request.ring();
    let Some((kid, secret)) = keys.next() else {
        return Ok(Key::new(&request.secret)?.into());
    };
    let signing = KeyRing::with_kid(&kid, Key::new(&secret)?);
    keys.try_fold(signing, |ring, (kid, secret)| ring.and_kid(&kid, Key::new(&secret)?))
}

fn issue(issuer: &PairIssuer) -> Result<(String, String), Error> {
    let identity = Identity::new(123, "customer", "session123");
    let pair = issuer.issue(&identity, UnixTime::now()?)?;
    Ok((pair.access.token, pair.refresh.token))
}

fn show_access(claims: AccessClaims) -> Map<String, Value> {
    let mut shown = claims.private.as_map().clone();
    shown.insert("user_id".into(), show_id(claims.user_id));
    shown.insert("user_type".into(), claims.user_type.into());
    shown.insert("session_id".into(), claims.session_id.into());
    shown.extend(with_dates(Map::new(), seconds(claims.exp), seconds(claims.iat)));
    shown
}

fn show_refresh(claims: RefreshClaims) -> Map<String, Value> {
    let mut shown = claims.private.as_map().clone();
    shown.insert("user_id".into(), show_id(claims.user_id));
    shown.insert("session_id".into(), claims.session_id.into());
    shown.extend(with_dates(Map::new(), seconds(claims.exp), seconds(claims.iat)));
    shown
}

fn show_id(id: UserId<'_>) -> Value {
    match id {
        UserId::Integer(id) => id.into(),
        UserId::Text(id) => id.into(),
    }
}

fn seconds(date: jwt_pair::NumericDate) -> Option<u64> {
    u64::try_from(date.as_secs()).ok()
}
