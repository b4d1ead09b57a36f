//! Random policies, claims and clocks, with edges more often than not.

use core::time::Duration;

use jwt_pair::Validation;
use serde_json::Value;

use super::random::Random;

/// A claim as it is written and as the model reads it.
#[derive(Clone, Debug)]
pub(crate) enum Claim {
    Absent,
    /// Of a wrong type or out of range.
    Malformed(&'static str),
    Tenths(i128),
    Text(&'static str),
    Texts(Vec<&'static str>),
}

const TEXTS: [&str; 4] = ["a", "b", "A", ""];
const NO_NUMBERS: [&str; 7] =
    ["null", "true", r#""1""#, "[1]", "{}", "9223372036854775808", "18446744073709551616"];
const NO_TEXTS: [&str; 5] = ["null", "false", "1", r#"["a"]"#, "{}"];
const NO_AUDIENCES: [&str; 5] = ["null", "0", r#"["a",1]"#, r#"[["a"]]"#, "{}"];

const EDGES: [u64; 14] = [
    0,
    1,
    2,
    59,
    60,
    61,
    100,
    1_700_000_000,
    1 << 53,
    (1 << 53) + 1,
    i64::MAX as u64 - 1,
    i64::MAX as u64,
    u64::MAX - 1,
    u64::MAX,
];

fn edge(random: &mut Random) -> u64 {
    if random.one_in(2) { random.next() % 200 } else { random.pick(&EDGES) }
}

fn date(random: &mut Random, now: u64) -> Claim {
    if random.one_in(4) {
        return Claim::Absent;
    }
    if random.one_in(50) {
        return Claim::Malformed(random.pick(&NO_NUMBERS));
    }
    let near = i128::from(now) + (random.next() % 7) as i128 - 3;
    let seconds = match random.below(4) {
        0 | 1 => near,
        2 => i128::from(edge(random)),
        _ => -i128::from(edge(random)),
    };
    let seconds = seconds.clamp(i64::MIN.into(), i64::MAX.into());
    // Up to here a tenth of a second is exact enough in an f64 to be told from a whole one.
    let is_small = seconds.abs() < 1 << 40;
    let tenth = if is_small && random.one_in(3) { (random.next() % 10) as i128 } else { 0 };
    Claim::Tenths(seconds * 10 + tenth)
}

fn text(random: &mut Random, wrong: &[&'static str]) -> Claim {
    match random.below(40) {
        0 => Claim::Malformed(random.pick(wrong)),
        1..8 => Claim::Absent,
        _ => Claim::Text(random.pick(&TEXTS)),
    }
}

fn audience(random: &mut Random) -> Claim {
    match random.below(3) {
        0 => Claim::Absent,
        1 => text(random, &NO_AUDIENCES),
        _ => Claim::Texts((0..random.below(4)).map(|_| random.pick(&TEXTS)).collect()),
    }
}

impl Claim {
    fn json(&self) -> Option<String> {
        Some(match self {
            Self::Absent => return None,
            Self::Malformed(json) => (*json).to_owned(),
            Self::Tenths(tenths) => {
                let sign = if *tenths < 0 { "-" } else { "" };
                let (whole, tenth) = (tenths.abs() / 10, tenths.abs() % 10);
                if tenth == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{tenth}") }
            }
            Self::Text(text) => Value::from(*text).to_string(),
            Self::Texts(texts) => Value::from(texts.clone()).to_string(),
        })
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) claims: [(&'static str, Claim); 7],
    /// What the policy expects of `iss`, `sub` and `jti`: one of these, or anything if none is named.
    pub(crate) expected: [Vec<&'static str>; 3],
    pub(crate) audiences: Vec<&'static str>,
    pub(crate) iss_may_be_absent: bool,
    pub(crate) aud_may_be_absent: bool,
    pub(crate) leeway: u64,
    pub(crate) max_age: Option<u64>,
    pub(crate) exp_required: bool,
    pub(crate) now: u64,
}

impl Case {
    pub(crate) fn random(random: &mut Random) -> Self {
        let now = edge(random);
        let mut claims = [
            ("exp", date(random, now)),
            ("nbf", date(random, now)),
            ("iat", date(random, now)),
            ("iss", text(random, &NO_TEXTS)),
            ("sub", text(random, &NO_TEXTS)),
            ("jti", text(random, &NO_TEXTS)),
            ("aud", audience(random)),
        ];
        for place in 0..7 {
            claims.swap(place, random.below(7));
        }
        let wanted = [(); 3].map(|()| {
            let count = [0, 0, 0, 0, 0, 0, 1, 2][random.below(8)];
            (0..count).map(|_| random.pick(&TEXTS)).collect()
        });
        let audiences = [0, 0, 1, 2][random.below(4)];
        Self {
            claims,
            expected: wanted,
            audiences: (0..audiences).map(|_| random.pick(&TEXTS)).collect(),
            iss_may_be_absent: random.one_in(4),
            aud_may_be_absent: random.one_in(4),
            leeway: if random.one_in(2) { 0 } else { edge(random) },
            max_age: random.one_in(2).then(|| edge(random)),
            exp_required: random.one_in(2),
            now,
        }
    }

    pub(crate) fn json(&self) -> String {
        let member = |(name, claim): &(&str, Claim)| Some(format!(r#""{name}":{}"#, claim.json()?));
        format!("{{{}}}", self.claims.iter().filter_map(member).collect::<Vec<_>>().join(","))
    }

    pub(crate) fn policy(&self) -> Validation {
        let mut policy = Validation::new().leeway(Duration::from_secs(self.leeway));
        let set = [Validation::issuer, Validation::subject, Validation::jwt_id];
        for (set, wanted) in set.into_iter().zip(&self.expected) {
            policy = wanted.iter().fold(policy, |policy, wanted| set(policy, wanted));
        }
        if self.iss_may_be_absent {
            policy = policy.accept_missing_issuer_for_now();
        }
        if self.aud_may_be_absent {
            policy = policy.accept_missing_audience_for_now();
        }
        for audience in &self.audiences {
            policy = policy.audience(audience);
        }
        if let Some(max_age) = self.max_age {
            policy = policy.max_age(Duration::from_secs(max_age));
        }
        if self.exp_required { policy } else { policy.allow_missing_exp() }
    }
}
