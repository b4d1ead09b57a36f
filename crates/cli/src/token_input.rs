//! The token: from an argument, a file or standard input.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read as _};
use std::path::PathBuf;

use clap::Args;

use crate::answer::Failure;
use crate::world::World;

/// Far beyond any token. What is longer is read up to here, and refused for its length.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// Where the token is.
#[derive(Debug, Args)]
pub(crate) struct TokenArguments {
    /// The token; `-` or nothing for standard input. `Bearer ` before it is taken off
    pub(crate) token: Option<OsString>,
    /// A file that has the token
    #[arg(long, value_name = "PATH", conflicts_with = "token")]
    pub(crate) token_file: Option<PathBuf>,
}

/// A token as it was given.
#[derive(Debug)]
pub(crate) struct GivenToken {
    pub(crate) bytes: Vec<u8>,
}

impl GivenToken {
    /// The token, if it can be one. No function of the library takes other bytes.
    pub(crate) fn text(&self) -> Option<&str> {
        str::from_utf8(&self.bytes).ok()
    }
}

impl TokenArguments {
    pub(crate) fn takes_stdin(&self) -> bool {
        self.token_file.is_none() && self.token.as_deref().is_none_or(|token| token == "-")
    }

    pub(crate) fn read(
        &self,
        world: &mut dyn World,
        notes: &mut Vec<String>,
    ) -> Result<GivenToken, Failure> {
        let bytes = match (&self.token_file, &self.token) {
            (Some(path), _) => read_file(path, MOST_BYTES.saturating_add(1)).map_err(|error| {
                Failure::usage(format!("the file of the token cannot be read: {error}"))
            })?,
            (None, Some(token)) if token != "-" => bytes_of(token),
            _ => read_stdin(world, MOST_BYTES.saturating_add(1))?,
        };
        Ok(cleaned(&bytes, notes))
    }
}

/// Reads a file, up to this many bytes.
pub(crate) fn read_file(path: &PathBuf, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads standard input, up to this many bytes.
pub(crate) fn read_stdin(world: &mut dyn World, most: u64) -> Result<Vec<u8>, Failure> {
    world.stdin(most).map_err(|error| Failure::usage(format!("standard input: {error}")))
}

#[cfg(unix)]
pub(crate) fn bytes_of(argument: &OsStr) -> Vec<u8> {
    std::os::unix::ffi::OsStrExt::as_bytes(argument).to_vec()
}

#[cfg(not(unix))]
pub(crate) fn bytes_of(argument: &OsStr) -> Vec<u8> {
    argument.as_encoded_bytes().to_vec()
}

/// Takes off what a shell or an HTTP header puts around a token. One line break at the end is
/// usual, and anything else is told: a server would refuse it.
fn cleaned(given: &[u8], notes: &mut Vec<String>) -> GivenToken {
    let line = given.strip_suffix(b"\n").unwrap_or(given);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let mut token = line.trim_ascii();
    let mut spaces = token.len() != line.len();
    if let Some((scheme, rest)) = token.split_at_checked(7)
        && scheme.eq_ignore_ascii_case(b"bearer ")
    {
        token = rest.trim_ascii();
        spaces |= token.len() != rest.len();
        notes.push("`Bearer ` before the token was taken off".to_owned());
    }
    if spaces {
        notes.push("white space around the token was taken off: a server would refuse it".into());
    }
    GivenToken { bytes: token.to_vec() }
}
