//! This project's own crate.

mod harness;

use harness::{Access, Data, Request, Task, serve, show_claims, show_pair, show_token};
use jwt_pair::{
    Error, Identity, Key, KeyRing, PairIssuer, PairPolicy, PrivateClaims, UnixTime, Validation,
    decode, decode_untyped,
};

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
        "access" | "ring" => {
            Some(Task::new(move || issuer.verify_access(&token, UnixTime::now()?), show_claims))
        }
        "refresh" => {
            Some(Task::new(move || issuer.verify_refresh(&token, UnixTime::now()?), show_claims))
        }
        "typed" => Some(Task::new(
            move || decode::<Access>(&token, &keys, &generic, UnixTime::now()?),
            show_claims,
        )),
        "untyped" => Some(Task::new(
            move || decode_untyped(&token, &keys, &generic, UnixTime::now()?),
            show_claims,
        )),
        "data" => Some(Task::new(
            move || decode::<Data>(&token, &keys, &generic, UnixTime::now()?),
            show_claims,
        )),
        "renew" => {
            let private = PrivateClaims::default();
            let renew = move || issuer.renew_access(&token, "customer", &private, UnixTime::now()?);
            Some(Task::new(renew, |issued| show_token(issued.map(|issued| issued.token))))
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
    keys.try_fold(signing, |ring, (kid, secret)| ring.also_verify_kid(&kid, Key::new(&secret)?))
}

fn issue(issuer: &PairIssuer) -> Result<(String, String), Error> {
    let identity = Identity::new(123, "customer", "session123");
    let pair = issuer.issue(&identity, UnixTime::now()?)?;
    Ok((pair.access.token, pair.refresh.token))
}
