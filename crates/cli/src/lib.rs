//! The `jwt-pair` command, as a function of its arguments and of the machine around it.
//!
//! It reads, it asks the library `jwt-pair`, and it shows. It has no rule of its own about which
//! token is valid: `Error::stage` of the library names the check that failed.
//!
//! # Reading order
//!
//! Each module imports only those before it: `exit`, `escape`, `answer`, `world`, `dates`, `paint`,
//! `token_input`, `secret_source`, `secret`, `settings`, `check`, `exact`, `node`, `anatomy`,
//! `walk`, `verify`, `inspect`, `claims_input`, `issue`, `renew`, `new_secret`, `explain`, `completions`,
//! `usage`, `arguments`.

use std::ffi::OsString;

use clap::{CommandFactory as _, Parser as _};

use answer::Failure;
use arguments::{Arguments, Command};

mod anatomy;
mod answer;
mod arguments;
mod check;
mod claims_input;
mod completions;
mod dates;
mod escape;
mod exact;
mod exit;
mod explain;
mod inspect;
mod issue;
mod new_secret;
mod node;
mod paint;
mod renew;
mod secret;
mod secret_source;
mod settings;
mod token_input;
mod usage;
mod verify;
mod walk;
mod world;

pub use answer::Answer;
pub use exit::Exit;
pub use world::{Machine, World};

/// Answers one call. The first argument is the name of the command.
pub fn run(arguments: impl IntoIterator<Item = OsString>, world: &mut dyn World) -> Answer {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let (answer, json) = match Arguments::try_parse_from(&arguments) {
        Ok(arguments) => {
            let mut notes = Vec::new();
            let answer = answer(&arguments.command, world, &mut notes);
            // A note counts most where something has failed: it says whose secret was too short.
            (answer.unwrap_or_else(Answer::from).with_notes(&notes), arguments.json)
        }
        Err(error) => (usage::answer(&error), arguments.iter().any(|it| it == "--json")),
    };
    if json { answer.into_json() } else { answer }
}

fn answer(
    command: &Command,
    world: &mut dyn World,
    notes: &mut Vec<String>,
) -> Result<Answer, Failure> {
    match command {
        Command::Inspect(arguments) => inspect::inspect(arguments, world, notes),
        Command::Verify(arguments) => verify::verify(arguments, world, notes),
        Command::Issue { what } => issue::issue(what, world, notes),
        Command::Renew(arguments) => renew::renew(arguments, world, notes),
        Command::Secret(arguments) => new_secret::secret(arguments, world),
        Command::Explain(arguments) => explain::explain(arguments),
        Command::Completions(arguments) => {
            Ok(completions::completions(arguments, Arguments::command()))
        }
    }
}
