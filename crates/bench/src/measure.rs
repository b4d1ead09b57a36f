//! Rounds that alternate between the contestants, each in its own process, one at a time.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::cases::{Case, Expected};
use crate::contestants::{Contestant, Process, Role};
use crate::series::Series;
use crate::token;

/// How much is measured.
#[derive(Clone, Copy)]
pub struct Effort {
    pub rounds: usize,
    /// How long a contestant runs in one round of one case.
    pub batch: Duration,
}

pub struct Running {
    pub contestant: &'static Contestant,
    pub process: Process,
}

struct Entry {
    running: usize,
    task: String,
    threads: u32,
    series: Series,
}

/// Measures the cases of one group together.
pub fn group(cases: &[Case], running: &mut [Running], effort: Effort) -> Result<Vec<Series>> {
    let mut entries = Vec::new();
    for case in cases {
        for (index, runner) in running.iter_mut().enumerate() {
            let name = runner.contestant.name;
            let entry = prepare(case, index, runner, effort);
            entries.extend(entry.with_context(|| format!("{name}, {}", case.name))?);
        }
    }
    for round in 0..effort.rounds {
        // Each one goes first as often as the others, and is followed by each of its neighbours.
        let count = entries.len();
        for place in 0..count {
            let place = (place + round) % count;
            let place = if round % 2 == 0 { place } else { count - 1 - place };
            let entry = &mut entries[place];
            let iterations = entry.series.iterations;
            let time = entry.run(&mut running[entry.running].process, iterations)?;
            entry.series.rounds.push(time / iterations as f64 / f64::from(entry.threads));
        }
    }
    Ok(entries.into_iter().map(|entry| entry.series).collect())
}

/// Makes the task, checks what it gives, and finds how often it runs in a batch.
fn prepare(
    case: &Case,
    index: usize,
    running: &mut Running,
    effort: Effort,
) -> Result<Option<Entry>> {
    let Contestant { name, role, .. } = *running.contestant;
    if role == Role::Foreign && case.threads > 1 {
        return Ok(None);
    }
    let tokens = match role {
        Role::Own | Role::BareHmac => &case.own_tokens,
        Role::Peer | Role::Foreign => &case.peer_tokens,
    };
    let request = format!("task {} {} {tokens}", case.operation, case.keys);
    let task = running.process.ask(&request)?;
    if task == "unsupported" {
        return Ok(None);
    }
    let answer = running.process.ask(&format!("check {task}"))?;
    let answer = serde_json::from_str(&answer)?;
    match role {
        Role::BareHmac => check_bare(case, &answer)?,
        _ => check(case, &answer)?,
    }
    let series =
        Series { case: case.name, contestant: name, role, iterations: 1, rounds: Vec::new() };
    let mut entry = Entry { running: index, task, threads: case.threads, series };
    // A new thread begins on the core of its parent, and the system takes milliseconds to move it.
    let batches = if case.group == "threads" { 20 } else { 1 };
    let enough = (effort.batch * batches).as_nanos() as f64;
    let mut iterations = 1;
    let time = loop {
        let time = entry.run(&mut running.process, iterations)?;
        if time > enough / 4.0 {
            break time;
        }
        iterations *= 2;
    };
    entry.series.iterations = ((enough / time * iterations as f64) as u64).max(1);
    if role == Role::Foreign {
        // Until a just-in-time compiler has seen enough of it.
        entry.run(&mut running.process, 50 * entry.series.iterations)?;
    }
    Ok(Some(entry))
}

impl Entry {
    fn run(&self, process: &mut Process, iterations: u64) -> Result<f64> {
        let request = format!("run {} {iterations} {}", self.task, self.threads);
        Ok(process.ask(&request)?.parse()?)
    }
}

fn check(case: &Case, answer: &Value) -> Result<()> {
    match &case.expected {
        Expected::Claims(claims) => {
            ensure!(*answer == json!({"claims": claims}), "gave {answer}");
        }
        Expected::Tokens(expected) => {
            let tokens = answer["tokens"].as_array().with_context(|| format!("gave {answer}"))?;
            ensure!(tokens.len() == expected.len(), "gave {answer}");
            for (token, (claims, lifetime)) in tokens.iter().zip(expected) {
                let mut found = token::read(token.as_str().unwrap_or_default())?;
                let exp = found["exp"].take().as_u64().context("exp is a number")?;
                let iat = found["iat"].take().as_u64().context("iat is a number")?;
                ensure!(exp == iat + lifetime, "exp is {exp}, iat is {iat}");
                let mut claims = claims.clone();
                claims["exp"] = Value::Null;
                claims["iat"] = Value::Null;
                ensure!(found == claims, "the claims are {found}");
            }
        }
        Expected::Invalid | Expected::Expired => {
            let reason = answer["refused"].as_str().with_context(|| format!("gave {answer}"))?;
            let said_expired = reason.to_lowercase().contains("expired");
            let is_expired = matches!(case.expected, Expected::Expired);
            ensure!(said_expired == is_expired, "refused as {reason}");
        }
    }
    Ok(())
}

/// The bare HMAC knows nothing of claims.
fn check_bare(case: &Case, answer: &Value) -> Result<()> {
    let good = !matches!(case.expected, Expected::Invalid);
    ensure!(answer.get("verified").is_none_or(|verified| *verified == good), "gave {answer}");
    let signed = answer["macs"].as_array().map_or(0, Vec::len);
    let own: Vec<_> = case.own_tokens.split(' ').filter_map(token::signature).collect();
    let expected = &own[own.len() - signed..];
    ensure!(signed == 0 || answer["macs"] == json!(expected), "gave {answer}");
    Ok(())
}
