use jwt_simple::prelude::*;

#[derive(Serialize, Deserialize)]
struct Own {
    user_id: i64,
    user_type: String,
    session_id: String,
}

fn main() {
    let secret = std::env::args().nth(1).expect("a secret");
    let key = HS256Key::from_bytes(secret.as_bytes());
    let own = Own { user_id: 123, user_type: "customer".into(), session_id: "session123".into() };
    let claims = Claims::with_custom_claims(own, Duration::from_mins(15));
    let token = key.authenticate(claims).expect("a token");
    let claims = key.verify_token::<Own>(&token, None).expect("its own token");
    println!("{}", claims.custom.user_id);
}
