use jwt_pair::{Key, KeyRing, UnixTime, Validation, decode, encode};
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
    let keys = KeyRing::new(Key::new(secret.as_bytes()).expect("32 bytes"));
    let now = UnixTime::now().expect("a clock");
    let iat = now.as_secs();
    let claims = Claims {
        user_id: 123,
        user_type: "customer".into(),
        session_id: "session123".into(),
        exp: iat + 900,
        iat,
    };
    let token = encode(&claims, &keys).expect("a token");
    let claims: Claims = decode(&token, &keys, &Validation::new(), now).expect("its own token");
    println!("{}", claims.user_id);
}
