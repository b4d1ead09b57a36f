//! Random policies, claims and clocks against a model of the rules that shares no code with the
//! crate: numbers are tenths of a second in an `i128`, verdicts are messages.

use super::common;

use common::policy_case::{Case, Claim};
use common::random::Random;
use common::{at, jwt, keys};
use serde_json::{Map, Value};

impl Case {
    fn claim(&self, name: &str) -> &Claim {
        &self.claims.iter().find(|(other, _)| *other == name).unwrap().1
    }

    /// `exp` and `iat` down to their second, `nbf` up: -15 tenths are -2 seconds, or -1.
    fn seconds(&self, name: &str) -> Option<i128> {
        match (self.claim(name), name) {
            (Claim::Tenths(tenths), "nbf") => Some(-(-tenths).div_euclid(10)),
            (Claim::Tenths(tenths), _) => Some(tenths.div_euclid(10)),
            _ => None,
        }
    }

    /// The rules, one after the other; what is wrong first.
    fn verdict(&self) -> Result<(), String> {
        for name in ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"] {
            if matches!(self.claim(name), Claim::Malformed(_)) {
                let expected = match name {
                    "exp" | "nbf" | "iat" => "a number below 2^63",
                    "aud" => "a string or an array of strings",
                    _ => "a string",
                };
                return Err(format!("the claim {name} must be {expected}"));
            }
        }
        let missing = |name| Err(format!("the claim {name} is missing"));
        let mismatch = |name| Err(format!("the claim {name} has an unexpected value"));
        for (name, wanted) in ["iss", "sub", "jti"].into_iter().zip(&self.expected) {
            let may_be_absent = wanted.is_empty() || name == "iss" && self.iss_may_be_absent;
            match self.claim(name) {
                Claim::Absent if !may_be_absent => return missing(name),
                Claim::Text(found) if !wanted.is_empty() && !wanted.contains(found) => {
                    return mismatch(name);
                }
                _ => {}
            }
        }
        let found = match self.claim("aud") {
            Claim::Text(one) => Some(vec![*one]),
            Claim::Texts(many) => Some(many.clone()),
            _ => None,
        };
        match found {
            None if !self.audiences.is_empty() && !self.aud_may_be_absent => return missing("aud"),
            Some(_) if self.audiences.is_empty() => {
                return Err("the token has an aud, but no audience is expected".into());
            }
            Some(found) if !found.iter().any(|one| self.audiences.contains(one)) => {
                return mismatch("aud");
            }
            _ => {}
        }
        let [exp, nbf, iat] = ["exp", "nbf", "iat"].map(|name| self.seconds(name));
        if exp.is_none() && self.exp_required {
            return missing("exp");
        }
        if iat.is_none() && self.max_age.is_some() {
            return missing("iat");
        }
        let (now, leeway) = (i128::from(self.now), i128::from(self.leeway));
        if let Some(exp) = exp.filter(|exp| now >= exp + leeway) {
            return Err(format!("expired at {exp}, now it is {now}"));
        }
        if let Some(nbf) = nbf.filter(|nbf| now + leeway < *nbf) {
            return Err(format!("not valid before {nbf}, now it is {now}"));
        }
        let (Some(max_age), Some(iat)) = (self.max_age, iat) else { return Ok(()) };
        if now >= iat + i128::from(max_age) + leeway {
            return Err(format!(
                "issued at {iat}, accepted for {max_age} seconds, now it is {now}"
            ));
        }
        if now + leeway < iat {
            return Err(format!("issued at {iat}, but now it is {now}"));
        }
        Ok(())
    }
}

#[test]
fn random_policies_claims_and_clocks() {
    let mut random = Random::from_seed(0x6a77_745f_7061_6972);
    let mut outcomes = std::collections::HashMap::new();
    for _ in 0..60_000 {
        let case = Case::random(&mut random);
        let token = jwt(case.json());
        let decoded =
            jwt_pair::decode::<Map<String, Value>>(&token, &keys(), &case.policy(), at(case.now));
        let found = decoded.map(|_| ()).map_err(|error| error.to_string());
        assert_eq!(found, case.verdict(), "{} {case:?}", case.json());

        let message = found.map_or_else(|message| message, |()| "ok".into());
        let rule: String = message.chars().filter(|c| !matches!(c, '-' | '0'..='9')).collect();
        *outcomes.entry(rule).or_insert(0) += 1;
    }
    // Every rule is met often enough to be tested.
    let rare: Vec<_> = outcomes.iter().filter(|(_, count)| **count < 200).collect();
    assert!(outcomes.len() == 23 && rare.is_empty(), "{outcomes:#?}");
}
