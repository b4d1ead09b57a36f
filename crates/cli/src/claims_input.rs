//! Claims of the caller: JSON, or `NAME=VALUE`.

use clap::Args;
use jwt_pair::{Error, PrivateClaims, base64url};
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use crate::answer::Failure;
use crate::exact::has_inexact_integer;

/// Claims beside those of the pair.
#[derive(Debug, Args)]
pub(crate) struct OwnClaims {
    /// A claim of your own, for the access token. A value that is no JSON is a text; JSON is read
    /// strictly: no name twice, no integer of more than 64 bits
    #[arg(long = "claim", value_name = "NAME=VALUE", value_parser = claim)]
    claims: Vec<(String, Value)>,
}

/// `tenant=acme`, `level=3`, `scopes=["read"]`.
pub(crate) fn claim(text: &str) -> Result<(String, Value), String> {
    let (name, value) = text.split_once('=').ok_or("it must be NAME=VALUE")?;
    // Only the grammar decides what is JSON. What is JSON, and cannot be signed as it stands, must
    // not become a text or another value.
    let value = match serde_json::from_str::<IgnoredAny>(value) {
        Ok(_) => strictly(value).map_err(|error| error.to_string())?,
        Err(_) => value.into(),
    };
    Ok((name.to_owned(), value))
}

/// A value as the library reads it in a claims set.
fn strictly(value: &str) -> Result<Value, Error> {
    if has_inexact_integer(value) {
        return Err(Error::InexactNumber);
    }
    let [header, claims] = [r#"{"alg":"HS256"}"#, &format!(r#"{{"x":{value}}}"#)]
        .map(|json| base64url::encode(json.as_bytes()));
    let mut read = jwt_pair::decode_unverified(&format!("{header}.{claims}."), usize::MAX)?;
    Ok(read.claims.remove("x").unwrap_or_default())
}

impl OwnClaims {
    pub(crate) fn read(&self) -> Result<PrivateClaims, Failure> {
        let claims: Map<String, Value> = self.claims.iter().cloned().collect();
        if claims.len() != self.claims.len() {
            return Err(Failure::usage("--claim names one claim twice"));
        }
        Ok(PrivateClaims::new(&claims)?)
    }
}
