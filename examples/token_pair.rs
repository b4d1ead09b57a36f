//! Issues a token pair, reads both tokens, and shows what comes out for tokens that are refused.
//!
//! ```sh
//! cargo run --example token_pair
//! ```
//!
//! The secret is the text of the environment variable `JWT_SECRET`, or 32 random bytes where that is
//! not set. Exits with 1 if anything goes otherwise than shown here.

use core::error::Error;
use core::fmt;
use std::env::{self, VarError};
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::process::ExitCode;

use jwt_pair::limits::DEFAULT_MAX_TOKEN_BYTES;
use jwt_pair::{Identity, Key, PairIssuer, PairPolicy, UnixTime, base64url, decode_unverified};

fn main() -> ExitCode {
    match run(&mut io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            note(format_args!("{error}"));
            ExitCode::FAILURE
        }
    }
}

fn run(out: &mut impl io::Write) -> Result<(), Box<dyn Error>> {
    let key = Key::new(&secret()?)?;
    let issuer = PairIssuer::new(key.into(), PairPolicy::new());

    // At the login: who it is, what they are, and the session that begins.
    let now = UnixTime::now()?;
    let pair = issuer.issue(&Identity::new(123, "customer", "session123"), now)?;
    writeln!(out, "Access Token: {}", pair.access.token)?;
    writeln!(out, "Refresh Token: {}", pair.refresh.token)?;

    // At each request, and at each renewal.
    let access = issuer.verify_access(&pair.access.token, now)?;
    writeln!(out, "\nThe access token, good until {}:", access.exp)?;
    writeln!(out, "  user_id {}", access.user_id)?;
    writeln!(out, "  user_type {}", access.user_type)?;
    writeln!(out, "  session_id {}", access.session_id)?;

    let refresh = issuer.verify_refresh(&pair.refresh.token, now)?;
    writeln!(out, "The refresh token, good until {}:", refresh.exp)?;
    writeln!(out, "  user_id {}", refresh.user_id)?;
    writeln!(out, "  session_id {}", refresh.session_id)?;

    // What is refused: the message that a client may see, and the reason, which is for the log.
    writeln!(out)?;
    let mut show = |what: &str, refused: Option<jwt_pair::Error>| match refused {
        Some(error) => writeln!(out, "{what}: {} ({error})", error.public_message()),
        None => Err(io::Error::other(format!("{what}: accepted, which must not be"))),
    };

    let tampered = with_admin_rights(&pair.access.token)?;
    show("A tampered token", issuer.verify_access(&tampered, now).err())?;

    let quarter_hour_later = UnixTime::from_secs(now.as_secs().saturating_add(15 * 60));
    show("An expired token", issuer.verify_access(&pair.access.token, quarter_hour_later).err())?;

    show("Refresh used as access", issuer.verify_access(&pair.refresh.token, now).err())?;
    show("Access used as refresh", issuer.verify_refresh(&pair.access.token, now).err())?;
    Ok(())
}

/// What an attacker without the secret can do: change the claims, and keep the signature.
fn with_admin_rights(token: &str) -> Result<String, Box<dyn Error>> {
    let mut claims = decode_unverified(token, DEFAULT_MAX_TOKEN_BYTES)?.claims;
    claims.insert("user_type".to_owned(), "admin".into());
    let forged = base64url::encode(&serde_json::to_vec(&claims)?);

    let mut segments: Vec<&str> = token.split('.').collect();
    if let [_header, payload, _signature] = segments.as_mut_slice() {
        *payload = &forged;
    }
    Ok(segments.join("."))
}

fn secret() -> Result<Vec<u8>, Box<dyn Error>> {
    match env::var("JWT_SECRET") {
        Ok(secret) => Ok(secret.into_bytes()),
        Err(VarError::NotUnicode(_)) => Err("JWT_SECRET is not UTF-8".into()),
        Err(VarError::NotPresent) => {
            note(format_args!("JWT_SECRET is not set: the secret is 32 random bytes of this run"));
            let mut secret = vec![0; 32];
            File::open("/dev/urandom")
                .and_then(|mut random| random.read_exact(&mut secret))
                .map_err(|error| format!("/dev/urandom: {error}; set JWT_SECRET"))?;
            Ok(secret)
        }
    }
}

/// There is nobody left to tell when standard error cannot be written.
fn note(text: fmt::Arguments<'_>) {
    let _ = writeln!(io::stderr(), "{text}");
}
