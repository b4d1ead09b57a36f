//! The checks of a token, one by one: passed, failed or not made; what was found, and what was
//! expected.
//!
//! The library names the check that failed. The rest follows from the order of its stages.

use jwt_pair::limits::{DEFAULT_MAX_TOKEN_BYTES, MAX_HEADER_CHARACTERS, MAX_NESTING};
use jwt_pair::{Error, Stage, UnixTime};

use crate::anatomy::Anatomy;
use crate::check::{CheckArguments, Given, Verdict, needs_no_secret};
use crate::dates;
use crate::escape::cut;
use crate::node::Node;
use crate::settings::Reading;

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    Passed,
    Failed,
    NotReached,
    NeedsSecret,
}

impl Mark {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::NotReached => "not reached",
            Self::NeedsSecret => "needs a secret",
        }
    }
}

/// One check.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) stage: Stage,
    pub(crate) mark: Mark,
    pub(crate) found: String,
    pub(crate) expected: String,
    pub(crate) source: &'static str,
}

/// The checks that are asked for, and the one that failed.
pub(crate) fn walk(
    arguments: &CheckArguments,
    given: &Given,
    anatomy: &Anatomy,
    verdict: &Verdict,
) -> Vec<Row> {
    let failed = match verdict {
        Verdict::Refused(error) | Verdict::NotVerified(Some(error)) => error.stage(),
        _ => None,
    };
    let stages = Stage::ALL.into_iter();
    let stages = stages.filter(|stage| arguments.asks(*stage) || Some(*stage) == failed);
    let row = |stage| Row {
        stage,
        mark: mark(verdict, stage),
        found: cut(&found(stage, given, anatomy), 300),
        expected: expected(stage, arguments, given.now),
        source: source(stage),
    };
    stages.map(row).collect()
}

fn mark(verdict: &Verdict, stage: Stage) -> Mark {
    let by = |error: &Error| match error.stage() {
        Some(failed) if stage < failed => Mark::Passed,
        Some(failed) if stage == failed => Mark::Failed,
        _ => Mark::NotReached,
    };
    match verdict {
        Verdict::Valid => Mark::Passed,
        Verdict::Refused(error) => by(error),
        Verdict::NotUtf8 => Mark::NotReached,
        Verdict::NotVerified(error) => match error.as_ref().map_or(Mark::Passed, by) {
            Mark::Passed if !needs_no_secret(stage) => Mark::NeedsSecret,
            mark => mark,
        },
    }
}

fn found(stage: Stage, given: &Given, anatomy: &Anatomy) -> String {
    let parameters = |names: &[&str]| members(names, |name| anatomy.parameter(name));
    let claims = |names: &[&str]| members(names, |name| anatomy.claim(name));
    let date = |name| match anatomy.claim(name).and_then(seconds) {
        Some(seconds) => dates::described(seconds, given.now),
        None => claims(&[name]),
    };
    match stage {
        Stage::Length => format!("{} bytes", given.token.bytes.len()),
        Stage::Segments => format!("{} segments", anatomy.segments),
        Stage::Header => anatomy.size("header"),
        Stage::Signature => format!("{}; {}", anatomy.size("signature"), parameters(&["kid"])),
        Stage::HeaderRules => parameters(&["alg", "crit", "b64", "cty"]),
        Stage::Payload | Stage::ClaimsSet => anatomy.size("payload"),
        Stage::Typ => parameters(&["typ"]),
        Stage::Claims => anatomy.claim_names(),
        Stage::Predecessor => claims(&["exp", "iat"]),
        Stage::Expiry => date("exp"),
        Stage::NotBefore => date("nbf"),
        Stage::Age => date("iat"),
        _ => String::new(),
    }
}

/// Those that are there, as `name value`.
fn members<'n>(names: &[&str], member: impl Fn(&str) -> Option<&'n Node>) -> String {
    let found = names.iter().filter_map(|name| Some(format!("{name} {}", member(name)?)));
    let found: Vec<String> = found.collect();
    match found.as_slice() {
        [] => format!("no {}", names.join(", no ")),
        found => found.join(", "),
    }
}

/// The second that a date lies in.
pub(crate) fn seconds(date: &Node) -> Option<i128> {
    let Node::Scalar(number) = date else { return None };
    let integer = number.as_i64().map(i128::from).or(number.as_u64().map(i128::from));
    integer.or_else(|| number.as_f64().map(|number| number.floor() as i128))
}

fn expected(stage: Stage, arguments: &CheckArguments, now: UnixTime) -> String {
    let leeway = match arguments.conditions.leeway.as_secs() {
        0 => String::new(),
        seconds => format!(", with a leeway of {seconds} s"),
    };
    match stage {
        Stage::Length => format!("at most {DEFAULT_MAX_TOKEN_BYTES} bytes"),
        Stage::Segments => "3 segments".to_owned(),
        Stage::Header => {
            format!("base64url of a strict JSON object, at most {MAX_HEADER_CHARACTERS} characters")
        }
        Stage::Signature => "43 characters, HMAC-SHA256 under the secret of this kid".to_owned(),
        Stage::HeaderRules => "alg \"HS256\", no crit, b64 not false, cty not JWT".to_owned(),
        Stage::Payload => "base64url".to_owned(),
        Stage::Typ => typ(arguments).to_owned(),
        Stage::ClaimsSet => {
            format!("a strict JSON object, names once, at most {MAX_NESTING} levels")
        }
        Stage::Claims => format!("{}, {}", claims(arguments.reading), arguments.pair.expected()),
        Stage::Predecessor => "the lifetime of its kind, before the end of the change".to_owned(),
        Stage::Expiry => format!("after {now}{leeway}"),
        Stage::NotBefore => format!("none, or not after {now}{leeway}"),
        Stage::Age => format!("younger than --max-age at {now}{leeway}"),
        _ => String::new(),
    }
}

const fn typ(arguments: &CheckArguments) -> &'static str {
    match (arguments.reading, arguments.conditions.predecessor) {
        (Reading::Pair, false) => "access+jwt or refresh+jwt",
        (Reading::Access, false) => "access+jwt",
        (Reading::Refresh, false) => "refresh+jwt",
        (Reading::Pair, true) => "access+jwt, refresh+jwt, JWT or none",
        (Reading::Access, true) => "access+jwt, JWT or none",
        (Reading::Refresh, true) => "refresh+jwt, JWT or none",
        (Reading::Jwt, _) => "the one of --typ, or else JWT or none",
    }
}

const fn claims(reading: Reading) -> &'static str {
    match reading {
        Reading::Pair => "the claims of an access token or of a refresh token",
        Reading::Access => "the claims of an access token: it has a user_type",
        Reading::Refresh => "the claims of a refresh token: it has no user_type",
        Reading::Jwt => "registered claims of their types",
    }
}

fn source(stage: Stage) -> &'static str {
    match stage {
        Stage::Segments => "RFC 7515 §3.1",
        Stage::Header => "RFC 7515 §4",
        Stage::Signature => "RFC 7518 §3.2",
        Stage::HeaderRules => "RFC 7515 §4.1",
        Stage::Payload => "RFC 7515 §5.2",
        Stage::Typ => "RFC 8725 §3.11",
        Stage::ClaimsSet => "RFC 7519 §7.2",
        Stage::Claims => "RFC 7519 §4.1",
        Stage::Expiry => "RFC 7519 §4.1.4",
        Stage::NotBefore => "RFC 7519 §4.1.5",
        Stage::Age => "RFC 7519 §4.1.6",
        _ => "no RFC",
    }
}
