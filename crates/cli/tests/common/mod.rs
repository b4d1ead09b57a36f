//! A machine for tests, and tokens that are correctly signed.
#![allow(dead_code, reason = "each test program uses a part of this")]

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use jwt_pair::{Error, Key, UnixTime, base64url};
use jwt_pair_cli::{Answer, World, run};
use serde_json::Value;

pub(crate) const NOW: u64 = 1_700_000_000;

/// No test says this text in another way, so that it can be searched for in every output.
pub(crate) const SECRET: &str = "a secret of 32 bytes or more, that is shown to none";

/// A machine without a terminal, whose clock stands at [`NOW`].
#[derive(Debug, Default)]
pub(crate) struct Fake {
    pub(crate) stdin: Vec<u8>,
    pub(crate) variables: BTreeMap<String, OsString>,
    /// A person types standard input.
    pub(crate) is_terminal: bool,
    /// What a person types at the prompt.
    pub(crate) typed: Option<String>,
}

impl Fake {
    /// With the secret in JWT_SECRET.
    pub(crate) fn with_secret() -> Self {
        let variables = BTreeMap::from([("JWT_SECRET".to_owned(), SECRET.into())]);
        Self { variables, ..Self::default() }
    }

    pub(crate) fn ask<I: Into<OsString>>(
        &mut self,
        arguments: impl IntoIterator<Item = I>,
    ) -> Answer {
        let name = OsString::from("jwt-pair");
        run([name].into_iter().chain(arguments.into_iter().map(Into::into)), self)
    }
}

impl World for Fake {
    fn stdin(&mut self, most: u64) -> io::Result<Vec<u8>> {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        Ok(self.stdin.iter().copied().take(most).collect())
    }

    fn stdin_is_terminal(&self) -> bool {
        self.is_terminal
    }

    fn variable(&self, name: &str) -> Option<OsString> {
        self.variables.get(name).cloned()
    }

    fn prompt(&mut self, _: &str) -> io::Result<String> {
        self.typed.clone().ok_or_else(|| ErrorKind::NotFound.into())
    }

    fn now(&self) -> Result<UnixTime, Error> {
        Ok(UnixTime::from_secs(NOW))
    }

    fn random(&mut self, place: &mut [u8]) -> io::Result<()> {
        place.fill(0xa5);
        Ok(())
    }
}

pub(crate) fn key() -> Key {
    Key::new(SECRET.as_bytes()).unwrap()
}

pub(crate) fn signed(header: &[u8], payload: &[u8]) -> String {
    signed_with(&key(), header, payload)
}

pub(crate) fn signed_with(key: &Key, header: &[u8], payload: &[u8]) -> String {
    let input = format!("{}.{}", base64url::encode(header), base64url::encode(payload));
    let mac = base64url::encode(&key.sign(input.as_bytes()));
    format!("{input}.{mac}")
}

pub(crate) const ACCESS: &[u8] = br#"{"alg":"HS256","typ":"access+jwt"}"#;
pub(crate) const JWT: &[u8] = br#"{"alg":"HS256","typ":"JWT"}"#;
pub(crate) const ACCESS_CLAIMS: &[u8] = br#"{"user_id":123,"user_type":"customer","session_id":"session123","exp":1700000900,"iat":1700000000}"#;
pub(crate) const REFRESH_CLAIMS: &[u8] =
    br#"{"user_id":123,"session_id":"session123","exp":1700604800,"iat":1700000000}"#;

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The answer in JSON.
pub(crate) fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.out).unwrap_or_else(|error| panic!("{error}: {}", answer.out))
}

/// Fails if an output could harm a terminal, or shows a part of the secret.
#[track_caller]
pub(crate) fn assert_harmless(out: &str) {
    let plain = without_colours(out);
    let is_hostile = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
            || matches!(c, '\u{e0000}'..='\u{e007f}')
    };
    let hostile = plain.chars().find(|c| is_hostile(*c));
    assert_eq!(hostile, None, "{plain:?}");
}

/// Without the colours of the command itself: `ESC [ digits m`.
fn without_colours(text: &str) -> String {
    let mut pieces = text.split("\u{1b}[");
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let rest = piece.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        match rest.strip_prefix('m') {
            Some(rest) => plain.push_str(rest),
            None => plain.push_str(&format!("\u{1b}[{piece}")),
        }
    }
    plain
}
