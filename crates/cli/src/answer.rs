//! What a command answers: text for people, JSON for programs, and how it ends.

use std::collections::BTreeMap;

use jwt_pair::Error;
use serde_json::Value;

use crate::escape;
use crate::exit::{Exit, name_of};

/// The answer to one call.
#[derive(Debug)]
pub struct Answer {
    /// How the command ends.
    pub exit: Exit,
    /// For standard output.
    pub out: String,
    /// For standard error.
    pub err: String,
    /// Each member's name, and its value as JSON: so that a number keeps its digits.
    json: BTreeMap<&'static str, String>,
}

/// Why there is no answer, in one sentence that shows no value of an argument.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) message: String,
    pub(crate) hints: Vec<String>,
    pub(crate) error: Option<Error>,
}

impl Answer {
    pub(crate) fn new(exit: Exit, out: String) -> Self {
        let answer = Self { exit, out, err: String::new(), json: BTreeMap::new() };
        answer.with("outcome", exit.word())
    }

    pub(crate) fn with(self, name: &'static str, value: impl Into<Value>) -> Self {
        self.with_json(name, value.into().to_string())
    }

    /// A member whose value is this JSON, as it stands.
    pub(crate) fn with_json(mut self, name: &'static str, json: String) -> Self {
        self.json.insert(name, json);
        self
    }

    /// Remarks for people. They are no part of the answer, so they go to standard error.
    pub(crate) fn with_notes(mut self, notes: &[String]) -> Self {
        self.err.extend(notes.iter().map(|note| format!("note: {note}\n")));
        self.with("notes", notes.to_vec())
    }

    /// JSON in place of the text.
    pub(crate) fn into_json(mut self) -> Self {
        let members = self.json.iter().map(|(name, json)| format!("\"{name}\":{json}"));
        let members: Vec<String> = members.collect();
        self.out = format!("{}\n", escape::json_line(&format!("{{{}}}", members.join(","))));
        self.err = String::new();
        self
    }

    /// What is said of a refused token, in JSON.
    pub(crate) fn with_error(self, error: &Error) -> Self {
        let stage = error.stage().map(|stage| format!("{stage:?}"));
        self.with("error", name_of(error))
            .with("stage", stage)
            .with("message", error.to_string())
            .with("public_message", error.public_message())
    }
}

impl Failure {
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, message: message.into(), hints: Vec::new(), error: None }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

/// An error of the library, under its name.
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let hints = vec![format!("`jwt-pair explain {}` says more", name_of(&error))];
        Self { exit: Exit::of(&error), message: error.to_string(), hints, error: Some(error) }
    }
}

impl From<Failure> for Answer {
    fn from(failure: Failure) -> Self {
        let mut answer = Self::new(failure.exit, String::new());
        answer = match &failure.error {
            Some(error) => answer.with_error(error),
            None => answer.with("message", failure.message.clone()),
        };
        answer = answer.with("hints", failure.hints.clone());
        let label = match failure.exit {
            Exit::Usage => "error: ",
            Exit::NotVerified => "not verified: ",
            _ => "",
        };
        answer.err = format!("{label}{}\n", escape::escaped(&failure.message));
        answer.err.extend(failure.hints.iter().map(|hint| format!("hint: {hint}\n")));
        answer
    }
}
