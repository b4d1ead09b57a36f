//! The cases of `tests/vectors/jwt.json` and of files like it.
#![allow(clippy::print_stdout, reason = "says what ran, and each mismatch")]

use core::time::Duration;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use jwt_pair::{Error, Key, Validation, base64url};
use serde_json::{Map, Value};

use super::at;
use super::json::same_json;

/// "the length limit raised to 256 KiB" (`tests/vectors/README.md`).
pub(crate) const MAX_TOKEN_BYTES: usize = 256 * 1024;

/// "No case may take noticeable time": a bound that only runaway work exceeds.
const NOTICEABLE: Duration = Duration::from_secs(60);

/// Runs the cases of every file that has the schema of `jwt.json`, and says how many there were.
pub(crate) fn run_folder(folder: &Path) -> Result<usize, String> {
    let named = |error: &dyn ToString| format!("{}: {}", folder.display(), error.to_string());
    let entries = fs::read_dir(folder).map_err(|error| named(&error))?;
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.map(|entry| entry.path()).map_err(|error| named(&error)))
        .collect::<Result<_, _>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();

    let (mut ran, mut mismatches) = (0, 0);
    for file in &files {
        let name = file.file_name().unwrap().display();
        let text = fs::read_to_string(file).map_err(|error| format!("{name}: {error}"))?;
        let json: Value =
            serde_json::from_str(&text).map_err(|error| format!("{name}: {error}"))?;
        let cases = json.as_array().filter(|cases| cases.iter().any(is_jwt_case));
        for case in cases.into_iter().flatten() {
            let found = mismatch(case).map_err(|error| format!("{name}: {error}"))?;
            if let Some(found) = found {
                println!("{name}: {found}");
                mismatches += 1;
            }
            ran += 1;
        }
    }
    println!("{}: {ran} cases ran", folder.display());
    match (ran, mismatches) {
        (0, _) => Err(named(&"no file *.json has cases")),
        (_, 0) => Ok(ran),
        _ => Err(named(&format!("{mismatches} of {ran} cases differ"))),
    }
}

fn is_jwt_case(case: &Value) -> bool {
    case.get("expect").is_some() && (case.get("token").is_some() || case.get("token_hex").is_some())
}

/// What is wrong with the crate's answer to a case; an error where the case itself is malformed.
pub(crate) fn mismatch(case: &Value) -> Result<Option<String>, String> {
    let (id, expected) = (text(case, "id")?, text(case, "expect")?);
    let start = Instant::now();
    let (outcome, got) = decode(case)?;
    let time = start.elapsed();

    let claims = &case["claims"];
    let is_same = outcome == expected && (outcome != "valid" || same_json(claims, &got));
    Ok(if !is_same {
        Some(format!("{id}: expected {expected} {claims}, got {outcome} {got}"))
    } else if time > NOTICEABLE {
        Some(format!("{id}: expected an answer at once, got it after {time:?}"))
    } else {
        None
    })
}

/// The class of the outcome, with the claims or what was wrong.
fn decode(case: &Value) -> Result<(&'static str, Value), String> {
    let id = text(case, "id")?;
    let (secret, now, leeway) = (secret(case)?, number(case, "now")?, number(case, "leeway")?);
    let token = match case.get("token_hex") {
        Some(_) => String::from_utf8(bytes_of_hex(case, "token_hex")),
        None => Ok(text(case, "token")?.to_owned()),
    };
    let Ok(token) = token else {
        return Ok(("invalid", "not UTF-8".into()));
    };
    if !["valid", "expired", "not_yet_valid", "invalid"].contains(&text(case, "expect")?) {
        return Err(format!("case {id} expects what no case may expect"));
    }
    let policy = policy(case)?.leeway(Duration::from_secs(leeway)).max_token_bytes(MAX_TOKEN_BYTES);
    let claims = Key::new(&secret).and_then(|key| {
        jwt_pair::decode::<Map<String, Value>>(&token, &key.into(), &policy, at(now))
    });
    Ok(match claims {
        Ok(claims) => ("valid", Value::Object(claims)),
        Err(error) => (class(&error), error.to_string().into()),
    })
}

/// What the case's member `policy` says; without it, no claim is expected and any `typ` is accepted.
fn policy(case: &Value) -> Result<Validation, String> {
    let mut validation = Validation::new();
    let mut typ = None;
    let members = case.get("policy").and_then(Value::as_object);
    for (member, value) in members.into_iter().flatten() {
        let fault = || format!("case {} has no policy {member}", case["id"]);
        let texts =
            || -> Option<Vec<&str>> { value.as_array()?.iter().map(Value::as_str).collect() };
        validation = match member.as_str() {
            "aud" => texts().ok_or_else(fault)?.into_iter().fold(validation, Validation::audience),
            "iss" => texts().ok_or_else(fault)?.into_iter().fold(validation, Validation::issuer),
            "sub" => validation.subject(value.as_str().ok_or_else(fault)?),
            "typ" => {
                typ = Some(value.as_str().ok_or_else(fault)?);
                validation
            }
            "exp_optional" if value.as_bool() == Some(true) => validation.allow_missing_exp(),
            _ => return Err(fault()),
        };
    }
    Ok(match typ {
        Some(typ) => validation.typ(typ),
        None => validation.accept_any_typ(),
    })
}

const fn class(error: &Error) -> &'static str {
    match error {
        Error::Expired { .. } => "expired",
        Error::NotYetValid { .. } => "not_yet_valid",
        _ => "invalid",
    }
}

fn text<'c>(case: &'c Value, member: &str) -> Result<&'c str, String> {
    case[member].as_str().ok_or_else(|| format!("case {} has no text {member}", case["id"]))
}

fn number(case: &Value, member: &str) -> Result<u64, String> {
    case[member].as_u64().ok_or_else(|| format!("case {} has no number {member}", case["id"]))
}

pub(crate) fn secret(case: &Value) -> Result<Vec<u8>, String> {
    base64url::decode(text(case, "secret_b64url")?)
        .map_err(|fault| format!("case {}: secret_b64url: {fault}", case["id"]))
}

pub(crate) fn bytes_of_hex(case: &Value, member: &str) -> Vec<u8> {
    let hex = case[member].as_str().unwrap();
    let pairs = hex.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}
