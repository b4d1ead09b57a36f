//! Arguments that cannot be understood. clap shows their values, and this shows none: one of them
//! may be a secret at the wrong place.

use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

use crate::answer::{Answer, Failure};
use crate::exit::Exit;

/// The answer to arguments that clap refuses. Help and the version are such answers, too.
pub(crate) fn answer(error: &Error) -> Answer {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let text = error.render();
            Answer::new(Exit::Valid, text.ansi().to_string()).with("text", text.to_string())
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let mut answer = Answer::new(Exit::Usage, String::new());
            answer.err = error.render().ansi().to_string();
            answer.with("message", "a command is missing")
        }
        _ => failure(error).into(),
    }
}

fn failure(error: &Error) -> Failure {
    let argument = name(error, ContextKind::InvalidArg);
    let of = |what: &str| match &argument {
        Some(name) => format!("{what} {name}"),
        None => format!("{what} an argument"),
    };
    let mut message = match error.kind() {
        ErrorKind::UnknownArgument => match &argument {
            Some(name) if name.starts_with('-') => format!("there is no option {name} here"),
            _ => "there is an argument too many".to_owned(),
        },
        ErrorKind::InvalidSubcommand => "there is no such command".to_owned(),
        ErrorKind::InvalidValue => of("the value is not one of those of"),
        ErrorKind::ValueValidation => {
            let why = core::error::Error::source(error).map(ToString::to_string);
            format!("{}: {}", of("the value of"), why.unwrap_or_default())
        }
        ErrorKind::MissingRequiredArgument => of("missing:"),
        ErrorKind::ArgumentConflict => match name(error, ContextKind::PriorArg) {
            Some(prior) if argument.as_ref() != Some(&prior) => {
                format!("{} and {prior} exclude each other", of(""))
            }
            Some(prior) => format!("given twice: {prior}"),
            None => of("given twice:"),
        },
        ErrorKind::InvalidUtf8 => "an argument is not UTF-8".to_owned(),
        ErrorKind::MissingSubcommand => "a command is missing".to_owned(),
        ErrorKind::NoEquals
        | ErrorKind::TooFewValues
        | ErrorKind::TooManyValues
        | ErrorKind::WrongNumberOfValues => of("a wrong number of values of"),
        _ => "the arguments cannot be understood".to_owned(),
    };
    if let Some(ContextValue::Strings(valid)) = error.get(ContextKind::ValidValue) {
        message = format!("{message}: {}", valid.join(", "));
    }
    Failure::usage(message.trim().to_owned()).hint("`jwt-pair --help` lists commands and examples")
}

/// The name of an argument, which is no value that was typed: an option without what follows it, or
/// what the help calls it.
fn name(error: &Error, kind: ContextKind) -> Option<String> {
    let text = match error.get(kind)? {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join(", "),
        _ => return None,
    };
    let unknown = error.kind() == ErrorKind::UnknownArgument;
    let option = text.split(['=', ' ']).next().unwrap_or_default();
    let is_option = option.starts_with("--")
        && option.len() <= 24
        && option.chars().all(|c| c == '-' || c.is_ascii_lowercase());
    match unknown {
        true => is_option.then(|| option.to_owned()),
        false => Some(text),
    }
}
