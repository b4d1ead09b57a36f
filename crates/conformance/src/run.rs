//! All cases through one adapter: the proofs first, then what each answer is worth.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::adapter::{Adapter, Clock, Setting};
use crate::judge::{Judgement, judge};
use crate::process::{Process, Reply};
use crate::suite::{Case, Class, Suite, Verdict};

pub struct Runner<'a> {
    pub adapter: &'a Adapter,
    pub out: &'a Path,
    pub limit: Duration,
}

impl Runner<'_> {
    /// The judgements in the order of the cases. `done` is called after each.
    pub fn judge_all(
        &self,
        cases: &[&Case],
        setting: Option<&Setting>,
        mut done: impl FnMut(),
    ) -> Result<Vec<Judgement>> {
        let mut groups: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        for (at, case) in cases.iter().enumerate() {
            let key = if self.adapter.clock == Clock::Faketime { case.now } else { 0 };
            groups.entry(key).or_default().push(at);
        }
        let mut judgements: Vec<Option<Judgement>> = vec![None; cases.len()];
        for (now, group) in groups {
            let mut process = None;
            for at in group {
                let (Some(case), Some(slot)) = (cases.get(at), judgements.get_mut(at)) else {
                    continue;
                };
                let mut running = match process.take() {
                    Some(running) => running,
                    None => {
                        let command = self.adapter.process(self.out, now, setting);
                        Process::start(command, self.limit)?
                    }
                };
                let reply = running.ask(case);
                // After a crash or a hang, the next case gets a process of its own.
                if matches!(reply, Reply::Answer(_)) {
                    process = Some(running);
                }
                *slot = Some(judge(case, &reply, &self.adapter.ignores));
                done();
            }
        }
        Ok(judgements.into_iter().flatten().collect())
    }

    /// That a wrong adapter would be noticed: its verdict counts, and its clock is the case's.
    pub fn prove(&self, suite: &Suite) -> Result<()> {
        let good = suite.case("p/structure/control")?;
        let [mut flipped, mut poisoned, mut changed] = [good.clone(), good.clone(), good.clone()];
        flipped.id.push_str("-flipped");
        (flipped.expect, flipped.class) = (Verdict::Invalid, Class::Malformed);
        poisoned.id.push_str("-poisoned");
        poisoned.token = poisoned.token.as_deref().map(poison);
        changed.id.push_str("-changed");
        if let Some(claims) = changed.claims.as_object_mut() {
            claims.insert("exp".into(), 1.into());
        }
        let mut cases = vec![good.clone(), flipped, poisoned, changed];
        if self.adapter.clock != Clock::None {
            cases.extend(clock_probes(suite)?);
        }
        let judgements = self.judge_all(&cases.iter().collect::<Vec<_>>(), None, || {})?;
        let seen: Vec<Seen> = judgements.iter().map(Seen::of).collect();
        let expected = [
            Seen::Right,
            Seen::Wrong(Class::Malformed),
            Seen::Wrong(Class::Refused),
            Seen::Wrong(Class::Changed),
            Seen::Right,
            Seen::Right,
            Seen::Right,
        ];
        for (at, (case, seen)) in cases.iter().zip(&seen).enumerate() {
            if expected.get(at) != Some(seen) {
                bail!("proof {}: {seen:?}: {:?}", case.id, judgements.get(at));
            }
        }
        Ok(())
    }
}

#[derive(Debug, PartialEq)]
enum Seen {
    Right,
    Wrong(Class),
    Nothing,
}

impl Seen {
    const fn of(judgement: &Judgement) -> Self {
        match judgement {
            Judgement::Right(_) => Self::Right,
            Judgement::Wrong(wrong) => Self::Wrong(wrong.class),
            _ => Self::Nothing,
        }
    }
}

/// The token with another MAC of the same length.
fn poison(token: &str) -> String {
    let (head, mac) = token.rsplit_once('.').unwrap_or_default();
    let rest = mac.get(1..).unwrap_or_default();
    format!("{head}.{}{rest}", if mac.starts_with('A') { 'B' } else { 'A' })
}

/// The clock is moved back, forward, and to the second.
fn clock_probes(suite: &Suite) -> Result<[Case; 3]> {
    let mut back = suite.case("p/rfc/7519-3.1-last-second")?.clone();
    back.id.push_str("-back");
    back.now -= 1_000;
    let mut forward = suite.case("p/time/y2038-valid")?.clone();
    forward.id.push_str("-forward");
    forward.now += 100_000_000;
    (forward.expect, forward.class) = (Verdict::Expired, Class::Date);
    let mut second = suite.case("p/time/exp-previous-second")?.clone();
    second.id.push_str("-second");
    Ok([back, forward, second])
}
