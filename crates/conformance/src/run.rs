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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::{Path, PathBuf};
    use std::time::Duration;

    use super::Runner;
    use crate::adapter::Adapter;
    use crate::judge::{Judgement, Wrong};
    use crate::process::LIMIT;
    use crate::record::Found;
    use crate::suite::{Class, Suite, Verdict};

    fn here() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR"))
    }

    fn suite() -> Suite {
        Suite::read(&[PathBuf::from(here()).join("../../tests/vectors")]).unwrap_or_else(|error| {
            panic!("{error:#}");
        })
    }

    /// `tests/mock.py` in one of its modes.
    fn mock(mode: &str) -> Adapter {
        let manifest = format!(
            "name = 'mock'\nlanguage = 'Python'\nclock = 'argument'\ndocumentation = ''\n\
             shares = 'mock'\nversion = 'echo 1'\ncommand = 'python3 mock.py {mode}'\n"
        );
        Adapter::parse(&manifest, "mock", &here().join("tests")).unwrap_or_else(|error| {
            panic!("{error:#}");
        })
    }

    fn proof(mode: &str) -> Result<(), String> {
        let adapter = mock(mode);
        let runner = Runner { adapter: &adapter, out: here(), limit: LIMIT };
        runner.prove(&suite()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_right_adapter_proves_itself() {
        assert_eq!(proof("right"), Ok(()));
    }

    #[test]
    fn a_wrong_adapter_is_noticed_by_its_proofs() {
        for (mode, proof_that_fails) in [
            ("always-valid", "p/structure/control-poisoned"),
            ("forgeries", "p/structure/control-poisoned"),
            ("always-invalid", "p/structure/control"),
            ("changes", "p/structure/control"),
            ("own-clock", "p/structure/control"),
            ("no-dates", "p/time/y2038-valid-forward"),
            ("answers-another", "p/structure/control"),
        ] {
            let error = proof(mode).expect_err(mode);
            assert!(error.starts_with(&format!("proof {proof_that_fails}: ")), "{mode}: {error}");
        }
    }

    fn judge(mode: &str, limit: Duration) -> Vec<Judgement> {
        let (adapter, suite) = (mock(mode), suite());
        let ids = ["p/structure/control", "p/structure/empty", "p/signature/wrong-key"];
        let cases: Vec<_> = suite.cases.iter().filter(|case| ids.contains(&&*case.id)).collect();
        assert_eq!(cases.len(), ids.len());
        let runner = Runner { adapter: &adapter, out: here(), limit };
        runner.judge_all(&cases, None, || {}).unwrap_or_else(|error| panic!("{error:#}"))
    }

    #[test]
    fn a_crash_or_a_hang_is_a_row_and_the_next_case_runs() {
        let wrong = |class, said: &str| {
            Judgement::Wrong(Wrong { class, verdict: None, said: said.to_owned() })
        };
        let around = |middle| {
            let right = [Judgement::Right(Verdict::Valid), Judgement::Right(Verdict::Invalid)];
            let [first, last] = right;
            vec![first, middle, last]
        };
        let crash = wrong(Class::Crash, "exit status: 3: the last words");
        assert_eq!(judge("crashes", LIMIT), around(crash));
        let hang = &judge("hangs", Duration::from_secs(5))[1];
        assert_eq!(*hang, wrong(Class::Hang, ""));
        assert!(matches!(judge("garbles", LIMIT)[1], Judgement::Garbled(_)));
    }

    #[test]
    fn what_may_not_be_published_is_kept_apart() {
        let (suite, adapter) = (suite(), mock("right"));
        let case = |id: &str| suite.case(id).unwrap_or_else(|error| panic!("{error:#}"));
        let wrong = |class| {
            let verdict = (class != Class::Crash).then_some(Verdict::Valid);
            Judgement::Wrong(Wrong { class, verdict, said: String::new() })
        };
        let judged = [
            (case("p/signature/wrong-key"), wrong(Class::Forgery)),
            (case("p/structure/empty"), wrong(Class::Crash)),
            (case("p/time/exp-is-now"), wrong(Class::Date)),
            (case("p/judgement/exp-missing"), wrong(Class::Malformed)),
            (case("p/judgement/exp-1e400"), wrong(Class::Crash)),
        ];
        let found = Found::new(&suite, &adapter, "1".into(), &judged, &BTreeMap::new());
        let ids = |failures: &[crate::record::Failure]| -> Vec<String> {
            failures.iter().map(|failure| failure.case.clone()).collect()
        };
        assert_eq!(ids(&found.public.failures), ["p/time/exp-is-now"]);
        let private = ["p/signature/wrong-key", "p/structure/empty", "p/judgement/exp-1e400"];
        assert_eq!(ids(&found.private), private);
        assert_eq!(found.public.open.len(), 1);
    }
}
