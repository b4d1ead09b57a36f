//! The file of settings: lines `name = value`, merged in as flags where no other source has them.

use std::ffi::OsString;
use std::path::Path;

use clap::CommandFactory as _;

use super::{Args, ConfigError};

/// The arguments with those of the file in front of them, so that the same parser checks both.
///
/// # Errors
/// A message with the number of the line.
pub(super) fn merge(path: &Path, argv: &[OsString]) -> Result<Vec<OsString>, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| ConfigError::Message(format!("{}: {error}", path.display())))?;
    let known = Args::command();
    let mut merged: Vec<OsString> = argv.iter().take(1).cloned().collect();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let at = |what: &str| ConfigError::Message(format!("{}:{number}: {what}", path.display()));
        let (name, value) = line.split_once('=').ok_or_else(|| at("not `name = value`"))?;
        let (name, value) = (name.trim(), value.trim());
        let flag = known
            .get_arguments()
            .find(|flag| flag.get_long() == Some(name) && name != "config")
            .ok_or_else(|| at("there is no such setting"))?;
        let in_environment = flag.get_env().is_some_and(|name| std::env::var_os(name).is_some());
        if in_environment || is_given(argv, name) {
            continue;
        }
        match (flag.get_action().takes_values(), value) {
            (true, _) => merged.push(format!("--{name}={value}").into()),
            (false, "true") => merged.push(format!("--{name}").into()),
            (false, "false") => {}
            (false, _) => return Err(at("must be true or false")),
        }
    }
    merged.extend(argv.iter().skip(1).cloned());
    Ok(merged)
}

fn is_given(argv: &[OsString], name: &str) -> bool {
    argv.iter().any(|word| {
        let word = word.to_string_lossy();
        let flag = word.split_once('=').map_or(&*word, |(flag, _)| flag);
        flag.strip_prefix("--") == Some(name)
    })
}
