//! `explain`: each refusal of the library, what it means, and what to do.

use clap::Args;

use crate::answer::{Answer, Failure};
use crate::exit::Exit;

/// Four lines for each error: its name, what it means, where it is demanded, what to do.
const EXPLANATIONS: &str = include_str!("explanations.txt");

/// Which refusal.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The name of an error, such as InvalidSignature; all of them if it is not given
    error: Option<String>,
}

fn explanations() -> impl Iterator<Item = [&'static str; 4]> {
    let mut lines = EXPLANATIONS.lines();
    core::iter::from_fn(move || Some([lines.next()?, lines.next()?, lines.next()?, lines.next()?]))
}

pub(crate) fn explain(arguments: &Explain) -> Result<Answer, Failure> {
    let Some(asked) = &arguments.error else {
        let names: Vec<&str> = explanations().map(|[name, ..]| name).collect();
        let lines = explanations().map(|[name, meaning, ..]| format!("{name:20} {meaning}\n"));
        return Ok(Answer::new(Exit::Valid, lines.collect()).with("errors", names));
    };
    let plain = |name: &str| name.replace(['-', '_', ' '], "").to_ascii_lowercase();
    let found = explanations().find(|[name, ..]| plain(name) == plain(asked));
    let [name, meaning, source, action] = found.ok_or_else(|| {
        let hint = "`jwt-pair explain` lists all errors";
        Failure::usage("there is no error of this name").hint(hint)
    })?;
    let out = format!("{name}\n  means   {meaning}\n  source  {source}\n  do      {action}\n");
    Ok(Answer::new(Exit::Valid, out)
        .with("error", name)
        .with("meaning", meaning)
        .with("source", source)
        .with("action", action))
}
