//! `inspect`: a token taken apart, and every check.

use std::fmt::Write as _;

use jwt_pair::UnixTime;
use serde_json::{Value, json};

use crate::anatomy::{Anatomy, Part};
use crate::answer::{Answer, Failure};
use crate::check::{CheckArguments, Verdict};
use crate::dates;
use crate::escape::{cut, escaped, json_line, quoted};
use crate::exit::Exit;
use crate::node::Node;
use crate::paint::{BAD, DIM, GOOD, HEADER, OTHER, PAYLOAD, SIGNATURE, Style, WARNING, paint};
use crate::secret::VARIABLE;
use crate::verify::answer_to;
use crate::walk::{Mark, Row, seconds, walk};
use crate::world::World;

/// A longer text is cut.
const MOST_CHARACTERS: usize = 2_000;

/// A longer name is cut.
const MOST_CHARACTERS_OF_A_NAME: usize = 100;

/// Beyond these, the members of an object are only counted.
const MOST_MEMBERS: usize = 200;

pub(crate) fn inspect(
    arguments: &CheckArguments,
    world: &mut dyn World,
    notes: &mut Vec<String>,
) -> Result<Answer, Failure> {
    let given = arguments.read(world, notes)?;
    let verdict = arguments.verdict(&given).map_err(|failure| match &given.secrets {
        Some(secrets) if secrets.of_variable => {
            failure.hint(format!("to look into the token without a secret, unset {VARIABLE}"))
        }
        _ => failure,
    })?;
    let text = String::from_utf8_lossy(&given.token.bytes);
    let anatomy = Anatomy::of(&text);
    let rows = walk(arguments, &given, &anatomy, &verdict);
    let mut answer = answer_to(arguments, &given, &verdict);

    let mut out = headline(&answer, &verdict);
    for part in &anatomy.parts {
        show_part(part, given.now, &mut out);
    }
    if anatomy.segments == 1 {
        out.push_str("\n1 segment, which is not shown: a text without a dot may be a secret\n");
    } else if anatomy.segments > anatomy.parts.len() {
        let _ = writeln!(
            out,
            "\n{} segments, of which {} are shown",
            anatomy.segments,
            anatomy.parts.len()
        );
    }
    out.push_str("\nchecks, in their order\n");
    for row in &rows {
        show_row(row, &verdict, &mut out);
    }
    answer.out = out;
    answer.err = String::new();
    let parts: Vec<Value> = anatomy.parts.iter().map(part_as_json).collect();
    let checks: Vec<Value> = rows.iter().map(row_as_json).collect();
    Ok(answer.with("segments", parts).with("checks", checks))
}

/// The verdict comes first: nobody may take the claims for true without having seen it.
fn headline(answer: &Answer, verdict: &Verdict) -> String {
    let (style, words) = match (answer.exit, verdict) {
        (Exit::Valid, _) => (GOOD, "VALID"),
        (Exit::Expired, _) => (WARNING, "EXPIRED"),
        (_, Verdict::NotVerified(None)) => (WARNING, "NOT VERIFIED"),
        (_, Verdict::NotVerified(Some(_))) => (BAD, "NOT VERIFIED, and INVALID under any secret"),
        _ => (BAD, "INVALID"),
    };
    // The answer of `verify` for people is the reason, and hints.
    let mut line = paint(style, words);
    for reason in answer.err.lines() {
        let reason = reason.strip_prefix("not verified: ").unwrap_or(reason);
        let _ = write!(line, "\n  {reason}");
    }
    line.push('\n');
    line
}

fn show_part(part: &Part, now: UnixTime, out: &mut String) {
    let style = match part.name.as_str() {
        "header" => HEADER,
        "payload" => PAYLOAD,
        "signature" => SIGNATURE,
        _ => OTHER,
    };
    let size =
        format!("{} characters, {} bytes", part.characters.chars().count(), part.bytes.len());
    let _ = writeln!(out, "\n{}  {}", paint(style, &part.name), paint(DIM, &size));
    if !part.characters.is_empty() {
        let characters = escaped(&cut(&part.characters, MOST_CHARACTERS));
        let _ = writeln!(out, "  {}", paint(style, &characters));
    }
    match &part.json {
        Some(node @ Node::Object(members)) => {
            let _ = writeln!(out, "  {}", escaped(&cut(&node.to_string(), MOST_CHARACTERS)));
            for (name, value) in members.iter().take(MOST_MEMBERS) {
                let cut_name = quoted(&cut(name, MOST_CHARACTERS_OF_A_NAME));
                let _ = writeln!(out, "    {cut_name}  {}", described(name, value, now));
            }
            if let Some(more @ 1..) = members.len().checked_sub(MOST_MEMBERS) {
                let _ = writeln!(out, "    … ({more} more members)");
            }
        }
        Some(node) => {
            let _ = writeln!(out, "  {}", escaped(&cut(&node.to_string(), MOST_CHARACTERS)));
        }
        None if part.bytes.is_empty() => {}
        None if part.name == "signature" || str::from_utf8(&part.bytes).is_err() => {
            let _ = writeln!(out, "  {}", cut(&hex(&part.bytes), MOST_CHARACTERS));
        }
        None => {
            let text = String::from_utf8_lossy(&part.bytes);
            let _ = writeln!(out, "  {}", json_line(&cut(&text, MOST_CHARACTERS)));
        }
    }
    for remark in &part.remarks {
        let _ = writeln!(out, "  {} {}", paint(WARNING, "!"), escaped(remark));
    }
}

/// A claim, and for a date the day and how far away it is.
fn described(name: &str, value: &Node, now: UnixTime) -> String {
    let json = escaped(&cut(&value.to_string(), MOST_CHARACTERS));
    match seconds(value).filter(|_| ["exp", "nbf", "iat"].contains(&name)) {
        Some(seconds) => format!("{json}  {}", paint(DIM, &dates::described(seconds, now))),
        None => json,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().take(MOST_CHARACTERS).map(|byte| format!("{byte:02x}")).collect()
}

fn show_row(row: &Row, verdict: &Verdict, out: &mut String) {
    let (style, sign): (Style, _) = match row.mark {
        Mark::Passed => (GOOD, "✓"),
        Mark::Failed => (BAD, "✗"),
        Mark::NotReached => (DIM, "·"),
        Mark::NeedsSecret => (WARNING, "?"),
    };
    let name = format!("{:?}", row.stage);
    let _ = write!(out, "  {} {name:12} ", paint(style, sign));
    let (found, source) = (escaped(&row.found), paint(DIM, row.source));
    let _ = match (row.mark, verdict) {
        (Mark::Passed, _) => writeln!(out, "{found}  {source}"),
        (Mark::Failed, Verdict::Refused(error) | Verdict::NotVerified(Some(error))) => {
            let name = crate::exit::name_of(error);
            let _ =
                writeln!(out, "{}  {source}", paint(BAD, &escaped(&format!("{name}: {error}"))));
            let _ = writeln!(out, "      found     {found}");
            writeln!(out, "      expected  {}", row.expected)
        }
        _ => writeln!(out, "{}  {source}", paint(DIM, row.mark.word())),
    };
}

fn part_as_json(part: &Part) -> Value {
    json!({
        "name": part.name,
        "characters": cut(&part.characters, MOST_CHARACTERS),
        "bytes": part.bytes.len(),
        "json": part.json.as_ref().map(|node| cut(&node.to_string(), MOST_CHARACTERS)),
        "remarks": part.remarks,
    })
}

fn row_as_json(row: &Row) -> Value {
    json!({
        "stage": format!("{:?}", row.stage),
        "result": row.mark.word(),
        "found": row.found,
        "expected": row.expected,
        "source": row.source,
    })
}
