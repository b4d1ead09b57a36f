//! What an answer to a case is worth.

use serde_json::{Number, Value};

use crate::process::{AnswerVerdict, Reply};
use crate::suite::{Case, Class, Verdict};

#[derive(Clone, Debug, PartialEq)]
pub enum Judgement {
    /// As the rule says. Why a token is refused is not compared.
    Right(Verdict),
    Wrong(Wrong),
    /// The library cannot be told what the case's policy asks.
    NotOffered(String),
    /// The adapter, and not the library, is at fault.
    Garbled(String),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Wrong {
    pub class: Class,
    /// Absent for a crash and a hang.
    pub verdict: Option<Verdict>,
    pub said: String,
}

/// `ignores`: the dates that the library never looks at.
pub fn judge(case: &Case, reply: &Reply, ignores: &[String]) -> Judgement {
    let wrong = |class, verdict, said: &str| {
        Judgement::Wrong(Wrong { class, verdict, said: one_line(said) })
    };
    let answer = match reply {
        Reply::Answer(answer) => answer,
        Reply::Crash(said) => return wrong(Class::Crash, None, said),
        Reply::Hang => return wrong(Class::Hang, None, ""),
        Reply::Garbled(why) => return Judgement::Garbled(one_line(why)),
    };
    let Some(verdict) = answer.verdict.verdict() else {
        return Judgement::NotOffered(one_line(&answer.error));
    };
    match (case.expect, answer.verdict) {
        (Verdict::Valid, AnswerVerdict::Valid) => {
            if same_json(&audiences_sorted(&case.claims), &audiences_sorted(&answer.claims)) {
                Judgement::Right(verdict)
            } else {
                wrong(Class::Changed, Some(verdict), &answer.claims.to_string())
            }
        }
        (Verdict::Valid, _) => wrong(case.class, Some(verdict), &answer.error),
        (Verdict::Expired, AnswerVerdict::Valid) if ignores.iter().any(|date| date == "exp") => {
            Judgement::NotOffered("exp".into())
        }
        (Verdict::NotYetValid, AnswerVerdict::Valid)
            if ignores.iter().any(|date| date == "nbf") =>
        {
            Judgement::NotOffered("nbf".into())
        }
        (_, AnswerVerdict::Valid) => wrong(case.class, Some(verdict), ""),
        _ => Judgement::Right(verdict),
    }
}

/// The order of audiences means nothing, and some libraries hold them in a set.
fn audiences_sorted(claims: &Value) -> Value {
    let mut claims = claims.clone();
    if let Some(audiences) = claims.get_mut("aud").and_then(Value::as_array_mut) {
        audiences.sort_by_key(Value::to_string);
        audiences.dedup();
    }
    claims
}

/// The first line, without what changes from run to run: addresses.
fn one_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let mut words = Vec::new();
    for word in line.split_whitespace() {
        words.push(match word.split_once("0x") {
            Some((before, _)) => format!("{before}0x…"),
            None => word.to_owned(),
        });
    }
    let line = words.join(" ");
    match line.char_indices().nth(160) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

/// Whether two JSON texts mean the same: 1.7e9 is 1700000000.0, and 2^53 + 1 is not 2^53.
pub fn same_json(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => match (integer(one), integer(other)) {
            (Some(one), Some(other)) => one == other,
            (None, None) => one.as_f64() == other.as_f64(),
            _ => false,
        },
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| same_json(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let same =
                |(name, one): (&String, _)| other.get(name).is_some_and(|it| same_json(one, it));
            one.len() == other.len() && one.iter().all(same)
        }
        _ => one == other,
    }
}

/// A whole number, without an `f64` where it is written as an integer.
fn integer(number: &Number) -> Option<i128> {
    let written = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
    let whole = |value: &f64| value.fract() == 0.0 && value.abs() < 2f64.powi(100);
    written.or_else(|| number.as_f64().filter(whole).map(|value| value as i128))
}
