//! The documents say what docs/bench.json says, which says what the goals are.

use std::fs::read_to_string;

use crate::contestants::{self, Role};
use crate::record::Record;
use crate::{FULL, cases, chart, document, goals, parts};

fn text(name: &str) -> String {
    read_to_string(document::docs().join(name)).expect("the file is there")
}

fn record() -> Record {
    Record::from_json(&text("bench.json")).expect("a record")
}

#[test]
fn the_record_is_of_a_full_run() {
    let record = record();
    assert_eq!(record.run.rounds, FULL.rounds);
    let found: Vec<_> = record.contestants.iter().map(|named| named.name.as_str()).collect();
    let all: Vec<_> = contestants::ALL.iter().map(|contestant| contestant.name).collect();
    assert_eq!(found, all);
    let found: Vec<_> = record.cases.iter().map(|titled| titled.name.as_str()).collect();
    let all = cases::all();
    assert_eq!(found, all.iter().map(|case| case.name).collect::<Vec<_>>());
    for case in all {
        assert!(record.of_role(case.name, Role::Own).is_some(), "{}", case.name);
    }
}

#[test]
fn the_record_judges_every_goal() {
    let record = record();
    let found: Vec<_> = record.goals.iter().map(|goal| (goal.case.as_str(), goal.bound)).collect();
    let cases = cases::all();
    let has_peers = |case: &&cases::Case| record.fastest_peer(case.name).is_some();
    let goals = cases.iter().filter(has_peers).flat_map(|case| goals::of(case.name));
    assert_eq!(found, goals.map(|goal| (goal.case, goal.bound)).collect::<Vec<_>>());
}

#[test]
fn the_chart_shows_the_record() {
    assert_eq!(text("bench.svg"), chart::svg(&record()));
}

#[test]
fn the_tables_show_the_record() {
    let text = text("PERFORMANCE.md");
    for (name, expected) in parts(&record()) {
        assert_eq!(document::part(&text, name).expect("it is there"), expected);
    }
}

#[test]
fn the_readme_shows_the_chart() {
    let readme = text("../README.md");
    assert!(readme.contains("](docs/bench.svg)"));
    assert!(readme.contains("](docs/PERFORMANCE.md)"));
}
