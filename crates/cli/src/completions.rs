//! `completions`: what a shell needs to complete the arguments.

use clap::{Args, Command};
use clap_complete::Shell;

use crate::answer::Answer;
use crate::exit::Exit;

/// For which shell.
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

pub(crate) fn completions(arguments: &Completions, mut command: Command) -> Answer {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "jwt-pair", &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    Answer::new(Exit::Valid, script.clone()).with("script", script)
}
