//! What a run found: as a table for people and as JSON.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::json;

use crate::cases::Case;
use crate::contestants::Role;
use crate::goals::{self, Verdict};
use crate::measure::{Effort, Series};
use crate::stats::Spread;

pub struct Results {
    pub machine: String,
    pub effort: Effort,
    /// Names and versions.
    pub contestants: Vec<(&'static str, String)>,
    pub cases: Vec<(&'static str, &'static str)>,
    pub series: Vec<Series>,
}

impl Results {
    pub fn of_case(&self, case: &str) -> impl Iterator<Item = &Series> {
        self.series.iter().filter(move |series| series.case == case)
    }

    pub fn of_role(&self, case: &str, role: Role) -> Option<&Series> {
        self.of_case(case).find(|series| series.role == role)
    }

    pub fn of(&self, case: &str, contestant: &str) -> Option<&Series> {
        self.of_case(case).find(|series| series.contestant == contestant)
    }

    pub fn add_case(&mut self, case: &Case) {
        self.cases.push((case.name, case.title));
    }

    pub fn summary(&self) -> String {
        let Effort { rounds, batch } = self.effort;
        format!("{}. {rounds} rounds, in each {batch:?} of each contestant.", self.machine)
    }

    /// Markdown that is aligned as well.
    pub fn table(&self) -> String {
        let mut rows = vec![vec!["ns, median ± half the IQR".to_owned(), "× HMAC".into()]];
        rows[0].push("peer ×".into());
        rows[0].extend(self.contestants.iter().map(|(name, version)| format!("{name} {version}")));
        for (case, title) in &self.cases {
            let own = self.of_role(case, Role::Own);
            let bare = self.of_role(case, Role::BareHmac);
            let peer = goals::fastest_peer(self, case);
            let to_hmac = own.zip(bare).map(|(own, bare)| own.ratio_to(bare).median);
            let to_peer = own.zip(peer).map(|(own, peer)| peer.ratio_to(own).median);
            let ratio =
                |ratio: Option<f64>| ratio.map_or("–".into(), |ratio| format!("{ratio:.2}"));
            let mut row = vec![(*title).to_owned(), ratio(to_hmac), ratio(to_peer)];
            row.extend(self.contestants.iter().map(|(name, _)| {
                self.of(case, name).map_or("–".into(), |series| cell(series.time()))
            }));
            rows.push(row);
        }
        markdown(&rows)
    }

    pub fn goals_table(&self, verdicts: &[Verdict]) -> String {
        let mut rows = vec![["case", "goal", "measured", ""].map(str::to_owned).to_vec()];
        for verdict in verdicts {
            let Spread { q1, median, q3 } = verdict.measured;
            let measured = format!("{median:.2} ({q1:.2} to {q3:.2})");
            let reached = if verdict.reached { "reached" } else { "NOT reached" };
            rows.push(vec![verdict.case.into(), verdict.goal.clone(), measured, reached.into()]);
        }
        markdown(&rows)
    }

    /// One line for each goal and each time, so that two runs can be compared by `diff`.
    pub fn json(&self, verdicts: &[Verdict]) -> Result<String, serde_json::Error> {
        let times = self.series.iter().map(|series| Times {
            case: series.case,
            contestant: series.contestant,
            iterations: series.iterations,
            nanoseconds: series.time(),
            over_bare_hmac: self.ratio(series, Role::BareHmac),
            over_jwt_pair: self.ratio(series, Role::Own),
        });
        let versions = self.contestants.iter().map(|(name, version)| json!([name, version]));
        let settings = json!({
            "machine": self.machine,
            "rounds": self.effort.rounds,
            "batch_microseconds": self.effort.batch.as_micros() as u64,
        });
        Ok(format!(
            "{{\n\"run\": {settings},\n\"contestants\": {},\n\"goals\": {},\n\"times\": {}\n}}\n",
            lines(versions)?,
            lines(verdicts.iter())?,
            lines(times)?,
        ))
    }

    fn ratio(&self, series: &Series, role: Role) -> Option<Spread> {
        let other = self.of_role(series.case, role)?;
        (series.role != role).then(|| series.ratio_to(other))
    }
}

#[derive(Serialize)]
struct Times<'a> {
    case: &'a str,
    contestant: &'a str,
    iterations: u64,
    nanoseconds: Spread,
    over_bare_hmac: Option<Spread>,
    over_jwt_pair: Option<Spread>,
}

fn lines(items: impl Iterator<Item = impl Serialize>) -> Result<String, serde_json::Error> {
    let lines: Vec<String> =
        items.map(|item| serde_json::to_string(&item)).collect::<Result<_, _>>()?;
    Ok(format!("[\n{}\n]", lines.join(",\n")))
}

fn cell(time: Spread) -> String {
    format!("{} ± {:.0} %", thousands(time.median), time.percent() / 2.0)
}

pub fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn markdown(rows: &[Vec<String>]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    let mut text = String::new();
    for (at, row) in rows.iter().enumerate() {
        for (cell, width) in row.iter().zip(&widths) {
            let _ = write!(text, "| {cell:width$} ");
        }
        text.push_str("|\n");
        if at == 0 {
            for width in &widths {
                let _ = write!(text, "|{:-<1$}", "", width + 2);
            }
            text.push_str("|\n");
        }
    }
    text
}
