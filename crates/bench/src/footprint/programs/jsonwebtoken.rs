use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};

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
    let key = EncodingKey::from_secret(secret.as_bytes());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock");
    let iat = now.as_secs();
    let claims = Claims {
        user_id: 123,
        user_type: "customer".into(),
        session_id: "session123".into(),
        exp: iat + 900,
        iat,
    };
    let token = encode(&Header::default(), &claims, &key).expect("a token");
    let key = DecodingKey::from_secret(secret.as_bytes());
    let validation = Validation::new(Algorithm::HS256);
    let token = decode::<Claims>(&token, &key, &validation).expect("its own token");
    println!("{}", token.claims.user_id);
}
