//! `jsonwebtoken`, the same source for each of its backends.

#[path = "../harness/mod.rs"]
mod harness;

use std::collections::HashMap;

use harness::{
    Access, Data, NewAccess, NewRefresh, Refresh, Request, Task, now, serve, show_claims,
    show_pair, show_token,
};
use jsonwebtoken::errors::{ErrorKind, Result};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

pub fn main() {
    serve(task);
}

fn task(request: &Request<'_>) -> Option<Task> {
    let token = request.token();
    let signing = EncodingKey::from_secret(&request.secret);
    let verifier = Verifier::new(&request.secret);
    let header = Header::default();
    match request.operation {
        "issue" => {
            let issue = move || -> Result<(String, String)> {
                let now = now();
                let access = NewAccess::new(123, "session123", now);
                let access = encode(&header, &access, &signing)?;
                let refresh = NewRefresh::new(123, "session123", now);
                Ok((access, encode(&header, &refresh, &signing)?))
            };
            Some(Task::new(issue, show_pair))
        }
        "access" | "typed" => {
            Some(Task::new(move || verifier.decode::<Access>(&token), show_claims))
        }
        "refresh" => Some(Task::new(move || verifier.decode::<Refresh>(&token), show_claims)),
        "untyped" => {
            Some(Task::new(move || verifier.decode::<Map<String, Value>>(&token), show_claims))
        }
        "data" => Some(Task::new(move || verifier.decode::<Data>(&token), show_claims)),
        "renew" => {
            let renew = move || {
                let refresh: Refresh = verifier.decode(&token)?;
                let claims = NewAccess::new(refresh.user_id, &refresh.session_id, now());
                encode(&header, &claims, &signing)
            };
            Some(Task::new(renew, show_token))
        }
        "ring" => {
            let ring: HashMap<String, Verifier> =
                request.ring().map(|(kid, secret)| (kid, Verifier::new(&secret))).collect();
            let verify = move || {
                let kid = jsonwebtoken::decode_header(&token)?.kid;
                let verifier = kid.and_then(|kid| ring.get(&kid));
                verifier.ok_or(ErrorKind::InvalidToken)?.decode::<Access>(&token)
            };
            Some(Task::new(verify, show_claims))
        }
        _ => None,
    }
}

#[derive(Clone)]
struct Verifier {
    key: DecodingKey,
    validation: Validation,
}

impl Verifier {
    fn new(secret: &[u8]) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = 0;
        Self { key: DecodingKey::from_secret(secret), validation }
    }

    fn decode<T: DeserializeOwned>(&self, token: &str) -> Result<T> {
        decode(token, &self.key, &self.validation).map(|token| token.claims)
    }
}
