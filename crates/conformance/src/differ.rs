//! Differences across languages: this crate and its peers on changed inputs of the fuzz targets.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::adapter::Adapter;
use crate::differences::{Difference, class};
use crate::judge::same_json;
use crate::process::{Answer, AnswerVerdict, LIMIT, Process, Reply};
use crate::suite::Case;

pub const PEERS: [&str; 3] = ["pyjwt", "jose", "golang-jwt"];
const OWN: &str = "jwt-pair";
/// Of the fuzz targets, so that their corpora keep their meaning here.
const SECRET: &[u8] = b"a fuzzing secret of 32 bytes or more";
const SEPARATOR: u8 = 0x1e;
pub const NOW: u64 = 1_700_000_000;
const BATCH: usize = 200;
/// So many differences of no class are one fault, and not many.
const MOST_UNKNOWN: usize = 40;

pub struct Plan<'a> {
    pub root: &'a Path,
    pub out: &'a Path,
    pub adapters: &'a [Adapter],
    pub minutes: u64,
    pub seed: u64,
}

/// What ran, by class; and the inputs whose difference may be a forgery.
pub struct Outcome {
    pub inputs: u64,
    pub classes: BTreeMap<String, u64>,
    pub private: Vec<Value>,
    /// Differences of no class, by what is said, each with its first input.
    pub unknown: BTreeMap<String, String>,
}

pub fn run(plan: &Plan<'_>, mut progress: impl FnMut(u64)) -> Result<Outcome> {
    let mut source = Source::read(&plan.root.join("fuzz"), plan.seed)?;
    let mut processes = Vec::new();
    for id in [OWN].into_iter().chain(PEERS) {
        let adapter = plan.adapters.iter().find(|adapter| adapter.id == id);
        let adapter = adapter.with_context(|| format!("there is no adapter {id}"))?;
        adapter.provide(plan.out)?;
        let command = adapter.process(plan.out, NOW, None);
        processes.push((id, Process::start(command, LIMIT)?));
    }
    let end = Instant::now() + Duration::from_secs(60 * plan.minutes);
    let mut outcome = Outcome { inputs: 0, classes: BTreeMap::new(), private: Vec::new(), unknown: BTreeMap::new() };
    while Instant::now() < end && outcome.unknown.len() < MOST_UNKNOWN {
        let cases: Vec<Case> = source.by_ref().take(BATCH).collect();
        let mut answers = BTreeMap::new();
        for (id, process) in &mut processes {
            let replies: Vec<Reply> = process.ask_all(&cases);
            answers.insert(*id, replies);
        }
        let own = answers.remove(OWN).unwrap_or_default();
        for (at, (case, own)) in cases.iter().zip(&own).enumerate() {
            let Reply::Answer(own) = own else {
                anyhow::bail!("this crate gives no answer to {:?}: {own:?}", case.token)
            };
            for (peer, replies) in &answers {
                let reply = replies.get(at).context("a reply is missing")?;
                compare(case, own, peer, reply, &mut outcome)?;
            }
            outcome.inputs += 1;
        }
        progress(outcome.inputs);
    }
    Ok(outcome)
}

fn compare(
    case: &Case,
    own: &Answer,
    peer: &str,
    reply: &Reply,
    outcome: &mut Outcome,
) -> Result<()> {
    let token = case.token.as_deref().unwrap_or_default();
    let difference = match reply {
        Reply::Answer(theirs) => match (own.verdict, theirs.verdict) {
            (AnswerVerdict::Valid, AnswerVerdict::Valid) => {
                if same_json(&own.claims, &theirs.claims) {
                    return Ok(());
                }
                Difference::Claims { own: &own.claims, theirs: &theirs.claims }
            }
            (AnswerVerdict::Valid, _) => Difference::OursAlone { said: &theirs.error },
            (_, AnswerVerdict::Valid) => Difference::TheirsAlone { said: &own.error },
            _ => return Ok(()),
        },
        other => {
            let input = json!({"peer": peer, "token": token, "reply": format!("{other:?}")});
            outcome.private.push(input);
            ensure!(outcome.private.len() < 1_000, "{peer} gives no answers any more");
            return Ok(());
        }
    };
    match class(peer, token, &difference) {
        Some(class) => {
            if class.is_private {
                let own = format!("{:?}: {}", own.verdict, own.error);
                outcome.private.push(json!({"peer": peer, "token": token, "here": own}));
            } else {
                *outcome.classes.entry(format!("{peer}: {}", class.name)).or_default() += 1;
            }
            Ok(())
        }
        None => {
            let (header, payload) = texts(token);
            let example = format!("{token}\n    {header}\n    {payload}");
            let key = format!("{peer}: {}", difference.summary());
            outcome.unknown.entry(key).or_insert(example);
            Ok(())
        }
    }
}

/// The header and the payload as text, as far as they are.
fn texts(token: &str) -> (String, String) {
    let mut parts = token.split('.').map(|part| {
        let bytes = URL_SAFE_NO_PAD.decode(part).unwrap_or_default();
        bytes.escape_ascii().to_string()
    });
    let mut next = || parts.next().unwrap_or_default();
    (next(), next())
}

/// Inputs of the target `differential`, changed.
struct Source {
    inputs: Vec<Vec<u8>>,
    words: Vec<Vec<u8>>,
    random: u64,
    count: u64,
}

impl Source {
    fn read(fuzz: &Path, seed: u64) -> Result<Self> {
        let mut inputs = Vec::new();
        for folder in ["seeds", "corpus", "regressions"] {
            let folder = fuzz.join(folder).join("differential");
            let Ok(entries) = fs::read_dir(&folder) else { continue };
            let mut files: Vec<PathBuf> =
                entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
            files.sort();
            for file in files {
                inputs.push(fs::read(file)?);
            }
        }
        ensure!(inputs.len() > 100, "{}: only {} inputs", fuzz.display(), inputs.len());
        let dictionary = fs::read_to_string(fuzz.join("dict/differential.dict"))
            .or_else(|_| fs::read_to_string(fuzz.join("dict/jws.dict")))
            .unwrap_or_default();
        let words = dictionary.lines().filter_map(|line| {
            let (_, word) = line.split_once('"')?;
            let (word, _) = word.rsplit_once('"')?;
            Some(word.replace("\\\"", "\"").replace("\\\\", "\\").into_bytes())
        });
        let mut words: Vec<Vec<u8>> = words.collect();
        const MORE: [&str; 16] = [
            "exp",
            "nbf",
            "iat",
            "aud",
            "iss",
            "sub",
            "jti",
            "1700000000",
            "1700000900",
            "null",
            "1e3",
            "[]",
            "{}",
            "\\u0000",
            "\"",
            "0",
        ];
        words.extend(MORE.map(|word| word.as_bytes().to_vec()));
        Ok(Self { inputs, words, random: seed, count: 0 })
    }

    /// SplitMix64.
    fn below(&mut self, bound: usize) -> usize {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound.max(1) as u64) as usize
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let at = 1 + self.below(input.len());
        let at = at.min(input.len());
        match self.below(6) {
            0 if at < input.len() => {
                if let Some(byte) = input.get_mut(at) {
                    *byte ^= 1 << self.random % 8;
                }
            }
            1 => {
                let length = self.below(8).min(input.len() - at);
                input.drain(at..at + length);
            }
            2 => {
                let length = self.below(16).min(input.len() - at);
                let part = input.get(at..at + length).unwrap_or_default().to_vec();
                let to = (1 + self.below(input.len())).min(input.len());
                input.splice(to..to, part);
            }
            3 => {
                let byte = self.below(256) as u8;
                input.insert(at, byte);
            }
            4 => {
                let other = self.below(self.inputs.len());
                let other = self.inputs.get(other).cloned().unwrap_or_default();
                let from = self.below(other.len());
                input.truncate(at);
                input.extend(other.get(from..).unwrap_or_default());
            }
            _ => {
                let word = self.below(self.words.len());
                let word = self.words.get(word).cloned().unwrap_or_default();
                input.splice(at..at, word);
            }
        }
    }
}

impl Iterator for Source {
    type Item = Case;

    fn next(&mut self) -> Option<Case> {
        let secret = URL_SAFE_NO_PAD.encode(SECRET);
        loop {
            let at = self.below(self.inputs.len());
            let mut input = self.inputs.get(at)?.clone();
            for _ in 0..self.below(4) {
                if input.is_empty() {
                    break;
                }
                self.change(&mut input);
            }
            self.count += 1;
            // A line of the contract is text, and no peer has a limit of length.
            if let Some(token) = token_from(&input)
                && token.len() < 8_000
            {
                return Some(Case::to_compare(self.count, token, &secret, NOW));
            }
        }
    }
}

/// As `fuzz/src/oracle.rs` has it: `t` a token, `s` a signing input, `j` a header and a payload.
fn token_from(input: &[u8]) -> Option<String> {
    let (form, rest) = input.split_first()?;
    let seal = |signing_input: &str| {
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET).ok()?;
        mac.update(signing_input.as_bytes());
        let mac = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
        Some(format!("{signing_input}.{mac}"))
    };
    match form {
        b't' => String::from_utf8(rest.to_vec()).ok(),
        b's' => seal(std::str::from_utf8(rest).ok()?),
        b'j' => {
            let at = rest.iter().position(|byte| *byte == SEPARATOR);
            let (header, payload) = match at {
                Some(at) => (rest.get(..at)?, rest.get(at + 1..)?),
                None => (br#"{"alg":"HS256"}"#.as_slice(), rest),
            };
            seal(&format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload)))
        }
        _ => None,
    }
}
