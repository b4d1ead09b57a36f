//! The contract of `../../README.md` for Rust: `answer(check)` serves it.

use std::io::{BufRead, Write};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
pub use serde_json::{Map, Value, json};

#[derive(Deserialize)]
struct Question {
    id: String,
    token: Option<String>,
    token_hex: Option<String>,
    secret_b64url: String,
    now: u64,
    leeway: u64,
    policy: Policy,
}

#[derive(Clone, Deserialize)]
pub struct Policy {
    pub aud: Vec<String>,
    pub iss: Vec<String>,
    pub sub: Option<String>,
    pub typ: Option<String>,
    pub exp_optional: bool,
}

pub struct Case {
    pub token: String,
    pub secret: Vec<u8>,
    pub now: u64,
    pub leeway: u64,
    pub policy: Policy,
}

pub enum Refusal {
    Expired(String),
    NotYetValid(String),
    Invalid(String),
    NotOffered(&'static str),
}

/// For every error of a library that has no kind of its own here.
impl<E: std::error::Error> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::Invalid(error.to_string())
    }
}

impl Case {
    /// An error for what the case asks and the library has no parameter for.
    pub fn offers(&self, names: &[&str]) -> Result<(), Refusal> {
        let Policy { aud, iss, sub, typ, .. } = &self.policy;
        for (is_asked, name) in [
            (self.leeway > 0, "leeway"),
            (!aud.is_empty(), "aud"),
            (!iss.is_empty(), "iss"),
            (sub.is_some(), "sub"),
            (typ.is_some(), "typ"),
            (aud.len() > 1, "one of several aud"),
            (iss.len() > 1, "one of several iss"),
        ] {
            if is_asked && !names.contains(&name) {
                return Err(Refusal::NotOffered(name));
            }
        }
        Ok(())
    }
}

#[derive(Default, Serialize)]
struct Answer {
    id: String,
    verdict: &'static str,
    claims: Value,
    error: String,
}

pub fn answer(check: impl Fn(&Case) -> Result<Value, Refusal>) {
    for line in std::io::stdin().lock().lines() {
        let question: Question =
            serde_json::from_str(&line.expect("a line")).expect("a case of the contract");
        let id = question.id.clone();
        let refused =
            |verdict, error| Answer { id: id.clone(), verdict, error, ..Answer::default() };
        let answer = match case(question).and_then(|case| check(&case)) {
            Ok(claims) => Answer { claims, ..refused("valid", String::new()) },
            Err(Refusal::Expired(error)) => refused("expired", error),
            Err(Refusal::NotYetValid(error)) => refused("not_yet_valid", error),
            Err(Refusal::Invalid(error)) => refused("invalid", error),
            Err(Refusal::NotOffered(what)) => refused("not_offered", what.to_owned()),
        };
        let answer = serde_json::to_string(&answer).expect("an answer is JSON");
        let mut output = std::io::stdout().lock();
        writeln!(output, "{answer}").expect("who asks reads the answer");
    }
}

fn case(question: Question) -> Result<Case, Refusal> {
    let Question { token, token_hex, secret_b64url, now, leeway, policy, .. } = question;
    let token = match (token, token_hex) {
        (Some(token), _) => token,
        (None, hex) => {
            let hex = hex.unwrap_or_default();
            let pairs = hex.as_bytes().chunks(2);
            let byte = |pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap_or(""), 16);
            let bytes: Vec<u8> = pairs.map(byte).collect::<Result<_, _>>()?;
            // Where a token is a `&str`, one that is not UTF-8 cannot be handed over.
            String::from_utf8(bytes).map_err(|_| Refusal::Invalid("not UTF-8, so no str".into()))?
        }
    };
    let secret = URL_SAFE_NO_PAD.decode(secret_b64url)?;
    Ok(Case { token, secret, now, leeway, policy })
}
