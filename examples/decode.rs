//! Verifies one token of a pair, of either kind, and prints its claims as one line of JSON.
//!
//! ```sh
//! export JWT_SECRET=$(openssl rand -hex 32)
//! cargo run --example decode -- TOKEN
//! ```
//!
//! `--help` lists the options and the exit statuses.

use core::time::Duration;
use std::env;
use std::ffi::OsString;
use std::io::{self, Read as _, Write as _};
use std::process::ExitCode;

use jwt_pair::limits::DEFAULT_MAX_TOKEN_BYTES;
use jwt_pair::{Error, Key, KeyRing, PairIssuer, PairPolicy, Predecessor, UnixTime, jws};

const HELP: &str = "\
usage: decode [--now SECONDS] [--leeway SECONDS] [--predecessor] [--] [TOKEN]

Verifies TOKEN, or the token on standard input, under the secret JWT_SECRET
and prints its claims as one line of JSON.

  --now SECONDS      the time since 1970; by default, what the clock shows
  --leeway SECONDS   how far clocks may differ; by default 0
  --predecessor      also accept tokens whose typ is JWT or missing, if they
                     live for 15 minutes (access) or 7 days (refresh)
  --                 what follows is the token, whatever it begins with
  -h, --help         print this

Exits with
  0  the token is good: its claims are on standard output
  1  it is refused: `Token has expired` or `Invalid token` is on standard
     error, and on the next line the reason
  2  nothing was verified: wrong usage, no good JWT_SECRET, input or output failed";

fn main() -> ExitCode {
    let done = run(env::args_os().skip(1)).and_then(|text| {
        let mut out = io::stdout().lock();
        let written = writeln!(out, "{text}").and_then(|()| out.flush());
        written.map_err(|error| Failure::new(format!("standard output: {error}")))
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure { status, text }) => {
            // There is nobody left to tell when standard error cannot be written.
            let _ = writeln!(io::stderr(), "{text}");
            ExitCode::from(status)
        }
    }
}

fn run(arguments: impl Iterator<Item = OsString>) -> Result<String, Failure> {
    let Some(arguments) = Arguments::parse(arguments)? else {
        return Ok(HELP.to_owned());
    };
    let keys = keys()?;
    let now = match arguments.now {
        Some(seconds) => UnixTime::from_secs(seconds),
        None => UnixTime::now().map_err(|error| Failure::new(error.to_string()))?,
    };
    let mut policy = PairPolicy::new().leeway(Duration::from_secs(arguments.leeway));
    if arguments.predecessor {
        policy = policy.predecessor(predecessor(keys.clone()));
    }
    let token = match arguments.token {
        Some(token) => token.into_string().map_err(|_| Failure::not_utf8())?,
        None => token_on_stdin()?,
    };

    // This is the verdict. What comes after it only fetches the claims set as it is written in the
    // token, with the claims that are no fields of `PairClaims` and with every digit of its numbers.
    PairIssuer::new(keys.clone(), policy).decode(&token, now)?;
    let jws = jws::verify(&token, &keys, DEFAULT_MAX_TOKEN_BYTES)?;
    Ok(one_line(&String::from_utf8_lossy(&jws.payload)))
}

/// A library that signed with the same secret, with the lifetimes that this crate has unless they are
/// set.
fn predecessor(keys: KeyRing) -> Predecessor {
    let (access, refresh) = (Duration::from_secs(900), Duration::from_secs(604_800));
    Predecessor::new(keys, access, refresh, UnixTime::from_secs(u64::MAX))
}

fn keys() -> Result<KeyRing, Failure> {
    let secret = env::var("JWT_SECRET").map_err(|error| match error {
        env::VarError::NotPresent => "JWT_SECRET is not set: it is the secret of the tokens",
        env::VarError::NotUnicode(_) => "JWT_SECRET is not UTF-8",
    });
    let secret = secret.map_err(Failure::new)?;
    let key = Key::new(secret.as_bytes());
    key.map(KeyRing::new).map_err(|error| Failure::new(format!("JWT_SECRET: {error}")))
}

/// One newline at the end is the shell's, not the token's.
fn token_on_stdin() -> Result<String, Failure> {
    // Far beyond any token: an endless input is no reason to run out of memory.
    const MOST: u64 = 16 * 1024 * 1024;
    let mut token = Vec::new();
    let read = io::stdin().lock().take(MOST).read_to_end(&mut token);
    let bytes = read.map_err(|error| Failure::new(format!("standard input: {error}")))?;
    if u64::try_from(bytes) == Ok(MOST) {
        return Err(Failure::refused("Invalid token", "the token is 16 MiB long or longer"));
    }
    if token.last() == Some(&b'\n') {
        token.pop();
    }
    String::from_utf8(token).map_err(|_| Failure::not_utf8())
}

/// The same JSON without line breaks, and harmless to a terminal.
///
/// A JSON string holds no line break, tab or other control character below U+0020 unescaped
/// (RFC 8259 §7), so those stand between tokens of JSON; those from U+007F on are only in strings.
fn one_line(json: &str) -> String {
    let mut line = String::new();
    for c in json.chars() {
        match c {
            '\n' | '\r' | '\t' => line.push(' '),
            c if c.is_control() => line.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => line.push(c),
        }
    }
    line
}

#[derive(Default)]
struct Arguments {
    now: Option<u64>,
    leeway: u64,
    predecessor: bool,
    token: Option<OsString>,
}

impl Arguments {
    /// `None` where only help is asked for.
    fn parse(mut words: impl Iterator<Item = OsString>) -> Result<Option<Self>, Failure> {
        let mut arguments = Self::default();
        let mut tokens = Vec::new();
        while let Some(word) = words.next() {
            match word.to_str() {
                Some("-h" | "--help") => return Ok(None),
                Some("--now") => arguments.now = Some(seconds("--now", words.next())?),
                Some("--leeway") => arguments.leeway = seconds("--leeway", words.next())?,
                Some("--predecessor") => arguments.predecessor = true,
                Some("--") => tokens.extend(words.by_ref()),
                Some(option) if option.starts_with('-') => {
                    return Err(Failure::usage(format!("unknown option {option:?}")));
                }
                _ => tokens.push(word),
            }
        }
        arguments.token = tokens.pop();
        if !tokens.is_empty() {
            return Err(Failure::usage("more than one token"));
        }
        Ok(Some(arguments))
    }
}

fn seconds(option: &str, word: Option<OsString>) -> Result<u64, Failure> {
    let seconds = word.as_ref().and_then(|word| word.to_str()?.parse().ok());
    seconds.ok_or_else(|| {
        Failure::usage(format!("{option} needs a whole number from 0 to {}", u64::MAX))
    })
}

/// What standard error shows, and the exit status.
struct Failure {
    status: u8,
    text: String,
}

impl Failure {
    fn new(text: impl Into<String>) -> Self {
        Self { status: 2, text: text.into() }
    }

    fn usage(text: impl Into<String>) -> Self {
        Self::new(format!("{}; try --help", text.into()))
    }

    fn refused(public: &str, reason: &str) -> Self {
        Self { status: 1, text: format!("{public}\n{reason}") }
    }

    fn not_utf8() -> Self {
        Self::refused("Invalid token", "the token is not UTF-8")
    }
}

/// Of a token; a fault of the key or the clock is none of it.
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::refused(error.public_message(), &error.to_string())
    }
}
