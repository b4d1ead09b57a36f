//! `docs/FIELD.md`, from the record and the cases alone.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::adapter::{Clock, Era};
use crate::record::{Field, Library};
use crate::suite::{Class, Force, Suite, Verdict};

pub const PUBLIC: [Class; 4] = [Class::Malformed, Class::Date, Class::Refused, Class::Changed];

pub fn markdown(field: &Field, suite: &Suite) -> String {
    let mut text = format!(
        "# The field, measured

How the JWT libraries that people use answer to the cases of [`tests/vectors`](../tests/vectors/README.md),
each one as its own documentation recommends for HS256 with one secret. Run on {date}, on cases of format
{version}: {must} that an RFC decides with MUST{should}, and {open} that the RFCs leave open.

A program writes this page: [`crates/conformance`](../crates/conformance/README.md). It shows how each
library is asked, and how to add one. [`field.json`](field.json) has the same results as data.

![Failures of each library, by class](field.svg)

- **malformed accepted**: a token that is no JWT by the RFCs, with a right MAC.
- **wrong date**: a token is accepted after its `exp` or before its `nbf`, or refused within.
- **good refused**: a token that the RFCs allow is refused.
- **value changed**: a token is accepted, with other claims than those that were signed.
- **not offered**: the cases that need a setting which the library does not have. That is no failure.

Forgeries, crashes and hangs have no column. Whoever finds one tells the library's authors first, and
[90 days](../crates/conformance/README.md#a-finding) are given.{withheld}

A number of 0 says that these cases show no fault. It does not say that there is none.
",
        date = field.date,
        version = field.suite.version,
        must = field.suite.must,
        should = match field.suite.should {
            0 => String::new(),
            should => format!(", {should} with SHOULD"),
        },
        open = field.suite.open,
        withheld = if field.withheld {
            " There are findings that are not published yet."
        } else {
            ""
        },
    );
    text.push_str("\n## Cases that an RFC decides with MUST\n");
    matrix(&mut text, field, Era::Current);
    text.push_str(
        "\n### Debian 12\n\nThese are the versions that Debian 12 has, majors behind what their authors \
         support. They are compared with nothing.\n",
    );
    matrix(&mut text, field, Era::Debian12);
    absent(&mut text, field);
    text.push_str("\n## Each failure\n");
    for library in &field.libraries {
        failures(&mut text, library, suite);
    }
    open(&mut text, field, suite);
    text
}

fn matrix(text: &mut String, field: &Field, era: Era) {
    text.push_str("\n| library | version |");
    for class in PUBLIC {
        let _ = write!(text, " {} |", class.title());
    }
    // No rule has SHOULD for its last word so far.
    let has_should = field.suite.should > 0;
    text.push_str(if has_should { " SHOULD |" } else { "" });
    text.push_str(" not offered | clock |\n|---|---|---|---|---|---|---|---|");
    text.push_str(if has_should { "---|\n" } else { "\n" });
    for library in field.libraries.iter().filter(|library| library.era == era) {
        let name = format!("{} ({})", library.name, library.language);
        let name = if library.is_own() { format!("**{name}**") } else { name };
        let version = library.version.replace('|', "");
        let _ = write!(text, "| [{name}]({}) | {version} |", library.documentation);
        for class in PUBLIC {
            let _ = write!(text, " {} |", library.count(Force::Must, class));
        }
        let should: usize = PUBLIC.iter().map(|class| library.count(Force::Should, *class)).sum();
        let not_offered: usize = library.not_offered.values().sum();
        let clock = match library.clock {
            Clock::Argument => "its parameter",
            Clock::Faketime => "`faketime`",
            Clock::None => "none",
        };
        if has_should {
            let _ = write!(text, " {should} |");
        }
        let _ = writeln!(text, " {not_offered} | {clock} |");
    }
}

fn absent(text: &mut String, field: &Field) {
    if field.absent.is_empty() {
        return;
    }
    text.push_str("\n### Not run\n\n");
    for absent in &field.absent {
        let _ = writeln!(text, "- {}: {}", absent.name, absent.reason);
    }
}

fn failures(text: &mut String, library: &Library, suite: &Suite) {
    let _ = writeln!(text, "\n### {} {}\n", library.name, library.version);
    if library.failures.is_empty() {
        text.push_str("None.\n");
    } else {
        text.push_str(
            "| case | decided by | failure | verdict | what the library said |\n|---|---|---|---|---|\n",
        );
    }
    for failure in &library.failures {
        let rule = suite.case(&failure.case).ok().and_then(|case| suite.rules.get(&case.rule));
        let rfc = rule.map_or("", |rule| rule.rfc.as_str());
        let verdict = failure.verdict.map_or("none", Verdict::name);
        let mut said = cell(&failure.said);
        if let Some(setting) = &failure.right_with {
            let _ = write!(said, " (right with {})", cell(setting));
        }
        if let Some(cve) = &failure.cve {
            let _ = write!(said, " ({cve})");
        }
        let (case, class) = (&failure.case, failure.class.title());
        let force = match failure.force {
            Force::Must => "MUST",
            Force::Should => "SHOULD",
            Force::Open => "open",
        };
        let _ = writeln!(text, "| {case} | {rfc} {force} | {class} | {verdict} | {said} |");
    }
    if !library.not_offered.is_empty() {
        let list = library.not_offered.iter();
        let list: Vec<String> = list.map(|(what, cases)| format!("{what} ({cases})")).collect();
        let _ = writeln!(text, "\nNot offered: {}.", list.join(", "));
    }
}

/// What every library decides, where the RFCs leave it open.
fn open(text: &mut String, field: &Field, suite: &Suite) {
    text.push_str(
        "\n## What the RFCs leave open\n\nNo answer here is a failure. Whoever changes from one library to \
         another finds what changes with it.\n\n| case | what it is | accepted by | refused by |\n\
         |---|---|---|---|\n",
    );
    for case in suite.cases.iter().filter(|case| suite.force(case) == Force::Open) {
        let mut by: BTreeMap<bool, Vec<&str>> = BTreeMap::new();
        for library in &field.libraries {
            if let Some(verdict) = library.open.get(&case.id) {
                let accepts = *verdict == Verdict::Valid;
                by.entry(accepts).or_default().push(&library.name);
            }
        }
        let list = |accepts| by.get(&accepts).map_or_else(|| "none".into(), |list| list.join(", "));
        let (accepted, refused) = (list(true), list(false));
        let why = cell(&case.why);
        let _ = writeln!(text, "| {} | {why} | {accepted} | {refused} |", case.id);
    }
}

/// Text of others, in a cell: nothing of it is Markdown.
fn cell(text: &str) -> String {
    let mut cell = String::new();
    for character in text.chars() {
        match character {
            '|' | '<' | '>' | '[' | ']' | '*' | '_' | '`' | '\\' | '~' => {
                cell.push('\\');
                cell.push(character);
            }
            character if character.is_control() => cell.push(' '),
            character => cell.push(character),
        }
    }
    cell
}
