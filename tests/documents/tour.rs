//! `docs/TOUR.md`: each block is computed here, and each number, name, link and quotation is checked.
//!
//! A block that is out of date fails with its new text. `JWT_PAIR_TOUR=write` puts it into the file.

extern crate alloc;

use alloc::collections::BTreeMap;
use std::{env, fs};

use super::common;

use common::markdown::rows;
use common::sources::{read, root, rust_files};
use common::{at, b64};
use jwt_pair::limits::{
    DEFAULT_MAX_TOKEN_BYTES, MAC_BYTES, MAX_HEADER_CHARACTERS, MAX_HEADER_NESTING, MAX_NESTING,
    MIN_KEY_BYTES,
};
use jwt_pair::{
    Error, Identity, Key, KeyRing, NumericDate, PairIssuer, PairPolicy, TokenPair, UnixTime,
};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

const TOUR: &str = "docs/TOUR.md";

/// Printed in the tour, as it stands here.
mod pair {
    use super::*;

    // begin of the code in the tour
    pub(super) const SECRET: &[u8; 32] = b"a key of 32 bytes, for this tour";
    pub(super) const NOW: UnixTime = UnixTime::from_secs(1_700_000_000);

    pub(super) fn issue() -> Result<TokenPair, Error> {
        let issuer = PairIssuer::new(Key::new(SECRET)?.into(), PairPolicy::new());
        issuer.issue(&Identity::new(123, "customer", "session123"), NOW)
    }
    // end of the code in the tour
}

use pair::{NOW, SECRET};

fn pair() -> TokenPair {
    pair::issue().unwrap()
}

fn issuer() -> PairIssuer {
    PairIssuer::new(Key::new(SECRET).unwrap().into(), PairPolicy::new())
}

/// The segments of the pair's access token.
fn access() -> [String; 3] {
    let segments: Vec<String> = pair().access.token.split('.').map(str::to_owned).collect();
    segments.try_into().unwrap()
}

fn bytes(segment: &str) -> Vec<u8> {
    jwt_pair::base64url::decode(segment).unwrap()
}

fn text(segment: &str) -> String {
    String::from_utf8(bytes(segment)).unwrap()
}

fn signing_input() -> String {
    let [header, payload, _] = access();
    format!("{header}.{payload}")
}

fn pad(byte: u8) -> Vec<u8> {
    let mut block = [0; 64];
    block[..SECRET.len()].copy_from_slice(SECRET);
    block.iter().map(|own| own ^ byte).collect()
}

fn inner_digest() -> Vec<u8> {
    Sha256::digest([pad(0x36), signing_input().into_bytes()].concat()).to_vec()
}

fn mac() -> Vec<u8> {
    Sha256::digest([pad(0x5c), inner_digest()].concat()).to_vec()
}

// The blocks.

fn blocks() -> BTreeMap<String, String> {
    let mut blocks = BTreeMap::new();
    let mut add = |name: &str, block: String| {
        let block: Vec<&str> = block.lines().map(str::trim_end).collect();
        assert!(blocks.insert(name.to_owned(), block.join("\n")).is_none(), "{name}");
    };
    let [header, payload, signature] = access();
    let refresh: Vec<String> = pair().refresh.token.split('.').map(str::to_owned).collect();

    add("code", code());
    add("claims", text(&payload));
    add("claims as bytes", dump(&bytes(&payload)[..16]));
    add("first groups", groups(&bytes(&payload)[..6]));
    add("last group", groups(&bytes(&payload)[bytes(&payload).len() / 3 * 3..]));
    add("alphabet", alphabet());
    add("payload", payload.clone());
    add("header", format!("{}\n{header}", text(&header)));
    add("signing input", signing_input());
    add("key", dump(SECRET));
    add("inner block", dump(&pad(0x36)));
    add(
        "inner hash",
        format!("SHA-256 of the inner block and the signing input\n{}", hex(&inner_digest())),
    );
    add("outer block", dump(&pad(0x5c)));
    add("outer hash", format!("SHA-256 of the outer block and the inner hash\n{}", hex(&mac())));
    add("signature", signature);
    add("token", pair().access.token);
    for (at, step) in STEPS.iter().enumerate() {
        add(&format!("step {}", at + 1), step.block());
    }
    add(
        "refresh token",
        format!("{}\n{}\n{}", text(&refresh[0]), text(&refresh[1]), pair().refresh.token),
    );
    add("overview", overview());
    add("kinds", kinds());
    add("expiry", expiry());
    add("fractions", fractions());
    for (name, story) in stories() {
        add(&format!("story {name}"), story);
    }
    blocks
}

fn code() -> String {
    let source = include_str!("tour.rs");
    let (_, source) = source.split_once("// begin of the code in the tour\n").unwrap();
    let (source, _) = source.split_once("    // end of the code").unwrap();
    let lines = source.lines().map(|line| line.strip_prefix("    ").unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n").replace("pub(super) ", "")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// 16 bytes a line, in hexadecimal and as characters.
fn dump(bytes: &[u8]) -> String {
    let line = |bytes: &[u8]| {
        let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let shown = |byte: &u8| if (0x20..0x7f).contains(byte) { char::from(*byte) } else { '.' };
        format!("{:47}   {}", digits.join(" "), bytes.iter().map(shown).collect::<String>())
    };
    bytes.chunks(16).map(line).collect::<Vec<_>>().join("\n")
}

/// Six-bit groups under the bytes that they come from.
fn groups(all: &[u8]) -> String {
    let mut lines = Vec::new();
    for bytes in all.chunks(3) {
        let mut bits: String = bytes.iter().map(|byte| format!("{byte:08b}")).collect();
        let by_eight = |bits: &str| {
            let bytes = bits.as_bytes().chunks(8).map(|byte| str::from_utf8(byte).unwrap());
            bytes.collect::<Vec<_>>().join(" ")
        };
        let characters: String =
            bytes.iter().map(|byte| format!("{:9}", char::from(*byte))).collect();
        let numbers: String =
            bytes.iter().map(|byte| format!("{:<9}", format!("{byte:02x}"))).collect();
        lines.push(format!("bytes       {characters}"));
        lines.push(format!("hex         {numbers}"));
        lines.push(format!("bits        {}", by_eight(&bits)));
        let added = (6 - bits.len() % 6) % 6;
        bits.push_str(&"0".repeat(added));
        let sixes: Vec<&str> =
            bits.as_bytes().chunks(6).map(|six| str::from_utf8(six).unwrap()).collect();
        let values: String =
            sixes.iter().map(|six| format!("{:<7}", u8::from_str_radix(six, 2).unwrap())).collect();
        let letters: String = b64(bytes).chars().map(|c| format!("{c:7}")).collect();
        let note =
            if added == 0 { String::new() } else { format!("   {added} zero bits were added") };
        lines.push(format!("groups      {}{note}", sixes.join(" ")));
        lines.push(format!("value       {values}"));
        lines.push(format!("character   {letters}"));
        lines.push(String::new());
    }
    lines.pop();
    lines.join("\n")
}

fn alphabet() -> String {
    let all: Vec<u8> = (0..=255).collect();
    let character = |value: usize| {
        let bits = all[value] << 2;
        b64([bits]).chars().next().unwrap()
    };
    let line = |from: usize| {
        let characters: String =
            (from..from + 16).map(|value| format!("{:>3}", character(value))).collect();
        format!("{from:2} to {:2}  {characters}", from + 15)
    };
    [0, 16, 32, 48].map(line).join("\n")
}

// The way back: one fault for each check.

/// A token of the pair's claims in the making, and how it is shown.
#[derive(Clone)]
struct Draft {
    header: String,
    header_segment: fn(String) -> String,
    payload: String,
    payload_segment: fn(String) -> String,
    secret: [u8; 32],
    signature: fn(String) -> String,
    cut: bool,
    dot: bool,
    limit: usize,
    keys: KeyRing,
    now: UnixTime,
}

impl Draft {
    fn new() -> Self {
        let [header, payload, _] = access();
        Self {
            header: text(&header),
            header_segment: |segment| segment,
            payload: text(&payload),
            payload_segment: |segment| segment,
            secret: *SECRET,
            signature: |segment| segment,
            cut: false,
            dot: false,
            limit: DEFAULT_MAX_TOKEN_BYTES,
            keys: Key::new(SECRET).unwrap().into(),
            now: NOW,
        }
    }

    fn token(&self) -> String {
        let header = (self.header_segment)(b64(&self.header));
        let dot = if self.dot { "." } else { "" };
        let payload = (self.payload_segment)(b64(&self.payload));
        let signing_input = format!("{header}.{payload}{dot}");
        let mac = Key::new(&self.secret).unwrap().sign(signing_input.as_bytes());
        let mut signature = (self.signature)(b64(mac));
        if self.cut {
            signature.pop();
        }
        format!("{signing_input}.{signature}")
    }

    fn verify(&self) -> Result<(), Error> {
        let policy = PairPolicy::new().max_token_bytes(self.limit);
        let issuer = PairIssuer::new(self.keys.clone(), policy);
        issuer.verify_access(&self.token(), self.now).map(drop)
    }

    /// Adds a member at the end of the claims.
    fn add(&mut self, member: &str) {
        let at = self.payload.rfind('}').unwrap();
        let at = self.payload[..at].rfind('}').unwrap_or(at);
        self.payload.insert_str(at, member);
    }
}

struct Step {
    /// What is changed, in the tour.
    change: &'static str,
    apply: fn(&mut Draft),
    /// The name of the error in the tour.
    error: &'static str,
}

const STEPS: [Step; 19] = [
    Step {
        change: "the limit is 100 bytes",
        apply: |draft| draft.limit = 100,
        error: "TokenTooLong",
    },
    Step {
        change: "one more dot before the signature",
        apply: |draft| draft.dot = true,
        error: "NotThreeSegments",
    },
    Step {
        change: "a parameter of 2,000 characters in the header",
        apply: |draft| {
            let long = format!(r#"{{"long":"{}","#, "x".repeat(2_000));
            draft.header.replace_range(..1, &long);
        },
        error: "HeaderTooLong",
    },
    Step {
        change: "= after the header",
        apply: |draft| draft.header_segment = |segment| segment + "=",
        error: "Base64",
    },
    Step {
        change: r#"the header is {"alg":"HS256","alg":"none",...}"#,
        apply: |draft| draft.header = draft.header.replace(r#""typ""#, r#""alg":"none","typ""#),
        error: "Json",
    },
    Step {
        change: "the last character of the signature is missing",
        apply: |draft| draft.cut = true,
        error: "InvalidSignature",
    },
    Step {
        change: "the first character of the signature is +",
        apply: |draft| draft.signature = |segment| format!("+{}", &segment[1..]),
        error: "Base64",
    },
    Step {
        change: "the verifier's keys have ids, and the token has none",
        apply: |draft| draft.keys = KeyRing::with_kid("1", Key::new(SECRET).unwrap()),
        error: "UnknownKeyId",
    },
    Step {
        change: "signed with another key",
        apply: |draft| draft.secret = [7; 32],
        error: "InvalidSignature",
    },
    Step {
        change: r#"the header is {"alg":"none",...}, and the MAC is right"#,
        apply: |draft| draft.header = draft.header.replacen("HS256", "none", 1),
        error: "HeaderParameter",
    },
    Step {
        change: "= after the payload, signed so",
        apply: |draft| draft.payload_segment = |segment| segment + "=",
        error: "Base64",
    },
    Step {
        change: r#"the header has "typ":"at+jwt", signed so"#,
        apply: |draft| draft.header = draft.header.replace("access+jwt", "at+jwt"),
        error: "HeaderParameter",
    },
    Step {
        change: "} after the claims, signed so",
        apply: |draft| draft.payload.push('}'),
        error: "Json",
    },
    Step {
        change: r#""exp":"1700000900", signed so"#,
        apply: |draft| draft.payload = draft.payload.replace("1700000900", r#""1700000900""#),
        error: "ClaimType",
    },
    Step {
        change: "no session_id, signed so",
        apply: |draft| draft.payload = draft.payload.replace(r#","session_id":"session123""#, ""),
        error: "MissingClaim",
    },
    Step {
        change: "no user_type, signed so",
        apply: |draft| draft.payload = draft.payload.replace(r#","user_type":"customer""#, ""),
        error: "WrongKind",
    },
    Step {
        change: r#""aud":"another service", signed so"#,
        apply: |draft| draft.add(r#","aud":"another service""#),
        error: "UnexpectedAudience",
    },
    Step {
        change: "shown at the second of its exp",
        apply: |draft| draft.now = pair().access.expires_at,
        error: "Expired",
    },
    Step {
        change: r#""nbf":1700000901, signed so"#,
        apply: |draft| draft.add(r#","nbf":1700000901"#),
        error: "NotYetValid",
    },
];

impl Step {
    fn block(&self) -> String {
        let mut draft = Draft::new();
        (self.apply)(&mut draft);
        let error = draft.verify().unwrap_err();
        assert_eq!(name(&error), self.error, "{}", self.change);
        let (change, message) = (self.change, error.public_message());
        format!("changed   {change}\nanswer    {}: {error}\nclient    {message}", self.error)
    }
}

/// The errors in order, with a line where the token has become authentic.
fn overview() -> String {
    let mut lines = vec!["nothing is authentic".to_owned()];
    for (at, step) in STEPS.iter().enumerate() {
        lines.push(format!("{:4}  {:20}{}", at + 1, step.error, step.change));
        if step.change == "signed with another key" {
            lines.push("the MAC is right: header and payload are authentic".to_owned());
        }
    }
    lines.push("all is right: AccessClaims".to_owned());
    assert_eq!(lines.len(), STEPS.len() + 3, "the MAC is one of the steps");
    lines.join("\n")
}

/// The name of an error's variant.
fn name(error: &Error) -> String {
    let name = format!("{error:?}");
    name.split([' ', '(']).next().unwrap().to_owned()
}

#[test]
fn the_pair_of_the_tour_is_accepted() {
    assert_eq!(Draft::new().token(), pair().access.token);
    assert_eq!(Draft::new().verify(), Ok(()));
}

/// A token with two faults is refused for the one that stands first in the tour. Numbers, such as
/// the length of the token, may differ.
#[test]
fn the_steps_are_in_the_order_of_the_code() {
    let refusal = |faults: &[&Step]| {
        let mut draft = Draft::new();
        faults.iter().for_each(|step| (step.apply)(&mut draft));
        let error = format!("{:?}", draft.verify().unwrap_err());
        error.replace(|c: char| c.is_ascii_digit(), "")
    };
    for (at, first) in STEPS.iter().enumerate() {
        for later in &STEPS[at + 1..] {
            let (found, expected) = (refusal(&[first, later]), refusal(&[first]));
            assert_eq!(found, expected, "{} / {}", first.change, later.change);
        }
    }
}

// Kinds and dates.

fn answer<T>(result: Result<T, Error>) -> String {
    match result {
        Ok(_) => "accepted".to_owned(),
        Err(error) => format!("{}: {error}", name(&error)),
    }
}

fn kinds() -> String {
    let (issuer, pair) = (issuer(), pair());
    [
        (
            "verify_access  of the access token",
            answer(issuer.verify_access(&pair.access.token, NOW)),
        ),
        (
            "verify_access  of the refresh token",
            answer(issuer.verify_access(&pair.refresh.token, NOW)),
        ),
        (
            "verify_refresh of the refresh token",
            answer(issuer.verify_refresh(&pair.refresh.token, NOW)),
        ),
        (
            "verify_refresh of the access token",
            answer(issuer.verify_refresh(&pair.access.token, NOW)),
        ),
    ]
    .map(|(call, answer)| format!("{call:37}{answer}"))
    .join("\n")
}

fn expiry() -> String {
    let (token, exp) = (pair().access.token, pair().access.expires_at.as_secs());
    let mut lines = vec!["leeway   now          exp - now   answer".to_owned()];
    for (leeway, seconds) in [(0, [exp - 1, exp, exp + 1]), (5, [exp + 4, exp + 5, exp + 6])] {
        let policy = PairPolicy::new().leeway(core::time::Duration::from_secs(leeway));
        let issuer = PairIssuer::new(Key::new(SECRET).unwrap().into(), policy);
        for now in seconds {
            let left = exp as i64 - now as i64;
            let answer = answer(issuer.verify_access(&token, at(now)));
            lines.push(format!("{leeway:6}   {now:10}   {left:9}   {answer}"));
        }
    }
    lines.join("\n")
}

fn fractions() -> String {
    let cases = [
        ("exp", "1700000000.9"),
        ("exp", "1.7000009e9"),
        ("nbf", "1700000000.1"),
        ("nbf", "1700000000.0"),
    ];
    let lines = cases.map(|(name, written)| {
        let claims = match name {
            "exp" => format!(r#"{{"exp":{written}}}"#),
            _ => format!(r#"{{"exp":9000000000,"nbf":{written}}}"#),
        };
        let key = Key::new(SECRET).unwrap();
        let token = common::sign_with(&key, &format!("{}.{}", b64(common::JWT), b64(claims)));
        let policy = jwt_pair::Validation::new();
        let now = if name == "exp" { u64::from(u32::MAX) } else { 0 };
        let refusal = jwt_pair::decode_untyped(&token, &key.into(), &policy, at(now)).unwrap_err();
        let (date, means): (NumericDate, _) = match refusal {
            Error::Expired { exp, .. } => (exp, "expired from"),
            Error::NotYetValid { nbf, .. } => (nbf, "valid from"),
            other => panic!("{other}"),
        };
        format!("{name}  {written:14}{means:14}{date}")
    });
    lines.join("\n")
}

// The refresh token: stories of one session.

/// Five minutes.
const WINDOW: u64 = 300;

#[derive(Clone, Copy)]
enum Event {
    Login,
    Show(u64),
    Logout,
    /// The database is as it was in this generation.
    Restore(u64),
}

use Event::{Login, Logout, Restore, Show};

/// The rule of the sessions' table, for tokens whose `iat` fits: when each generation began.
fn decide(began: &[u64], is_ended: bool, token: u64, now: u64) -> &'static str {
    let current = began.len() as u64;
    let rotated_at = began[began.len() - 1];
    match current.checked_sub(token) {
        _ if is_ended => "Ended",
        Some(0) if now.abs_diff(rotated_at) >= WINDOW => "Rotate",
        Some(0) => "Keep",
        Some(1) if now < rotated_at + WINDOW => "Repeat",
        Some(_) => "Reuse",
        None => "Ahead",
    }
}

fn time(seconds: u64) -> String {
    let minutes = seconds / 60;
    format!("{:02}:{:02}:{:02}", minutes / 60, minutes % 60, seconds % 60)
}

fn clock(time: &str) -> u64 {
    time.split(':').fold(0, |sum, part| sum * 60 + part.parse::<u64>().unwrap())
}

/// One session, drawn from top to bottom: the rail is ░ while the window is open.
fn story(events: &[(&str, &str, Event)]) -> String {
    let row = |generation: &str, rotated_at: &str, before: &str| {
        format!("{generation:>10}  {rotated_at:10}  {before:10}")
    };
    let head = row("generation", "rotated_at", "before it");
    let mut lines = vec![format!(
        "{:10}{:4}{:34}{:9}{:16}{head}",
        "time", "", "event", "decision", "  given out"
    )];
    let (mut began, mut ended, mut before): (Vec<u64>, _, _) = (Vec::new(), "", 0);
    for (now, what, event) in events {
        let now = clock(now);
        let over = began.last().map_or(0, |last| last + WINDOW);
        if ended.is_empty() && before < over && over < now {
            lines.push(format!("{:10}{:4}the window is over", time(over), "┤"));
        }
        before = now;
        let (decision, given) = match event {
            Login => {
                began.push(now);
                ("-", "token 1".to_owned())
            }
            Logout => {
                ended = "logout";
                ("-", "nothing".to_owned())
            }
            Restore(generation) => {
                began.truncate(*generation as usize);
                ("-", "nothing".to_owned())
            }
            Show(token) => {
                let decision = decide(&began, !ended.is_empty(), *token, now);
                let given = match decision {
                    "Rotate" => {
                        began.push(now);
                        format!("token {}", began.len())
                    }
                    "Repeat" => format!("token {} again", began.len()),
                    "Keep" => "access only".to_owned(),
                    _ => "nothing".to_owned(),
                };
                match decision {
                    "Reuse" => ended = "reuse",
                    "Ahead" => ended = "ahead",
                    _ => {}
                }
                (decision, given)
            }
        };
        let rotated = matches!(event, Login | Restore(_)) || decision == "Rotate";
        let is_open = ended.is_empty() && now < began[began.len() - 1] + WINDOW;
        let rail = match (rotated, is_open, ended.is_empty()) {
            (_, _, false) => "✗",
            (true, true, _) => "●░",
            (true, false, _) => "●",
            (false, true, _) => "│░",
            (false, false, _) => "│",
        };
        let rotated_at = time(began[began.len() - 1]);
        let previous = began.len().checked_sub(2).map_or(rotated_at.clone(), |at| time(began[at]));
        let mut line = format!("{:10}{rail:4}{what:34}{decision:9}{given:16}", time(now));
        line.push_str(&row(&began.len().to_string(), &rotated_at, &previous));
        if !ended.is_empty() {
            line.push_str(&format!("ended: {ended}"));
        }
        lines.push(line);
    }
    lines.join("\n")
}

fn stories() -> [(&'static str, String); 9] {
    let login = ("12:00:00", "login", Login);
    [
        (
            "rotate",
            [
                login,
                ("12:14:00", "token 1 is shown", Show(1)),
                ("12:28:00", "token 2 is shown", Show(2)),
            ]
            .as_slice(),
        ),
        (
            "keep",
            &[
                login,
                ("12:02:00", "token 1 is shown", Show(1)),
                ("12:05:00", "token 1 is shown", Show(1)),
            ],
        ),
        (
            "repeat",
            &[
                login,
                ("12:14:00", "tab A shows token 1", Show(1)),
                ("12:14:01", "tab B shows token 1", Show(1)),
                ("12:14:02", "tab B shows token 2", Show(2)),
            ],
        ),
        (
            "lost answer",
            &[
                login,
                ("12:14:00", "token 1 is shown; answer lost", Show(1)),
                ("12:14:30", "token 1 is shown", Show(1)),
                ("12:28:00", "token 2 is shown", Show(2)),
            ],
        ),
        (
            "late",
            &[
                login,
                ("12:14:00", "token 1 is shown; answer lost", Show(1)),
                ("12:19:00", "token 1 is shown", Show(1)),
            ],
        ),
        (
            "theft",
            &[
                login,
                ("12:12:00", "the thief shows token 1", Show(1)),
                ("12:18:00", "the user shows token 1", Show(1)),
                ("12:20:00", "the thief shows token 2", Show(2)),
            ],
        ),
        (
            "theft in the window",
            &[
                login,
                ("12:14:00", "the user shows token 1", Show(1)),
                ("12:15:00", "the thief shows token 1", Show(1)),
                ("12:28:00", "the user shows token 2", Show(2)),
                ("12:36:00", "the thief shows token 2", Show(2)),
                ("12:42:00", "the user shows token 3", Show(3)),
            ],
        ),
        (
            "logout",
            &[
                login,
                ("12:14:00", "token 1 is shown", Show(1)),
                ("12:20:00", "the user logs out", Logout),
                ("12:28:00", "token 2 is shown", Show(2)),
            ],
        ),
        (
            "restore",
            &[
                login,
                ("12:14:00", "token 1 is shown", Show(1)),
                ("12:20:00", "an old backup is restored", Restore(1)),
                ("12:28:00", "token 2 is shown", Show(2)),
            ],
        ),
    ]
    .map(|(name, events)| (name, story(events)))
}

/// The stories decide as the sessions do, where they have such a case: a row that is alive, and a token
/// whose `iat` is that of its generation.
#[test]
fn the_stories_decide_as_the_sessions_do() {
    let file = "exercises/cases/rotation.json";
    if is_left_out(file) {
        return;
    }
    let cases: Value = serde_json::from_str(&read(file)).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for case in cases["decisions"].as_array().unwrap() {
        let (row, token) = (&case["row"], &case["token"]);
        let number = |value: &Value| value.as_str().unwrap().parse::<u64>().unwrap();
        if row.is_null() || row["user_id"] != token["user_id"] || case["expect"] == "Revoked" {
            continue;
        }
        let (rotated_at, before) =
            (number(&row["rotated_at"]), number(&row["previous_rotated_at"]));
        let (generation, iat) = (number(&token["generation"]), number(&token["iat"]));
        let began = [1_000, 1_500, 2_000, before, rotated_at];
        let fits =
            generation > 5 || generation.checked_sub(1).is_some_and(|at| began[at as usize] == iat);
        let is_told = (number(&row["generation"]), number(&case["window"])) == (5, WINDOW);
        if !is_told || !fits || rotated_at >= u64::MAX - WINDOW {
            continue;
        }
        let decision = decide(&began, row["ended"] == true, generation, number(&case["now"]));
        assert_eq!(decision, case["expect"], "{case}");
        seen.insert(decision.to_owned());
    }
    let all = ["Ahead", "Ended", "Keep", "Repeat", "Reuse", "Rotate"];
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), all);
}

/// What the stories decide, in the words of the exercise and of the sessions.
#[test]
fn each_decision_of_the_sessions_has_a_story() {
    let stories = stories().map(|(_, story)| story).concat();
    for file in ["exercises/src/given.rs", "crates/sessions/src/decide.rs"] {
        if is_left_out(file) {
            continue;
        }
        let source = read(file);
        let (_, variants) = source.split_once("pub enum Decision {").unwrap();
        let (variants, _) = variants.split_once("\n}").unwrap();
        let variants = variants.lines().map(str::trim).filter(|line| !line.starts_with("//"));
        let mut seen = Vec::new();
        for variant in variants.map(|line| line.trim_end_matches(',')) {
            let variant = variant.split('(').next().unwrap();
            // A session that is not there has no story.
            let is_told = variant.is_empty()
                || variant == "Revoked"
                || stories.split_whitespace().any(|word| word == variant);
            assert!(is_told, "{file}: no story of {variant}");
            seen.push(variant);
        }
        for decision in ["Rotate", "Keep", "Repeat", "Reuse", "Ahead", "Ended", "Revoked"] {
            assert!(seen.contains(&decision), "{file} has no {decision}");
        }
    }
}

// The document.

/// A package has neither these folders nor what is linked in them.
fn is_left_out(path: &str) -> bool {
    let is_package = root().join("Cargo.toml.orig").exists();
    is_package && ["crates/", "exercises/"].iter().any(|folder| path.starts_with(folder))
}

const OPENING: &str = "<!-- computed: ";

/// The document with its blocks as they are computed now.
fn filled(document: &str, blocks: &BTreeMap<String, String>) -> String {
    let mut filled = String::new();
    let mut named = Vec::new();
    let mut lines = document.lines();
    while let Some(line) = lines.next() {
        filled.push_str(line);
        filled.push('\n');
        if let Some(name) = line.strip_prefix(OPENING) {
            let name = name.strip_suffix(" -->").unwrap();
            let block = blocks.get(name).unwrap_or_else(|| panic!("no block {name}"));
            let fence = lines.next().unwrap();
            assert!(fence == "```text" || fence == "```rust", "{name}: {fence}");
            lines.find(|line| *line == "```").unwrap();
            filled.push_str(&format!("{fence}\n{block}\n```\n"));
            named.push(name.to_owned());
        } else {
            let is_command = line == "```sh";
            assert!(is_command || !line.starts_with("```"), "a block that is not computed: {line}");
            if is_command {
                for line in lines.by_ref().take_while(|line| *line != "```") {
                    let manifest =
                        line.split_whitespace().find(|word| word.ends_with("Cargo.toml"));
                    let manifest = manifest.unwrap();
                    assert!(is_left_out(manifest) || root().join(manifest).exists(), "{line}");
                    filled.push_str(&format!("{line}\n"));
                }
                filled.push_str("```\n");
            }
        }
    }
    named.sort();
    assert_eq!(named, blocks.keys().cloned().collect::<Vec<_>>(), "each block once");
    filled
}

#[test]
fn each_block_is_what_the_crate_computes() {
    let document = read(TOUR);
    let now = filled(&document, &blocks());
    if env::var_os("JWT_PAIR_TOUR").is_some_and(|mode| mode == "write") {
        fs::write(root().join(TOUR), &now).unwrap();
        return;
    }
    for (at, (written, computed)) in document.lines().zip(now.lines()).enumerate() {
        assert_eq!(written, computed, "{TOUR}:{}", at + 1);
    }
    assert_eq!(document, now);
}

/// The MAC of the tour is computed from SHA-256 alone, and is the crate's.
#[test]
fn the_two_passes_make_the_macs_of_the_crate() {
    let key = Key::new(SECRET).unwrap();
    assert_eq!(mac(), key.sign(signing_input().as_bytes()));
    assert_eq!(b64(mac()), access()[2]);
}

/// The pages of the exercises.
const PAGES: [&str; 7] = [
    "exercises/README.md",
    "exercises/src/base64url.md",
    "exercises/src/hmac_sha256.md",
    "exercises/src/jws.md",
    "exercises/src/dates.md",
    "exercises/src/claims.md",
    "exercises/src/rotation.md",
];

/// The text of the tour outside of blocks, with the addresses of its links.
fn prose() -> String {
    prose_of(TOUR)
}

fn prose_of(page: &str) -> String {
    let document = read(page);
    let mut outside = true;
    let lines = document.lines().filter(|line| {
        let is_fence = line.starts_with("```");
        outside ^= is_fence;
        outside && !is_fence && !line.starts_with("<!--")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Every link as its text and its address.
fn links(text: &str) -> Vec<(String, String)> {
    let mut links = Vec::new();
    for (at, _) in text.match_indices("](") {
        let before = &text[..at];
        let start = before.rfind('[').unwrap();
        let address = text[at + 2..].split(')').next().unwrap();
        links.push((before[start + 1..].replace('\n', " "), address.to_owned()));
    }
    links
}

/// How GitHub names the place of a heading.
fn slug(heading: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    heading
        .trim_start_matches('#')
        .trim()
        .to_lowercase()
        .chars()
        .filter(kept)
        .collect::<String>()
        .replace(' ', "-")
}

/// Whether a source defines the name: as an item, a field or a variant.
fn defines(source: &str, name: &str) -> bool {
    let is_end = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    source.lines().map(str::trim).filter(|line| !line.starts_with("//")).any(|line| {
        let items = ["fn ", "struct ", "enum ", "trait ", "type ", "const ", "mod "];
        let is_item = items.iter().any(|item| {
            line.split_once(item).and_then(|(_, rest)| rest.strip_prefix(name)).is_some_and(is_end)
        });
        let line = line.trim_start_matches("pub ").trim_start_matches("pub(crate) ");
        let after = line.strip_prefix(name);
        is_item
            || after.is_some_and(|rest| rest.starts_with([':', ',', '(']) || rest.starts_with(" {"))
    })
}

#[test]
fn each_link_leads_to_what_it_names() {
    let (mut names, mut attacks) = (0, 0);
    for (text, address) in links(&prose()) {
        if address.starts_with("https://") {
            continue;
        }
        let (file, anchor) = address.split_once('#').unwrap_or((&address, ""));
        let path = match file {
            "" => TOUR.to_owned(),
            _ => file.strip_prefix("../").map_or(format!("docs/{file}"), str::to_owned),
        };
        if is_left_out(&path) {
            continue;
        }
        assert!(root().join(&path).exists(), "[{text}]({address})");
        if !anchor.is_empty() {
            let is_there =
                read(&path).lines().any(|line| line.starts_with('#') && slug(line) == anchor);
            assert!(is_there, "no heading for [{text}]({address})");
        }
        if path.ends_with(".rs") && !text.contains('/') {
            let name = text.trim_matches('`').rsplit("::").next().unwrap();
            assert!(defines(&read(&path), name), "{path} does not define {text}");
            names += 1;
        }
        if path == "docs/ATTACKS.md" && !anchor.is_empty() {
            let is_it = |row: &common::markdown::Row| {
                slug(&row.heading) == anchor
                    && row.cell("attack").is_some_and(|cell| cell.starts_with(&text))
            };
            assert!(rows(&read(&path)).iter().any(is_it), "no attack [{text}]({address})");
            attacks += 1;
        }
    }
    assert!(names > 40 && attacks >= STEPS.len(), "only {names} names and {attacks} attacks");
}

#[test]
fn each_step_has_a_function_and_an_attack() {
    let prose = prose();
    let steps: Vec<&str> = prose.split("\n### Step ").skip(1).collect();
    assert_eq!(steps.len(), STEPS.len());
    for (at, step) in steps.iter().enumerate() {
        let step = step.split("\n## ").next().unwrap();
        assert!(step.starts_with(&format!("{}: ", at + 1)), "{step}");
        let links = links(step);
        let has = |part: &str| links.iter().any(|(_, address)| address.contains(part));
        assert!(has("../src/"), "no function: {step}");
        assert!(has("ATTACKS.md#"), "no attack: {step}");
        assert!(step.contains("\n> ") || step.contains("No RFC"), "no sentence of an RFC: {step}");
    }
}

/// Sentences of the RFCs that the source does not quote.
const SENTENCES: [&str; 10] = [
    "the validation rules for those JWTs MUST be written such that they are mutually exclusive, rejecting JWTs of the wrong kind. (RFC 8725 §3.12)",
    "A JSON object that contains the claims conveyed by the JWT. (RFC 7519 §2)",
    "Base64url-decode the encoded representation of the JWS Protected Header, following the restriction that no line breaks, whitespace, or other additional characters have been used. (RFC 7515 §5.2)",
    "Base64url-decode the encoded representation of the JWS Payload, following the restriction that no line breaks, whitespace, or other additional characters have been used. (RFC 7515 §5.2)",
    "Base64url-decode the encoded representation of the JWS Signature, following the restriction that no line breaks, whitespace, or other additional characters have been used. (RFC 7515 §5.2)",
    "Parse the JWS representation to extract the serialized values for the components of the JWS. (RFC 7515 §5.2)",
    "Validate the JWS Signature against the JWS Signing Input ASCII(BASE64URL(UTF8(JWS Protected Header)) || '.' || BASE64URL(JWS Payload)) in the manner defined for the algorithm being used (RFC 7515 §5.2)",
    "H(K XOR opad, H(K XOR ipad, text)) (RFC 2104 §2)",
    "append zeros to the end of K to create a B byte string (RFC 2104 §2)",
    "If a refresh token is compromised and subsequently used by both the attacker and the legitimate client, one of them will present an invalidated refresh token, which will inform the authorization server of the breach. (RFC 9700 §4.14.2)",
];

/// A quotation stands in the source, beside what enforces it, or in [`SENTENCES`].
#[test]
fn each_quotation_is_one_of_the_source() {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut source = String::new();
    for file in rust_files("src") {
        let text = read(&file);
        let lines = text.lines().map(str::trim).filter_map(|line| line.strip_prefix("//"));
        source.extend(lines.map(|line| format!("{} ", line.trim_start_matches(['/', '!']))));
    }
    let source = words(&source);
    let mut quoted = 0;
    for page in [TOUR].into_iter().chain(PAGES).filter(|page| !is_left_out(page)) {
        let prose = prose_of(page).replace("\n>\n", "\n\n");
        for quotation in prose.split("\n\n").filter(|part| part.starts_with("> ")) {
            let quotation = words(&quotation.replace("\n> ", "\n").replacen("> ", "", 1));
            let (sentence, place) = quotation.rsplit_once(" (RFC ").unwrap();
            let (rfc, section) = place.strip_suffix(')').unwrap().split_once(" §").unwrap();
            let is_known = SENTENCES.contains(&quotation.as_str());
            let in_source = source.contains(&format!("\"{sentence}\""));
            assert!(is_known || in_source, "{page}: {quotation}");
            let is_place = is_known || source.contains(&format!("RFC {rfc} §{section}"));
            assert!(is_place, "{page}: RFC {place}");
            quoted += 1;
        }
    }
    assert!(quoted > 15, "only {quoted} quotations were seen");
}

#[test]
fn the_pages_of_the_exercises_link_to_what_is_there() {
    for page in PAGES.into_iter().filter(|page| !is_left_out(page)) {
        let folder = root().join(page).parent().unwrap().to_owned();
        for (text, address) in links(&prose_of(page)) {
            let (file, anchor) = address.split_once('#').unwrap_or((&address, ""));
            let target = if file.is_empty() { root().join(page) } else { folder.join(file) };
            assert!(target.exists(), "{page}: [{text}]({address})");
            let is_there = anchor.is_empty()
                || read(&target).lines().any(|line| line.starts_with('#') && slug(line) == anchor);
            assert!(is_there, "{page}: no heading for [{text}]({address})");
        }
    }
}

/// Each number in the text, with the words around it.
fn facts() -> Vec<String> {
    let [header, payload, signature] = access();
    let claims = bytes(&payload);
    let (token, key) = (pair().access.token, SECRET);
    let lifetime = |expires_at: UnixTime| expires_at.as_secs() - NOW.as_secs();
    let minutes = lifetime(pair().access.expires_at) / 60;
    let days = lifetime(pair().refresh.expires_at) / 86_400;
    let thousands = |number: usize| format!("{},{:03}", number / 1_000, number % 1_000);
    vec![
        format!("{} bytes of JSON", claims.len()),
        format!("{} characters of the payload", payload.len()),
        format!("{} characters of the header", header.len()),
        format!("{} characters of the signature", signature.len()),
        format!(
            "It has {} characters: {} of the signing input",
            token.len(),
            signing_input().len()
        ),
        format!("and {} of the signature", signature.len()),
        format!("a signing input of {} bytes", signing_input().len()),
        format!("a key of {} bytes or more", MIN_KEY_BYTES.min(key.len())),
        format!("blocks of {} bytes", pad(0).len()),
        format!("hash of {MAC_BYTES} bytes"),
        format!("all {MAC_BYTES} bytes"),
        format!("limit is {} bytes", thousands(DEFAULT_MAX_TOKEN_BYTES)),
        format!("at most {} characters", thousands(MAX_HEADER_CHARACTERS)),
        format!("{MAX_HEADER_NESTING} levels in a header"),
        format!("{MAX_NESTING} levels in a claims set"),
        format!("{minutes} minutes after"),
        format!("{days} days after"),
        format!("`iat` is {}", NOW.as_secs()),
        format!("window of {} minutes", WINDOW / 60),
        format!("byte {:x} (hexadecimal)", pad(0x36)[63]),
        format!("byte {:x} (hexadecimal)", pad(0x5c)[63]),
        format!("{} checks", STEPS.len()),
        "laces 0 to 63".to_owned(),
        "`exp` of 0, below 0 or missing".to_owned(),
        "Token 1 stands".to_owned(),
        "`session123.2` is the second".to_owned(),
        "1970-01-01T00:00:00Z".to_owned(),
        "1 is left over when the length is divided by 4".to_owned(),
    ]
}

#[test]
fn each_number_in_the_text_is_a_fact() {
    // Quotations are checked by another test.
    let prose = prose();
    let lines: Vec<&str> = prose.lines().filter(|line| !line.starts_with("> ")).collect();
    let mut prose = lines.join(" ");
    for (_, address) in links(&prose) {
        prose = prose.replacen(&format!("]({address})"), "]", 1);
    }
    for fact in facts() {
        assert!(prose.contains(&fact), "not in the text: {fact}");
        prose = prose.replace(&fact, "");
    }
    for name in ["SHA-256", "HS256", "UTF-8", "base64", "Base64", "f64", "b64"] {
        prose = prose.replace(name, "");
    }
    let words: Vec<&str> = prose.split_whitespace().collect();
    for (at, word) in
        words.iter().enumerate().filter(|(_, word)| word.contains(|c: char| c.is_ascii_digit()))
    {
        let before = at.checked_sub(1).map_or("", |at| words[at]).trim_start_matches(['(', '[']);
        let is_place = word.trim_start_matches('[').starts_with('§')
            || ["RFC", "##", "###", "Step", "chapter", "exercise"].contains(&before);
        assert!(is_place, "a number that is not checked: {before} {word}");
    }
    for number in prose
        .split("chapter ")
        .skip(1)
        .filter_map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next())
    {
        assert!(prose.contains(&format!("## {number}. ")), "no chapter {number}");
    }
}

#[test]
fn the_search_for_definitions_finds_items_fields_and_variants() {
    let source = "pub(crate) fn one(a: u8) {}\n// fn two()\nstruct Three<T> {\n    four: u8,\n    Five,\n}\nfn sixth() {}";
    for (name, is_there) in [
        ("one", true),
        ("two", false),
        ("Three", true),
        ("four", true),
        ("Five", true),
        ("six", false),
    ] {
        assert_eq!(defines(source, name), is_there, "{name}");
    }
}
