use std::time::{SystemTime, UNIX_EPOCH};

use hmac::{Hmac, Mac};
use jwt::{SignWithKey, VerifyWithKey};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

#[derive(Serialize, Deserialize)]
struct Claims {
    user_id: i64,
    user_type: String,
    session_id: String,
    exp: u64,
    iat: u64,
}

fn main() {
    let secret = std::env::args().nth(1).expect("a secret");
    let key = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length is a key");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock");
    let iat = now.as_secs();
    let claims = Claims {
        user_id: 123,
        user_type: "customer".into(),
        session_id: "session123".into(),
        exp: iat + 900,
        iat,
    };
    let token: String = claims.sign_with_key(&key).expect("a token");
    let claims: Claims = token.as_str().verify_with_key(&key).expect("its own token");
    assert!(claims.exp > iat);
    println!("{}", claims.user_id);
}
