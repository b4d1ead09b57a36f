//! What `jsonwebtoken` and `jwt-compact` say of a token, set to HS256, no leeway and `exp` required.
//!
//! `jsonwebtoken` reads the system's clock, so that its date checks are off here: a property must
//! not depend on the day.

use core::fmt::Debug;

use chrono::{DateTime, Duration, Utc};
use jsonwebtoken::{Algorithm, DecodingKey};
use jwt_compact::alg::{Hs256, Hs256Key};
use jwt_compact::{AlgorithmExt as _, Claims, TimeOptions, UntrustedToken};
use serde_json::{Map, Value};

use crate::oracle::SECRET;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    Jsonwebtoken,
    JwtCompact,
}

pub enum Answer {
    Accepted(Map<String, Value>),
    Refused(String),
}

impl Peer {
    pub const ALL: [Self; 2] = [Self::Jsonwebtoken, Self::JwtCompact];

    pub fn ask(self, token: &str, now: u64) -> Answer {
        let claims = match self {
            Self::Jsonwebtoken => jsonwebtoken(token),
            Self::JwtCompact => jwt_compact(token, now),
        };
        claims.map_or_else(Answer::Refused, Answer::Accepted)
    }

    /// The crate's claims as this peer hands them out.
    pub fn view(self, ours: &Map<String, Value>) -> Map<String, Value> {
        let mut view = ours.clone();
        if self == Self::JwtCompact {
            for name in DATES {
                if let Some(date) = view.get_mut(name) {
                    *date = whole_seconds(date).into();
                }
            }
        }
        view
    }
}

const DATES: [&str; 3] = ["exp", "nbf", "iat"];

/// `jwt-compact` keeps dates as whole seconds and drops a fraction.
pub fn whole_seconds(date: &Value) -> i64 {
    let float = date.as_f64().unwrap_or_default();
    date.as_i64().unwrap_or(float as i64)
}

fn jsonwebtoken(token: &str) -> Result<Map<String, Value>, String> {
    let mut validation = jsonwebtoken::Validation::new(Algorithm::HS256);
    validation.leeway = 0;
    validation.validate_exp = false;
    let key = DecodingKey::from_secret(SECRET);
    let decoded = jsonwebtoken::decode(token, &key, &validation);
    decoded.map(|decoded| decoded.claims).map_err(debug)
}

fn jwt_compact(token: &str, now: u64) -> Result<Map<String, Value>, String> {
    let key = Hs256Key::new(SECRET);
    let untrusted = UntrustedToken::new(token).map_err(debug)?;
    let token = Hs256.validator::<Map<String, Value>>(&key).validate(&untrusted).map_err(debug)?;
    let claims = token.claims();
    let now = i64::try_from(now).ok().and_then(|now| DateTime::from_timestamp(now, 0));
    let now = now.unwrap_or(DateTime::<Utc>::MAX_UTC);
    let clock = TimeOptions::new(Duration::zero(), || now);
    claims.validate_expiration(&clock).map_err(debug)?;
    if claims.not_before.is_some() {
        claims.validate_maturity(&clock).map_err(debug)?;
    }
    Ok(with_dates(claims))
}

fn with_dates(claims: &Claims<Map<String, Value>>) -> Map<String, Value> {
    let mut all = claims.custom.clone();
    let dates = [claims.expiration, claims.not_before, claims.issued_at];
    for (name, date) in DATES.into_iter().zip(dates) {
        if let Some(date) = date {
            all.insert(name.to_owned(), date.timestamp().into());
        }
    }
    all
}

fn debug(error: impl Debug) -> String {
    format!("{error:?}")
}
