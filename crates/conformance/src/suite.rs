//! The cases of `tests/vectors`, and the rules that decide them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Of the format that `tests/vectors/README.md` describes. Another major version is refused.
const MAJOR: &str = "1.";

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub id: String,
    #[expect(dead_code, reason = "is for readers of the file")]
    group: String,
    pub why: String,
    pub rule: String,
    pub class: Class,
    pub secret_b64url: String,
    pub token: Option<String>,
    pub token_hex: Option<String>,
    pub now: u64,
    pub leeway: u64,
    #[serde(default)]
    pub policy: Policy,
    pub expect: Verdict,
    pub claims: Value,
}

impl Case {
    /// A token whose verdicts are compared, with none expected.
    pub fn to_compare(number: u64, token: String, secret_b64url: &str, now: u64) -> Self {
        Self {
            id: number.to_string(),
            group: String::new(),
            why: String::new(),
            rule: String::new(),
            class: Class::Malformed,
            secret_b64url: secret_b64url.to_owned(),
            token: Some(token),
            token_hex: None,
            now,
            leeway: 0,
            policy: Policy::default(),
            expect: Verdict::Invalid,
            claims: Value::Null,
        }
    }
}

/// What the verifier is told, besides the key, the algorithm, the time and the leeway.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// One of these must be in `aud`. Empty: no audience is named.
    pub aud: Vec<String>,
    /// One of these must be `iss`. Empty: no issuer is named.
    pub iss: Vec<String>,
    pub sub: Option<String>,
    /// Absent: any `typ`.
    pub typ: Option<String>,
    pub exp_optional: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Valid,
    Expired,
    NotYetValid,
    Invalid,
}

impl Verdict {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Expired => "expired",
            Self::NotYetValid => "not_yet_valid",
            Self::Invalid => "invalid",
        }
    }
}

/// What a wrong answer to the case would be.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    Forgery,
    Malformed,
    Date,
    Refused,
    /// From here on never a case's own: these are seen in an answer, or in its absence.
    Changed,
    Crash,
    Hang,
}

impl Class {
    /// Whether a failure may be published before the library's authors had their time.
    pub const fn is_public(self) -> bool {
        !matches!(self, Self::Forgery | Self::Crash | Self::Hang)
    }

    pub const fn title(self) -> &'static str {
        match self {
            Self::Forgery => "forgery accepted",
            Self::Malformed => "malformed accepted",
            Self::Date => "wrong date",
            Self::Refused => "good refused",
            Self::Changed => "value changed",
            Self::Crash => "crash",
            Self::Hang => "hang",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Force {
    Must,
    Should,
    Open,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub rfc: String,
    pub force: Force,
    pub sentence: String,
}

#[derive(Deserialize)]
struct Rules {
    format: String,
    version: String,
    rules: BTreeMap<String, Rule>,
}

pub struct Suite {
    pub version: String,
    pub rules: BTreeMap<String, Rule>,
    pub cases: Vec<Case>,
}

impl Suite {
    /// The cases of all files of the folders. The first folder has the rules.
    pub fn read(folders: &[PathBuf]) -> Result<Self> {
        let first = folders.first().context("no folder of cases")?;
        let rules: Rules = json(&first.join("rules.json"))?;
        ensure!(rules.format == "jwt-vectors", "the format is {}", rules.format);
        ensure!(rules.version.starts_with(MAJOR), "version {} is not known here", rules.version);
        let mut suite = Self { version: rules.version, rules: rules.rules, cases: Vec::new() };
        for folder in folders {
            suite.add(folder)?;
        }
        suite.check()?;
        Ok(suite)
    }

    fn add(&mut self, folder: &Path) -> Result<()> {
        let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
        let mut files: Vec<PathBuf> =
            entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
        files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
        files.sort();
        for file in files {
            let Value::Array(cases) = json(&file)? else { continue };
            for case in cases.into_iter().filter(|case| case.get("rule").is_some()) {
                let id = case["id"].clone();
                let case = serde_json::from_value(case)
                    .with_context(|| format!("{}: {id}", file.display()))?;
                self.cases.push(case);
            }
        }
        Ok(())
    }

    fn check(&self) -> Result<()> {
        let mut ids: Vec<&str> = self.cases.iter().map(|case| case.id.as_str()).collect();
        ids.sort_unstable();
        if let Some([id, _]) = ids.array_windows().find(|[one, other]| one == other) {
            bail!("two cases have the id {id}");
        }
        for case in &self.cases {
            let Case { id, rule, .. } = case;
            ensure!(self.rules.contains_key(rule), "{id}: there is no rule {rule}");
            ensure!(case.token.is_some() != case.token_hex.is_some(), "{id}: one token is needed");
            let fits = match case.expect {
                Verdict::Valid => matches!(case.class, Class::Refused | Class::Date),
                Verdict::Expired | Verdict::NotYetValid => case.class == Class::Date,
                Verdict::Invalid => matches!(case.class, Class::Forgery | Class::Malformed),
            };
            ensure!(fits, "{id}: {} does not fit to what is expected", case.class.title());
        }
        Ok(())
    }

    pub fn force(&self, case: &Case) -> Force {
        self.rules.get(&case.rule).map_or(Force::Open, |rule| rule.force)
    }

    pub fn case(&self, id: &str) -> Result<&Case> {
        let found = self.cases.iter().find(|case| case.id == id);
        found.with_context(|| format!("there is no case {id}"))
    }

    pub fn count(&self, force: Force) -> usize {
        self.cases.iter().filter(|case| self.force(case) == force).count()
    }
}

fn json<T: for<'a> Deserialize<'a>>(file: &Path) -> Result<T> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    serde_json::from_str(&text).with_context(|| file.display().to_string())
}
