//! Secrets that were given, and keys from them. There is no way to show one.

use core::fmt;
use std::ffi::OsString;

use clap::builder::{OsStringValueParser, TypedValueParser as _};
use clap::{Args, ValueEnum};
use jwt_pair::{Error, Key, KeyRing};
use zeroize::Zeroizing;

use crate::answer::Failure;
use crate::secret_source::{Found, Source, source};
use crate::token_input::bytes_of;
use crate::world::World;

/// The variable that is asked where no option names a secret.
pub(crate) const VARIABLE: &str = "JWT_SECRET";

/// How the text of a secret stands for the bytes of the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// The bytes themselves
    Raw,
    /// Two hexadecimal digits for each byte
    Hex,
    /// Base64 or base64url, padded or not
    Base64,
}

/// The secrets of a pair.
#[derive(Debug, Args)]
#[command(next_help_heading = "Secrets")]
pub(crate) struct SecretArguments {
    /// Where the secret is: a path or file:PATH, env:NAME, prompt, or stdin or `-`. The variable
    /// JWT_SECRET if it is not given
    #[arg(long, value_name = "SOURCE", value_parser = OsStringValueParser::new().try_map(source))]
    secret: Option<Source>,
    /// The secret itself. Every user of the machine can read it, and the shell keeps it
    #[arg(long, value_name = "TEXT", conflicts_with = "secret", value_parser = OsStringValueParser::new().map(Typed::new))]
    insecure_secret_in_arguments: Option<Typed>,
    /// How the text of a secret stands for its bytes
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Raw)]
    secret_format: Format,
    /// The id of the secret, as tokens have it in `kid`
    #[arg(long, value_name = "ID")]
    kid: Option<String>,
    /// Where the secret of refresh tokens is, if they have one of their own; as --secret
    #[arg(long, value_name = "SOURCE", value_parser = OsStringValueParser::new().try_map(source))]
    refresh_secret: Option<Source>,
    /// The id of the secret of refresh tokens
    #[arg(long, value_name = "ID", requires = "refresh_secret")]
    refresh_kid: Option<String>,
}

/// A secret that is an argument. `Debug` shows nothing of it.
#[derive(Clone)]
struct Typed(Found);

impl Typed {
    fn new(text: OsString) -> Self {
        Self(Zeroizing::new(bytes_of(&text)))
    }
}

impl fmt::Debug for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Typed(..)")
    }
}

/// One secret. `Debug` shows nothing of it.
#[derive(Clone)]
pub(crate) struct Secret {
    found: Found,
    format: Format,
    kid: Option<String>,
    keeps_line_break: bool,
}

/// The secrets that were given.
#[derive(Clone, Debug)]
pub(crate) struct Secrets {
    pub(crate) main: Secret,
    pub(crate) refresh: Option<Secret>,
    /// No option named the main secret.
    pub(crate) of_variable: bool,
}

impl SecretArguments {
    pub(crate) const fn has_refresh(&self) -> bool {
        self.refresh_secret.is_some()
    }

    pub(crate) fn takes_stdin(&self) -> bool {
        [&self.secret, &self.refresh_secret].contains(&&Some(Source::Stdin))
    }

    /// The secrets, if one was given, and what a person should know about them.
    pub(crate) fn read(
        &self,
        world: &mut dyn World,
        notes: &mut Vec<String>,
    ) -> Result<Option<Secrets>, Failure> {
        if self.secret == Some(Source::Stdin) && self.refresh_secret == Some(Source::Stdin) {
            return Err(Failure::usage("standard input cannot carry two secrets"));
        }
        let of_variable = self.secret.is_none() && self.insecure_secret_in_arguments.is_none();
        let found = match (&self.secret, &self.insecure_secret_in_arguments) {
            (Some(source), _) => Some(source.read("--secret", world)?),
            (None, Some(text)) => {
                notes.push("the secret was an argument: the shell may keep it".to_owned());
                Some(text.0.clone())
            }
            (None, None) => {
                let value = world.variable(VARIABLE);
                notes.extend(value.as_ref().map(|_| format!("the secret is that of {VARIABLE}")));
                value.map(|value| Zeroizing::new(bytes_of(&value)))
            }
        };
        let refresh = match &self.refresh_secret {
            Some(source) => Some(source.read("--refresh-secret", world)?),
            None => None,
        };
        let mut secret = |found: Found, option: &str, kid: &Option<String>| {
            let secret = Secret {
                found,
                format: self.secret_format,
                kid: kid.clone(),
                keeps_line_break: false,
            };
            if secret.without_line_break().len() != secret.found.len() {
                notes.push(format!("a line break at the end of the {option} was taken off"));
            }
            secret
        };
        let main = found.map(|found| secret(found, "secret", &self.kid));
        let refresh = refresh.map(|found| secret(found, "refresh secret", &self.refresh_kid));
        match (main, refresh) {
            (Some(main), refresh) => Ok(Some(Secrets { main, refresh, of_variable })),
            (None, None) => Ok(None),
            (None, Some(_)) => Err(Failure::usage("--refresh-secret also needs --secret")),
        }
    }

    /// The secrets, for a command that can do nothing without one.
    pub(crate) fn require(
        &self,
        world: &mut dyn World,
        notes: &mut Vec<String>,
    ) -> Result<Secrets, Failure> {
        self.read(world, notes)?.ok_or_else(|| {
            Failure::usage("no secret was given")
                .hint(format!("name a file with --secret PATH, or set {VARIABLE}"))
        })
    }
}

impl Secret {
    /// An editor ends a text with a line break. Bytes that are no text are random ones, and the
    /// last of them may be 0x0A.
    fn without_line_break(&self) -> &[u8] {
        if str::from_utf8(&self.found).is_err() {
            return &self.found;
        }
        let found = self.found.strip_suffix(b"\n").unwrap_or(&self.found);
        found.strip_suffix(b"\r").unwrap_or(found)
    }

    pub(crate) fn ring(&self) -> Result<KeyRing, Error> {
        let key = self.key()?;
        Ok(match &self.kid {
            Some(kid) => KeyRing::with_kid(kid, key),
            None => key.into(),
        })
    }

    pub(crate) fn ring_without_kid(&self) -> Result<KeyRing, Error> {
        self.key().map(KeyRing::new)
    }

    fn key(&self) -> Result<Key, Error> {
        let bytes =
            if self.keeps_line_break { self.found.as_slice() } else { self.without_line_break() };
        let text = |decode: fn(&str) -> Result<Key, Error>, expected| match str::from_utf8(bytes) {
            Ok(text) => decode(text),
            Err(_) => Err(Error::KeyEncoding { expected }),
        };
        match self.format {
            Format::Raw => Key::new(bytes),
            Format::Hex => text(Key::from_hex, "hexadecimal digits, two for each byte"),
            Format::Base64 => text(Key::from_base64, "base64"),
        }
    }

    /// Other readings of the same secret, each with what would have to be done.
    pub(crate) fn readings(&self) -> Vec<(Self, &'static str)> {
        let read = |format, how| (Self { format, ..self.clone() }, how);
        let formats = [
            read(Format::Hex, "is read as hexadecimal digits: add --secret-format hex"),
            read(Format::Base64, "is read as base64: add --secret-format base64"),
            read(Format::Raw, "is taken as it is: add --secret-format raw"),
        ];
        let mut readings: Vec<_> =
            formats.into_iter().filter(|(secret, _)| secret.format != self.format).collect();
        let trimmed = Zeroizing::new(self.found.trim_ascii().to_vec());
        let without_spaces = Self { found: trimmed, ..self.clone() };
        readings.push((without_spaces, "has no white space around it: take that off"));
        let with_line_break = Self { keeps_line_break: true, ..self.clone() };
        let how = "keeps the line break at its end: whoever signed did not take it off";
        readings.push((with_line_break, how));
        readings
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}
