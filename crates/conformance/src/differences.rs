//! Where this crate and its peers differ on purpose. A difference that is not here ends the run.

use serde_json::Value;

#[derive(Debug)]
pub enum Difference<'a> {
    /// Both accept, and hand out other claims.
    Claims { own: &'a Value, theirs: &'a Value },
    /// This crate alone accepts, with what the peer says.
    OursAlone { said: &'a str },
    /// The peer alone accepts, with what this crate says.
    TheirsAlone { said: &'a str },
}

impl Difference<'_> {
    /// What is the same for all inputs of one kind.
    pub fn summary(&self) -> String {
        let without_numbers = |text: &str| -> String {
            text.chars().filter(|character| !character.is_ascii_digit()).take(90).collect()
        };
        match self {
            Self::Claims { .. } => "other claims".into(),
            Self::OursAlone { said } => format!("refuses alone: {}", without_numbers(said)),
            Self::TheirsAlone { said } => format!("accepts alone: {}", without_numbers(said)),
        }
    }
}

pub struct Class {
    pub name: &'static str,
    /// May be a forgery: it is kept for the peer's authors, and not counted in public.
    pub is_private: bool,
}

pub fn class(peer: &str, token: &str, difference: &Difference<'_>) -> Option<Class> {
    let _ = (peer, token);
    None
}
