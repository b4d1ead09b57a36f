//! What the command takes from the machine around it: a clock, variables, standard input, a
//! terminal. Tests bring one of their own.

use std::env;
use std::ffi::OsString;
use std::io::{self, IsTerminal as _, Read};

use jwt_pair::{Error, UnixTime};

/// What the command takes from the machine around it.
pub trait World {
    /// Standard input, up to this many bytes.
    fn stdin(&mut self, most: u64) -> io::Result<Vec<u8>>;
    /// Whether a person types standard input.
    fn stdin_is_terminal(&self) -> bool;
    /// A variable of the environment.
    fn variable(&self, name: &str) -> Option<OsString>;
    /// A line from the terminal, which does not show it.
    fn prompt(&mut self, question: &str) -> io::Result<String>;
    /// The current time.
    fn now(&self) -> Result<UnixTime, Error>;
    /// Fills the place with random bytes.
    fn random(&mut self, place: &mut [u8]) -> io::Result<()>;
}

/// The machine that the command runs on.
#[derive(Clone, Copy, Debug)]
pub struct Machine;

impl World for Machine {
    fn stdin(&mut self, most: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        io::stdin().lock().take(most).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn stdin_is_terminal(&self) -> bool {
        io::stdin().is_terminal()
    }

    fn variable(&self, name: &str) -> Option<OsString> {
        env::var_os(name)
    }

    fn prompt(&mut self, question: &str) -> io::Result<String> {
        rpassword::prompt_password(question)
    }

    fn now(&self) -> Result<UnixTime, Error> {
        UnixTime::now()
    }

    fn random(&mut self, place: &mut [u8]) -> io::Result<()> {
        getrandom::fill(place).map_err(|error| io::Error::other(error.to_string()))
    }
}
