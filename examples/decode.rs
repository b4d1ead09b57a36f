//! Verifies a token of any claims under a policy, and prints its claims.
//!
//! ```sh
//! JWT_SECRET="32 random bytes, for example" cargo run --example decode -- TOKEN
//! ```
//!
//! The program `jwt-pair` in `crates/cli` does this for people: with other keys and policies, and
//! with the reason for each refusal.

use core::error::Error;
use core::time::Duration;
use std::env;
use std::io::{self, Write as _};

use jwt_pair::{Key, KeyRing, UnixTime, Validation, decode_untyped};

fn main() -> Result<(), Box<dyn Error>> {
    let secret = env::var("JWT_SECRET")?;
    let token = env::args().nth(1).ok_or("the argument is the token")?;

    let keys = KeyRing::new(Key::new(secret.as_bytes())?);
    let policy = Validation::new()
        .issuer("https://login.example")
        .audience("https://api.example")
        .leeway(Duration::from_secs(5));
    match decode_untyped(&token, &keys, &policy, UnixTime::now()?) {
        Ok(claims) => {
            writeln!(io::stdout(), "{}", serde_json::Value::Object(claims))?;
            Ok(())
        }
        // The first is for the client, the second for the log.
        Err(error) => Err(format!("{} ({error})", error.public_message()).into()),
    }
}
