//! What a run found, as docs/bench.json keeps it. The tables and the chart are made from this alone,
//! so that nothing in the documents can say anything else.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::contestants::Role;
use crate::stats::Spread;

#[derive(Serialize, Deserialize)]
pub struct Record {
    pub run: Run,
    pub contestants: Vec<Named>,
    pub cases: Vec<Titled>,
    pub goals: Vec<Verdict>,
    pub times: Vec<Time>,
}

#[derive(Serialize, Deserialize)]
pub struct Run {
    pub machine: String,
    pub rustc: String,
    pub rounds: usize,
    pub batch_microseconds: u64,
}

#[derive(Serialize, Deserialize)]
pub struct Named {
    pub name: String,
    pub version: String,
    pub role: Role,
}

#[derive(Serialize, Deserialize)]
pub struct Titled {
    pub name: String,
    pub title: String,
}

/// A goal and what was measured for it: the ratios within the rounds.
#[derive(Serialize, Deserialize)]
pub struct Verdict {
    pub case: String,
    pub goal: String,
    #[serde(flatten)]
    pub bound: Bound,
    pub measured: Spread,
    /// What the same run says of the same thing elsewhere, to judge the figure by.
    pub context: Option<(String, Spread)>,
}

#[derive(Clone, Copy, PartialEq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

impl Verdict {
    pub fn is_reached(&self) -> bool {
        match self.bound {
            Bound::AtLeast(bound) => self.measured.median >= bound,
            Bound::AtMost(bound) => self.measured.median <= bound,
        }
    }
}

/// One contestant in one case: nanoseconds for one operation, and the same as ratios.
#[derive(Serialize, Deserialize)]
pub struct Time {
    pub case: String,
    pub contestant: String,
    pub iterations: u64,
    pub nanoseconds: Spread,
    pub over_bare_hmac: Option<Spread>,
    pub over_jwt_pair: Option<Spread>,
}

impl Record {
    pub fn of_case(&self, case: &str) -> impl Iterator<Item = (&Named, &Time)> {
        self.contestants.iter().filter_map(move |contestant| {
            let time = self.time(case, &contestant.name)?;
            Some((contestant, time))
        })
    }

    pub fn of_role(&self, case: &str, role: Role) -> Option<&Time> {
        self.of_case(case).find(|(contestant, _)| contestant.role == role).map(|(_, time)| time)
    }

    pub fn time(&self, case: &str, contestant: &str) -> Option<&Time> {
        self.times.iter().find(|time| time.case == case && time.contestant == contestant)
    }

    pub fn fastest_peer(&self, case: &str) -> Option<&Time> {
        let peers = self.of_case(case).filter(|(contestant, _)| contestant.role == Role::Peer);
        let times = peers.map(|(_, time)| time);
        times.min_by(|a, b| a.nanoseconds.median.total_cmp(&b.nanoseconds.median))
    }

    pub fn title(&self, case: &str) -> &str {
        self.cases.iter().find(|titled| titled.name == case).map_or("", |titled| &titled.title)
    }

    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// One line for each goal and each time, so that two runs can be compared by `diff`.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        let Self { run, contestants, cases, goals, times } = self;
        let mut text = String::new();
        let _ = writeln!(text, "{{\n\"run\": {},", serde_json::to_string(run)?);
        let _ = writeln!(text, "\"contestants\": {},", lines(contestants)?);
        let _ = writeln!(text, "\"cases\": {},", lines(cases)?);
        let _ = writeln!(text, "\"goals\": {},", lines(goals)?);
        let _ = writeln!(text, "\"times\": {}\n}}", lines(times)?);
        Ok(text)
    }
}

fn lines(items: &[impl Serialize]) -> Result<String, serde_json::Error> {
    let lines: Vec<String> = items.iter().map(serde_json::to_string).collect::<Result<_, _>>()?;
    Ok(format!("[\n{}\n]", lines.join(",\n")))
}
