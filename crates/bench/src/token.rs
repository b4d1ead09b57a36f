//! Tokens by hand: what contestants are given is made by none of them, and what they make is read
//! by none of them.

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;

/// Not random, so that every run does the same work.
pub const SECRET: [u8; 32] = *b"a secret of 32 bytes for a bench";

/// The secret of a key of a ring, as the contestants derive it.
pub fn ring_secret(key: u8) -> [u8; 32] {
    let mut secret = SECRET;
    secret[0] = key;
    secret
}

pub fn sign(header: &str, payload: &str, secret: &[u8]) -> String {
    let header = URL_SAFE_NO_PAD.encode(header);
    let input = format!("{header}.{}", URL_SAFE_NO_PAD.encode(payload));
    let mac = mac(&input, secret);
    format!("{input}.{mac}")
}

pub fn header(typ: &str, kid: Option<&str>) -> String {
    match kid {
        Some(kid) => format!(r#"{{"alg":"HS256","kid":"{kid}","typ":"{typ}"}}"#),
        None => format!(r#"{{"alg":"HS256","typ":"{typ}"}}"#),
    }
}

/// The claims of a token of the usual secret.
pub fn read(token: &str) -> Result<Value> {
    let (input, signature) = token.rsplit_once('.').context("a token has dots")?;
    ensure!(signature == mac(input, &SECRET), "the signature is wrong");
    let (header, payload) = input.split_once('.').context("a token has two dots")?;
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header)?)?;
    ensure!(header["alg"] == "HS256", "the header is {header}");
    Ok(serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload)?)?)
}

/// A token's signature as it should be.
pub fn signature(token: &str) -> Option<String> {
    token.rsplit_once('.').map(|(input, _)| mac(input, &SECRET))
}

fn mac(input: &str, secret: &[u8]) -> String {
    let key = Hmac::<Sha256>::new_from_slice(secret).expect("any length is a key");
    URL_SAFE_NO_PAD.encode(key.chain_update(input).finalize().into_bytes())
}
