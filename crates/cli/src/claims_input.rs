//! Claims of the caller: JSON, or `NAME=VALUE`.

use clap::Args;
use jwt_pair::PrivateClaims;
use serde_json::{Map, Value};

use crate::answer::Failure;

/// Claims beside those of the pair.
#[derive(Debug, Args)]
pub(crate) struct OwnClaims {
    /// A claim of your own, for the access token. A value that is no JSON is a text
    #[arg(long = "claim", value_name = "NAME=VALUE", value_parser = claim)]
    claims: Vec<(String, Value)>,
}

/// `tenant=acme`, `level=3`, `scopes=["read"]`.
pub(crate) fn claim(text: &str) -> Result<(String, Value), &'static str> {
    let (name, value) = text.split_once('=').ok_or("it must be NAME=VALUE")?;
    let value = serde_json::from_str(value).unwrap_or_else(|_| value.into());
    Ok((name.to_owned(), value))
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
