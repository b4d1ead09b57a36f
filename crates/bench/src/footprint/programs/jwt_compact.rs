use jwt_compact::alg::{Hs256, Hs256Key};
use jwt_compact::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Own {
    user_id: i64,
    user_type: String,
    session_id: String,
}

fn main() {
    let secret = std::env::args().nth(1).expect("a secret");
    let key = Hs256Key::new(secret.as_bytes());
    let own = Own { user_id: 123, user_type: "customer".into(), session_id: "session123".into() };
    let time = TimeOptions::default();
    let claims = Claims::new(own).set_duration_and_issuance(&time, chrono::Duration::minutes(15));
    let token = Hs256.token(&Header::empty(), &claims, &key).expect("a token");
    let token = UntrustedToken::new(&token).expect("a token");
    let token: Token<Own> = Hs256.validator(&key).validate(&token).expect("its own token");
    token.claims().validate_expiration(&time).expect("its own token");
    println!("{}", token.claims().custom.user_id);
}
