//! What a run found: `docs/field.json`, and the part that is not published.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::adapter::{Adapter, Clock, Era};
use crate::judge::{Judgement, Wrong};
use crate::suite::{Case, Class, Force, Suite, Verdict};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    pub date: String,
    pub suite: Counts,
    /// Findings that their authors are told first. Nothing else about them is here.
    pub withheld: bool,
    pub libraries: Vec<Library>,
    pub absent: Vec<Absent>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Counts {
    pub version: String,
    pub must: usize,
    pub should: usize,
    pub open: usize,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Library {
    pub id: String,
    pub name: String,
    pub language: String,
    pub version: String,
    pub era: Era,
    pub clock: Clock,
    pub documentation: String,
    pub failures: Vec<Failure>,
    /// The cases that the RFCs leave open, with the verdict.
    pub open: BTreeMap<String, Verdict>,
    /// What the library cannot be told, with the number of cases that ask it.
    pub not_offered: BTreeMap<String, usize>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    pub case: String,
    pub force: Force,
    pub class: Class,
    pub expected: Verdict,
    pub verdict: Option<Verdict>,
    pub said: String,
    /// A documented setting with which the answer is right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub right_with: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cve: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Absent {
    pub name: String,
    pub reason: String,
}

/// What a run found of one library.
pub struct Found {
    pub public: Library,
    pub private: Vec<Failure>,
}

impl Library {
    pub fn new(adapter: &Adapter, version: String) -> Self {
        Self {
            id: adapter.id.clone(),
            name: adapter.name.clone(),
            language: adapter.language.clone(),
            version,
            era: adapter.era,
            clock: adapter.clock,
            documentation: adapter.documentation.clone(),
            failures: Vec::new(),
            open: BTreeMap::new(),
            not_offered: BTreeMap::new(),
        }
    }

    pub fn count(&self, force: Force, class: Class) -> usize {
        let is_it = |failure: &&Failure| failure.force == force && failure.class == class;
        self.failures.iter().filter(is_it).count()
    }

    pub fn is_own(&self) -> bool {
        self.id == "jwt-pair"
    }
}

/// A case that the RFCs leave open fails by a changed value, a crash or a hang only.
pub fn failure(suite: &Suite, case: &Case, judgement: &Judgement) -> Option<Failure> {
    let Judgement::Wrong(Wrong { class, verdict, said }) = judgement else { return None };
    let force = suite.force(case);
    if force == Force::Open && !matches!(class, Class::Crash | Class::Hang) {
        return None;
    }
    Some(Failure {
        case: case.id.clone(),
        force,
        class: *class,
        expected: case.expect,
        verdict: *verdict,
        said: said.clone(),
        right_with: None,
        cve: None,
    })
}

impl Found {
    pub fn new(
        suite: &Suite,
        adapter: &Adapter,
        version: String,
        judged: &[(&Case, Judgement)],
        right_with: &BTreeMap<String, String>,
    ) -> Self {
        let mut public = Library::new(adapter, version);
        let mut private = Vec::new();
        for (case, judgement) in judged {
            if suite.force(case) == Force::Open
                && let Some(verdict) = verdict(judgement)
            {
                public.open.insert(case.id.clone(), verdict);
            }
            if let Judgement::NotOffered(what) = judgement {
                *public.not_offered.entry(what.clone()).or_default() += 1;
            }
            let Some(mut failure) = failure(suite, case, judgement) else { continue };
            failure.right_with = right_with.get(&case.id).cloned();
            let known = adapter.known.iter().find(|known| known.case == case.id);
            failure.cve = known.map(|known| known.cve.clone());
            if failure.class.is_public() || failure.cve.is_some() || public.is_own() {
                public.failures.push(failure);
            } else {
                private.push(failure);
            }
        }
        Self { public, private }
    }
}

const fn verdict(judgement: &Judgement) -> Option<Verdict> {
    match judgement {
        Judgement::Right(verdict) => Some(*verdict),
        Judgement::Wrong(wrong) => wrong.verdict,
        Judgement::NotOffered(_) | Judgement::Garbled(_) => None,
    }
}
