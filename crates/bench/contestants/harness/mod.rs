//! A contestant's side of the protocol: one line in, one line out, until the input ends.
//!
//! | line in | line out |
//! |---|---|
//! | `task OPERATION KEYS TOKEN...` | the number of the new task, or `unsupported` |
//! | `check TASK` | what one run of it gives, as JSON |
//! | `run TASK ITERATIONS THREADS` | nanoseconds for `ITERATIONS` runs on each of the threads |
//!
//! The only argument is the secret, in hex. With `KEYS` above 0 it stands for a ring: key `i` is
//! named `key-i`, and is the secret with its first byte replaced by `i`.

#![allow(dead_code, reason = "no contestant needs all of it")]

mod claims;
mod timing;

use std::io::{BufRead as _, Write as _};

#[allow(unused_imports, reason = "no contestant needs all of it")]
pub use claims::*;
pub use timing::Task;

/// What a task is made from.
pub struct Request<'a> {
    pub operation: &'a str,
    pub secret: [u8; 32],
    /// How many a ring has; 0 where there is none.
    pub keys: u8,
    /// All tokens that the operation reads or writes.
    pub tokens: &'a [&'a str],
}

impl Request<'_> {
    /// The token to be verified, or decoded, or renewed.
    pub fn token(&self) -> String {
        self.tokens.first().copied().unwrap_or_default().to_owned()
    }

    /// The ring's keys, the one that signs first.
    pub fn ring(&self) -> impl Iterator<Item = (String, [u8; 32])> {
        (0..self.keys).map(|key| {
            let mut secret = self.secret;
            secret[0] = key;
            (format!("key-{key}"), secret)
        })
    }
}

/// Answers until the driver hangs up. A contestant that cannot do what it said it can panics, and
/// the driver tells.
pub fn serve(make: impl Fn(&Request<'_>) -> Option<Task>) {
    let secret = std::env::args().nth(1).expect("the secret is the argument");
    let secret = decode_hex(&secret);
    let mut tasks = Vec::new();
    let mut output = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("lines are text");
        let words: Vec<&str> = line.split(' ').collect();
        let answer = match &words[..] {
            ["task", operation, keys, tokens @ ..] => {
                match make(&Request { operation, secret, keys: number(keys), tokens }) {
                    Some(task) => {
                        tasks.push(task);
                        (tasks.len() - 1).to_string()
                    }
                    None => "unsupported".to_owned(),
                }
            }
            ["check", task] => tasks[number::<usize>(task)].check(),
            ["run", task, iterations, threads] => {
                let task = &tasks[number::<usize>(task)];
                task.time(number(iterations), number(threads)).to_string()
            }
            _ => panic!("unknown request: {line}"),
        };
        writeln!(output, "{answer}").and_then(|()| output.flush()).expect("the driver listens");
    }
}

fn number<N: std::str::FromStr>(word: &str) -> N {
    word.parse().ok().expect("a number")
}

fn decode_hex(text: &str) -> [u8; 32] {
    std::array::from_fn(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).expect("hex"))
}
