//! The chart for the README: bars for the cases that most services live by.

use std::fmt::Write as _;

use crate::contestants::Role;
use crate::markdown::thousands;
use crate::record::{Named, Record, Time};
use crate::stats::Spread;

const CASES: [&str; 4] = ["issue_pair", "verify_access", "decode_typed", "reject_forged"];
const WIDTH: f64 = 800.0;
const LABEL: f64 = 200.0;
/// For a bar's number, right of the longest bar.
const NUMBER: f64 = 90.0;
const BAR: f64 = 18.0;

/// No colour but those of the style, which has a set for each of the reader's modes.
const STYLE: &str = "text{font:13px system-ui,sans-serif;fill:#1f2328}\
.case{font-weight:600}.number,.note{fill:#59636e}\
.bare{fill:#8c959f}.own{fill:#0969da}.peer{fill:#afb8c1}.spread{stroke:#59636e}\
@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.number,.note{fill:#9198a1}\
.bare{fill:#6e7681}.own{fill:#4493f8}.peer{fill:#484f58}.spread{stroke:#9198a1}}";

/// Of the Rust crates: the others' bars would not leave room for these.
pub fn svg(record: &Record) -> String {
    let mut body = String::new();
    let mut y = 24.0;
    let longest = CASES.iter().flat_map(|case| bars(record, case));
    let longest = longest.map(|(_, time)| time.nanoseconds.q3).fold(1.0, f64::max);
    let scale = (WIDTH - LABEL - NUMBER) / longest;
    for case in CASES {
        let title = record.title(case);
        let _ = writeln!(body, r#"<text class="case" x="0" y="{y}">{title}</text>"#);
        y += 8.0;
        for (contestant, time) in bars(record, case) {
            let Spread { q1, median, q3 } = time.nanoseconds;
            let (length, middle) = (median * scale, y + BAR - 5.0);
            let (bar, left, half) = (BAR - 4.0, LABEL - 8.0, y + BAR / 2.0 - 2.0);
            let class = match contestant.role {
                Role::BareHmac => "bare",
                Role::Own => "own",
                Role::Peer | Role::Foreign => "peer",
            };
            let [from, to] = [q1, q3].map(|time| LABEL + time * scale);
            let (end, name, number) = (to + 6.0, escaped(&contestant.name), thousands(median));
            let _ = writeln!(
                body,
                r#"<text x="{left}" y="{middle}" text-anchor="end">{name}</text>
<rect class="{class}" x="{LABEL}" y="{y}" width="{length:.1}" height="{bar}" rx="2"/>
<path class="spread" d="M{from:.1} {half}H{to:.1}"/>
<text class="number" x="{end:.1}" y="{middle}">{number}</text>"#
            );
            y += BAR;
        }
        y += 28.0;
    }
    let (rounds, machine) = (record.run.rounds, escaped(&record.run.machine));
    let _ = writeln!(
        body,
        r#"<text class="note" x="0" y="{y}">Nanoseconds, shorter is better: medians and quartiles of {rounds} alternating rounds. {machine}</text>"#
    );
    let height = y + 12.0;
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">
<title>Time of each operation, by crate</title>
<style>{STYLE}</style>
{body}</svg>
"#
    )
}

fn bars<'r>(record: &'r Record, case: &str) -> impl Iterator<Item = (&'r Named, &'r Time)> {
    record.of_case(case).filter(|(contestant, _)| contestant.role != Role::Foreign)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
