use jwt_pair::{Identity, Key, PairIssuer, PairPolicy, UnixTime};

fn main() {
    let secret = std::env::args().nth(1).expect("a secret");
    let key = Key::new(secret.as_bytes()).expect("32 bytes");
    let issuer = PairIssuer::new(key.into(), PairPolicy::new());
    let now = UnixTime::now().expect("a clock");
    let pair = issuer.issue(&Identity::new(123, "customer", "session123"), now).expect("a pair");
    let claims = issuer.verify_access(&pair.access.token, now).expect("its own token");
    println!("{}", claims.user_id);
}
