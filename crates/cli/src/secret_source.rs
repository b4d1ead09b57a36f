//! Where secrets come from: a file, a prompt, the environment, standard input.
//!
//! No value of these arguments is ever shown. Whoever mistakes a secret for a path must not find it
//! in a log.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::answer::Failure;
use crate::token_input::{bytes_of, read_file};
use crate::world::World;

/// Far beyond any secret.
const MOST_BYTES: u64 = 1024 * 1024;

/// Where a secret is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    File(PathBuf),
    Variable(String),
    Prompt,
    Stdin,
}

/// What clap calls for the value of an option.
pub(crate) fn source(value: OsString) -> Result<Source, &'static str> {
    let prefix = |prefix: &str| {
        let bytes = value.as_encoded_bytes().strip_prefix(prefix.as_bytes())?;
        str::from_utf8(bytes).ok().map(str::to_owned)
    };
    if let Some(name) = prefix("env:") {
        let is_name = !name.is_empty() && !name.contains(['=', '\0']);
        return if is_name { Ok(Source::Variable(name)) } else { Err("env: needs a name") };
    }
    Ok(match value.to_str() {
        Some("prompt") => Source::Prompt,
        Some("stdin" | "-") => Source::Stdin,
        _ => Source::File(prefix("file:").map_or_else(|| PathBuf::from(&value), PathBuf::from)),
    })
}

/// The bytes of a secret as they were found. They are wiped in the end.
pub(crate) type Found = Zeroizing<Vec<u8>>;

impl Source {
    /// Reads the secret of the option with this name.
    pub(crate) fn read(&self, option: &str, world: &mut dyn World) -> Result<Found, Failure> {
        let found = match self {
            Self::File(path) => read_file(path, MOST_BYTES.saturating_add(1)),
            Self::Variable(name) => return variable(name, option, world),
            Self::Stdin if !world.stdin_is_terminal() => world.stdin(MOST_BYTES.saturating_add(1)),
            // At a terminal, standard input would wait without a word and show what is typed.
            Self::Prompt | Self::Stdin => {
                let asked = world.prompt(&format!("{option}: "));
                asked.map(String::into_bytes).map_err(|error| {
                    io::Error::new(error.kind(), "no line could be read from a terminal")
                })
            }
        };
        let found = found.map(Zeroizing::new).map_err(|error| {
            let failure = Failure::usage(format!("the secret of {option} cannot be read: {error}"));
            match self {
                Self::File(_) => failure
                    .hint("the option takes a path, env:NAME, prompt or stdin, and never a secret"),
                Self::Prompt => failure.hint("without a terminal, take a file or env:NAME"),
                _ => failure,
            }
        })?;
        if found.len() as u64 > MOST_BYTES {
            return Err(Failure::usage(format!("the secret of {option} is longer than 1 MiB")));
        }
        Ok(found)
    }
}

fn variable(name: &str, option: &str, world: &mut dyn World) -> Result<Found, Failure> {
    let value = world.variable(name).map(|value| Zeroizing::new(bytes_of(OsStr::new(&value))));
    value.ok_or_else(|| Failure::usage(format!("the secret of {option}: no such variable is set")))
}
