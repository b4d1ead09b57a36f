//! The pair's calls as JSON lines, for programs in other languages that check themselves against it.
//!
//! Reads one command a line on standard input and answers each with one line on standard output.
//! `tests/interop/run` drives it. Secrets stand in the commands, so this is for tests alone.
//!
//! ```json
//! {"do": "issue", "secret": "…", "now": 0, "user_id": 1, "user_type": "a", "session_id": "s"}
//! {"do": "decode", "secret": "…", "now": 0, "token": "…"}
//! ```
//!
//! Optional in both: `issuer`, `audience`; in `issue`: `access_lifetime`, `refresh_lifetime`,
//! `access_claims`, `refresh_claims`; in `decode`: `leeway`, and `predecessor`, the lifetimes of its two
//! kinds in seconds.

use core::error::Error;
use core::time::Duration;
use std::io::{self, BufRead as _, Write as _};
use std::process::ExitCode;

use jwt_pair::{
    Identity, Key, PairClaims, PairIssuer, PairPolicy, Predecessor, PrivateClaims, UnixTime, UserId,
};
use serde_json::{Map, Value, json};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let command = Command(serde_json::from_str(&line?)?);
        let answer = match command.text("do")? {
            "issue" => command.issue(),
            "decode" => command.decode(),
            other => Err(format!("there is no command {other:?}").into()),
        };
        let answer = answer.or_else(|error| match error.downcast_ref::<jwt_pair::Error>() {
            Some(error) => {
                Ok(json!({"refused": error.public_message(), "reason": error.to_string()}))
            }
            // A command that cannot be read is no verdict about a token.
            None => Err(error),
        })?;
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}

struct Command(Map<String, Value>);

impl Command {
    fn issue(&self) -> Result<Value, Box<dyn Error>> {
        let access_claims = self.claims("access_claims")?;
        let refresh_claims = self.claims("refresh_claims")?;
        let user_id = match self.0.get("user_id") {
            Some(Value::String(id)) => UserId::from(id.as_str()),
            Some(Value::Number(id)) => {
                UserId::from(id.as_i64().ok_or("user_id is not an integer of 64 bits")?)
            }
            _ => return Err("user_id is missing or neither a number nor a text".into()),
        };
        let identity = Identity::new(user_id, self.text("user_type")?, self.text("session_id")?)
            .access_claims(&access_claims)
            .refresh_claims(&refresh_claims);
        let pair = self.issuer()?.issue(&identity, self.now()?)?;
        Ok(json!({"access_token": pair.access.token, "refresh_token": pair.refresh.token}))
    }

    fn decode(&self) -> Result<Value, Box<dyn Error>> {
        let (kind, private, claims) =
            match self.issuer()?.decode(self.text("token")?, self.now()?)? {
                PairClaims::Access(access) => {
                    let claims = json!({
                        "user_id": user_id(access.user_id),
                        "user_type": access.user_type,
                        "session_id": access.session_id,
                        "exp": access.exp.as_secs(),
                        "iat": access.iat.as_secs(),
                    });
                    ("access", access.private, claims)
                }
                PairClaims::Refresh(refresh) => {
                    let claims = json!({
                        "user_id": user_id(refresh.user_id),
                        "session_id": refresh.session_id,
                        "exp": refresh.exp.as_secs(),
                        "iat": refresh.iat.as_secs(),
                        "jti": refresh.jti,
                    });
                    ("refresh", refresh.private, claims)
                }
            };
        Ok(json!({"kind": kind, "claims": claims, "private": private.as_map()}))
    }

    fn issuer(&self) -> Result<PairIssuer, Box<dyn Error>> {
        let mut policy = PairPolicy::new();
        if let Some(seconds) = self.seconds("access_lifetime")? {
            policy = policy.access_lifetime(Duration::from_secs(seconds))?;
        }
        if let Some(seconds) = self.seconds("refresh_lifetime")? {
            policy = policy.refresh_lifetime(Duration::from_secs(seconds))?;
        }
        if let Some(seconds) = self.seconds("leeway")? {
            policy = policy.leeway(Duration::from_secs(seconds));
        }
        if let Some(Value::String(iss)) = self.0.get("issuer") {
            policy = policy.issuer(iss);
        }
        if let Some(Value::String(aud)) = self.0.get("audience") {
            policy = policy.audience(aud);
        }
        let key = Key::new(self.text("secret")?.as_bytes())?;
        if let Some(lifetimes) = self.0.get("predecessor") {
            let lifetime = |at: usize| lifetimes.get(at).and_then(Value::as_u64);
            let lifetime = |at| lifetime(at).map(Duration::from_secs).ok_or("no two lifetimes");
            let until = UnixTime::from_secs(u64::MAX);
            let keys = key.clone().into();
            policy = policy.predecessor(Predecessor::new(keys, lifetime(0)?, lifetime(1)?, until));
        }
        Ok(PairIssuer::new(key.into(), policy))
    }

    fn now(&self) -> Result<UnixTime, Box<dyn Error>> {
        Ok(UnixTime::from_secs(self.seconds("now")?.ok_or("now is missing")?))
    }

    fn seconds(&self, name: &str) -> Result<Option<u64>, Box<dyn Error>> {
        let value = self.0.get(name);
        let wrong = || format!("{name} is not a whole number from 0 to 2^64 - 1").into();
        value.map(|value| value.as_u64().ok_or_else(wrong)).transpose()
    }

    fn text(&self, name: &str) -> Result<&str, Box<dyn Error>> {
        let text = self.0.get(name).and_then(Value::as_str);
        text.ok_or_else(|| format!("{name} is missing or not a text").into())
    }

    fn claims(&self, name: &str) -> Result<PrivateClaims, Box<dyn Error>> {
        let claims = self.0.get(name).map(PrivateClaims::new);
        Ok(claims.transpose()?.unwrap_or_default())
    }
}

fn user_id(id: UserId) -> Value {
    match id {
        UserId::Integer(id) => id.into(),
        UserId::Text(id) => id.into(),
    }
}
