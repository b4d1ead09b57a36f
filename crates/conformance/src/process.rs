//! One process of an adapter: a line in, a line out, within a time limit.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::suite::{Case, Policy, Verdict};

/// Far above what any case needs, so that a busy machine is not taken for a hang.
pub const LIMIT: Duration = Duration::from_secs(20);

#[derive(Serialize)]
struct Question<'c> {
    id: &'c str,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: &'c Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_hex: &'c Option<String>,
    secret_b64url: &'c str,
    now: u64,
    leeway: u64,
    policy: &'c Policy,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    id: String,
    pub verdict: AnswerVerdict,
    #[serde(default)]
    pub claims: Value,
    #[serde(default)]
    pub error: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerVerdict {
    Valid,
    Expired,
    NotYetValid,
    Invalid,
    /// The library has no parameter for what the case's policy asks; `error` says for what.
    NotOffered,
}

impl AnswerVerdict {
    pub const fn verdict(self) -> Option<Verdict> {
        match self {
            Self::Valid => Some(Verdict::Valid),
            Self::Expired => Some(Verdict::Expired),
            Self::NotYetValid => Some(Verdict::NotYetValid),
            Self::Invalid => Some(Verdict::Invalid),
            Self::NotOffered => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    Answer(Answer),
    /// The process ended, with the last line that it wrote to its standard error.
    Crash(String),
    /// Nothing came within the limit.
    Hang,
    /// A line that is no answer: a fault of the adapter.
    Garbled(String),
}

pub struct Process {
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<String>,
    errors: Option<thread::JoinHandle<String>>,
    limit: Duration,
}

impl Process {
    pub fn start(mut command: Command, limit: Duration) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", command.get_program().display()))?;
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().context("its output is piped")?);
        let errors = child.stderr.take().context("its errors are piped")?;
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in output.split(b'\n') {
                let Ok(line) = line else { break };
                if sender.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                    break;
                }
            }
        });
        let errors = thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = BufReader::new(errors).read_to_end(&mut bytes);
            let text = String::from_utf8_lossy(&bytes);
            text.trim_end().lines().last().unwrap_or_default().to_owned()
        });
        Ok(Self { child, input, lines, errors: Some(errors), limit })
    }

    pub fn ask(&mut self, case: &Case) -> Reply {
        self.send(case);
        self.receive(case)
    }

    /// All at once: the process reads ahead while it answers.
    pub fn ask_all(&mut self, cases: &[Case]) -> Vec<Reply> {
        for case in cases {
            self.send(case);
        }
        cases.iter().map(|case| self.receive(case)).collect()
    }

    fn send(&mut self, case: &Case) {
        let question = Question {
            id: &case.id,
            token: &case.token,
            token_hex: &case.token_hex,
            secret_b64url: &case.secret_b64url,
            now: case.now,
            leeway: case.leeway,
            policy: &case.policy,
        };
        let mut line = serde_json::to_string(&question).unwrap_or_default();
        line.push('\n');
        // A process that has ended is noticed when its answer is missing.
        let _ = self
            .input
            .as_mut()
            .map(|input| input.write_all(line.as_bytes()).and_then(|()| input.flush()));
    }

    fn receive(&mut self, case: &Case) -> Reply {
        match self.lines.recv_timeout(self.limit) {
            Ok(line) => answer(case, &without_lone_surrogates(&line)),
            Err(RecvTimeoutError::Timeout) => Reply::Hang,
            Err(RecvTimeoutError::Disconnected) => Reply::Crash(self.last_words()),
        }
    }

    fn last_words(&mut self) -> String {
        drop(self.input.take());
        let status = self.child.wait().map(|status| status.to_string()).unwrap_or_default();
        let said = self.errors.take().and_then(|errors| errors.join().ok()).unwrap_or_default();
        if said.is_empty() { status } else { format!("{status}: {said}") }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn answer(case: &Case, line: &str) -> Reply {
    match serde_json::from_str::<Answer>(line) {
        Ok(answer) if answer.id == case.id => Reply::Answer(answer),
        Ok(answer) => Reply::Garbled(format!("it answers {}", answer.id)),
        // Claims that no JSON value holds here, such as a number of a thousand digits.
        Err(_) if is_valid_of(case, line) => Reply::Answer(Answer {
            id: case.id.clone(),
            verdict: AnswerVerdict::Valid,
            claims: Value::Null,
            error: String::new(),
        }),
        Err(error) => Reply::Garbled(format!("{error}: {line}")),
    }
}

fn is_valid_of(case: &Case, line: &str) -> bool {
    let line = line.replace("\": \"", "\":\"");
    line.contains(&format!(r#""id":"{}""#, case.id)) && line.contains(r#""verdict":"valid""#)
}

/// A half of a pair, which some libraries let into their claims, is no text here: U+FFFD stands for it.
fn without_lone_surrogates(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        text.push_str(before);
        let unit = |escape: &str| {
            let digits = escape.strip_prefix("\\u").and_then(|digits| digits.get(..4));
            digits.and_then(|digits| u16::from_str_radix(digits, 16).ok())
        };
        let next = escape.get(6..).and_then(unit);
        let length = match (unit(escape), next) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
            (Some(0xD800..=0xDFFF), _) => {
                text.push('\u{FFFD}');
                rest = escape.get(6..).unwrap_or_default();
                continue;
            }
            _ => 2,
        };
        let (escape, after) = escape.split_at_checked(length).unwrap_or((escape, ""));
        text.push_str(escape);
        rest = after;
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::without_lone_surrogates;

    #[test]
    fn lone_surrogates() {
        for (line, expected) in [
            (r#""a\\ud800""#, r#""a\\ud800""#),
            (r#""a\\\ud800""#, "\"a\\\\\u{FFFD}\""),
            (r#""\ud800b""#, "\"\u{FFFD}b\""),
            (r#""\uDFFF\n""#, "\"\u{FFFD}\\n\""),
            (r#""\ud83d\ude00""#, r#""\ud83d\ude00""#),
            (r#""\ud83d\ud83d\ude00""#, "\"\u{FFFD}\\ud83d\\ude00\""),
            (r#""é\u00e9""#, r#""é\u00e9""#),
        ] {
            assert_eq!(without_lone_surrogates(line), expected, "{line}");
        }
    }
}
