//! What a run found, as tables for people.

use crate::contestants::Role;
use crate::markdown::{self, thousands};
use crate::record::Record;
use crate::stats::Spread;

pub fn summary(record: &Record) -> String {
    let run = &record.run;
    format!(
        "{}, {}. {} rounds, in each {} µs of each contestant, for threads 20 times as long.",
        run.machine, run.rustc, run.rounds, run.batch_microseconds
    )
}

/// Nanoseconds of everybody in each case.
pub fn times(record: &Record) -> String {
    let mut rows = vec![vec!["ns, median ± half the IQR".to_owned(), "× HMAC".into()]];
    rows[0].push("peer ×".into());
    let contestants = &record.contestants;
    rows[0].extend(contestants.iter().map(|named| format!("{} {}", named.name, named.version)));
    for case in &record.cases {
        let own = record.of_role(&case.name, Role::Own);
        let to_hmac = own.and_then(|own| own.over_bare_hmac);
        let to_peer = record.fastest_peer(&case.name).and_then(|peer| peer.over_jwt_pair);
        let ratio = |ratio: Option<Spread>| {
            ratio.map_or("–".into(), |ratio| format!("{:.2}", ratio.median))
        };
        let mut row = vec![case.title.clone(), ratio(to_hmac), ratio(to_peer)];
        row.extend(contestants.iter().map(|named| {
            let time = record.time(&case.name, &named.name);
            time.map_or("–".into(), |time| cell(time.nanoseconds))
        }));
        rows.push(row);
    }
    markdown::table(&rows)
}

pub fn goals(record: &Record) -> String {
    let mut rows = vec![["case", "goal", "measured", "", "to compare"].map(str::to_owned).to_vec()];
    for verdict in &record.goals {
        let reached = if verdict.is_reached() { "reached" } else { "**not reached**" };
        let context = verdict.context.as_ref();
        let context = context.map(|(what, ratio)| format!("{what}: {}", between(*ratio)));
        rows.push(vec![
            record.title(&verdict.case).to_owned(),
            verdict.goal.clone(),
            between(verdict.measured),
            reached.into(),
            context.unwrap_or_default(),
        ]);
    }
    markdown::table(&rows)
}

fn between(Spread { q1, median, q3 }: Spread) -> String {
    format!("{median:.2} ({q1:.2} to {q3:.2})")
}

fn cell(time: Spread) -> String {
    format!("{} ± {:.0} %", thousands(time.median), time.percent() / 2.0)
}
