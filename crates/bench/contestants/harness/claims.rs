//! The user's own types, the same for all contestants, and how results are shown to the driver.

use std::fmt::Debug;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

pub const ACCESS_SECONDS: u32 = 15 * 60;
pub const REFRESH_SECONDS: u32 = 7 * 24 * 60 * 60;

/// What is read from a token: owned values.
#[derive(Serialize, Deserialize)]
pub struct Access {
    pub user_id: i64,
    pub user_type: String,
    pub session_id: String,
    pub exp: u64,
    pub iat: u64,
}

#[derive(Serialize, Deserialize)]
pub struct Refresh {
    pub user_id: i64,
    pub session_id: String,
    pub exp: u64,
    pub iat: u64,
}

#[derive(Serialize, Deserialize)]
pub struct Data {
    pub exp: u64,
    pub data: String,
}

/// What is written into a token: borrowed values.
#[derive(Serialize)]
pub struct NewAccess<'a> {
    pub user_id: i64,
    pub user_type: &'a str,
    pub session_id: &'a str,
    pub exp: u64,
    pub iat: u64,
}

#[derive(Serialize)]
pub struct NewRefresh<'a> {
    pub user_id: i64,
    pub session_id: &'a str,
    pub exp: u64,
    pub iat: u64,
}

impl<'a> NewAccess<'a> {
    pub fn new(user_id: i64, session_id: &'a str, iat: u64) -> Self {
        Self {
            user_id,
            user_type: "customer",
            session_id,
            exp: iat + u64::from(ACCESS_SECONDS),
            iat,
        }
    }
}

impl<'a> NewRefresh<'a> {
    pub fn new(user_id: i64, session_id: &'a str, iat: u64) -> Self {
        Self { user_id, session_id, exp: iat + u64::from(REFRESH_SECONDS), iat }
    }
}

pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// For crates that keep `exp` and `iat` in a type of their own.
pub mod own {
    use serde::{Deserialize, Serialize};

    #[derive(Serialize, Deserialize)]
    pub struct Access {
        pub user_id: i64,
        pub user_type: String,
        pub session_id: String,
    }

    #[derive(Serialize, Deserialize)]
    pub struct Refresh {
        pub user_id: i64,
        pub session_id: String,
    }

    #[derive(Serialize, Deserialize)]
    pub struct Data {
        pub data: String,
    }

    #[derive(Serialize)]
    pub struct NewAccess<'a> {
        pub user_id: i64,
        pub user_type: &'a str,
        pub session_id: &'a str,
    }

    #[derive(Serialize)]
    pub struct NewRefresh<'a> {
        pub user_id: i64,
        pub session_id: &'a str,
    }
}

pub fn show_claims<T: Serialize, E: Debug>(result: Result<T, E>) -> Value {
    match result {
        Ok(claims) => json!({"claims": claims}),
        Err(error) => json!({"refused": format!("{error:?}")}),
    }
}

pub fn show_pair<E: Debug>(result: Result<(String, String), E>) -> Value {
    match result {
        Ok((access, refresh)) => json!({"tokens": [access, refresh]}),
        Err(error) => json!({"refused": format!("{error:?}")}),
    }
}

pub fn show_token<E: Debug>(result: Result<String, E>) -> Value {
    match result {
        Ok(token) => json!({"tokens": [token]}),
        Err(error) => json!({"refused": format!("{error:?}")}),
    }
}

/// Claims of a crate that keeps `exp` and `iat` apart.
pub fn with_dates(own: impl Serialize, exp: Option<u64>, iat: Option<u64>) -> Map<String, Value> {
    let Ok(Value::Object(mut claims)) = serde_json::to_value(own) else {
        panic!("claims are an object");
    };
    for (name, date) in [("exp", exp), ("iat", iat)] {
        claims.extend(date.map(|date| (name.to_owned(), date.into())));
    }
    claims
}
