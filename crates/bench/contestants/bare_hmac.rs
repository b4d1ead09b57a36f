//! What cannot be saved: the MAC of the signing inputs of jwt-pair's tokens, under a key whose state
//! is ready. No base64, no JSON, no clock, nothing owned.

mod harness;

use harness::{Request, Task, serve};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::json;
use sha2::Sha256;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

type HmacSha256 = Hmac<Sha256>;

fn main() {
    serve(task);
}

fn task(request: &Request<'_>) -> Option<Task> {
    let mut inputs = Vec::new();
    for token in request.tokens {
        let (input, signature) = token.rsplit_once('.')?;
        let mac = URL_SAFE_NO_PAD.decode(signature).ok().filter(|mac| mac.len() == 32)?;
        inputs.push((input.to_owned(), mac));
    }
    // Which key of a ring it is, the bare HMAC is told.
    let secrets = request.ring().map(|(_, secret)| secret).chain([request.secret]);
    let mut keys = secrets.map(|secret| HmacSha256::new_from_slice(&secret).expect("32 bytes"));
    let (message, mac) = inputs.first()?;
    let key = keys.find(|key| request.keys == 0 || verify(key, message, mac))?;
    let text = |mac: [u8; 32]| URL_SAFE_NO_PAD.encode(mac);
    match (request.operation, &inputs[..]) {
        ("issue", [(access, _), (refresh, _)]) => {
            let (access, refresh) = (access.clone(), refresh.clone());
            let operation = move || (sign(&key, &access), sign(&key, &refresh));
            Some(Task::new(operation, move |(a, r)| json!({"macs": [text(a), text(r)]})))
        }
        ("renew", [(refresh, mac), (access, _)]) => {
            let (refresh, mac, access) = (refresh.clone(), mac.clone(), access.clone());
            let operation = move || (verify(&key, &refresh, &mac), sign(&key, &access));
            Some(Task::new(
                operation,
                move |(good, a)| json!({"verified": good, "macs": [text(a)]}),
            ))
        }
        (_, [(message, mac)]) => {
            let (message, mac) = (message.clone(), mac.clone());
            let operation = move || verify(&key, &message, &mac);
            Some(Task::new(operation, |good| json!({"verified": good})))
        }
        _ => None,
    }
}

fn sign(key: &HmacSha256, message: &str) -> [u8; 32] {
    key.clone().chain_update(message).finalize().into_bytes().into()
}

fn verify(key: &HmacSha256, message: &str, mac: &[u8]) -> bool {
    key.clone().chain_update(message).verify_slice(mac).is_ok()
}
