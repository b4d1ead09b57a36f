//! The rules for registered claims once more, as plainly as they can be said: on the texts of numbers,
//! in `i128`, with sums where the crate has differences.

use jwt_pair::Error;

use crate::media_types;

/// What one token says of one claim.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Claim<T> {
    #[default]
    Absent,
    Is(T),
    /// Another JSON type than the claim has, as JSON.
    WrongType(&'static str),
}

#[derive(Debug, Default)]
pub struct Claims {
    pub iss: Claim<String>,
    pub sub: Claim<String>,
    pub jti: Claim<String>,
    /// A list of one is written as a string or as an array.
    pub aud: Claim<Vec<String>>,
    /// The text of a JSON number.
    pub exp: Claim<String>,
    pub nbf: Claim<String>,
    pub iat: Claim<String>,
}

/// The expected values of each claim; none where the list is empty.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    pub iss: Vec<String>,
    pub sub: Vec<String>,
    pub jti: Vec<String>,
    pub aud: Vec<String>,
    pub iss_may_be_missing: bool,
    pub aud_may_be_missing: bool,
    pub typ: Typ,
    pub leeway: u64,
    pub max_age: Option<u64>,
    pub exp_optional: bool,
}

#[derive(Clone, Debug, Default)]
pub enum Typ {
    #[default]
    JwtOrAbsent,
    Is(String),
    Any,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Accepted,
    Typ,
    /// A number that no `f64` holds.
    NotJson,
    Type(&'static str),
    Missing(&'static str),
    Mismatch(&'static str),
    UnexpectedAudience,
    Expired(i128),
    NotYetValid(i128),
    TooOld(i128),
    InFuture(i128),
}

impl Verdict {
    pub fn of<T>(result: &Result<T, Error>) -> Self {
        match result {
            Ok(_) => Self::Accepted,
            Err(Error::HeaderParameter { parameter: "typ", .. }) => Self::Typ,
            Err(Error::Json { .. }) => Self::NotJson,
            Err(Error::ClaimType { claim, .. }) => Self::Type(claim),
            Err(Error::MissingClaim { claim }) => Self::Missing(claim),
            Err(Error::ClaimMismatch { claim }) => Self::Mismatch(claim),
            Err(Error::UnexpectedAudience) => Self::UnexpectedAudience,
            Err(Error::Expired { exp, .. }) => Self::Expired(exp.as_secs().into()),
            Err(Error::NotYetValid { nbf, .. }) => Self::NotYetValid(nbf.as_secs().into()),
            Err(Error::TooOld { iat, .. }) => Self::TooOld(iat.as_secs().into()),
            Err(Error::IssuedInFuture { iat, .. }) => Self::InFuture(iat.as_secs().into()),
            Err(error) => panic!("{error} is no verdict on claims"),
        }
    }
}

pub fn verdict(policy: &Policy, typ: Option<&str>, claims: &Claims, now: u64) -> Verdict {
    let verdict = undated(policy, typ, claims).and_then(|dates| dated(policy, dates, now));
    verdict.err().unwrap_or(Verdict::Accepted)
}

/// The verdict where dates do not count.
pub fn verdict_ignoring_dates(policy: &Policy, typ: Option<&str>, claims: &Claims) -> Verdict {
    undated(policy, typ, claims).err().unwrap_or(Verdict::Accepted)
}

type Dates = [Option<i128>; 3];

fn undated(policy: &Policy, typ: Option<&str>, claims: &Claims) -> Result<Dates, Verdict> {
    let passes = match &policy.typ {
        Typ::Any => true,
        Typ::JwtOrAbsent => media_types::is_jwt_or_absent(typ),
        Typ::Is(expected) => typ.is_some_and(|typ| media_types::is_same(typ, expected)),
    };
    if !passes {
        return Err(Verdict::Typ);
    }
    let [exp, nbf, iat] = dates(claims)?;
    expect("iss", &policy.iss, &claims.iss, policy.iss_may_be_missing)?;
    expect("sub", &policy.sub, &claims.sub, false)?;
    expect("jti", &policy.jti, &claims.jti, false)?;
    match &claims.aud {
        Claim::Is(_) if policy.aud.is_empty() => return Err(Verdict::UnexpectedAudience),
        Claim::Is(auds) if !auds.iter().any(|aud| policy.aud.contains(aud)) => {
            return Err(Verdict::Mismatch("aud"));
        }
        Claim::Absent if !policy.aud.is_empty() && !policy.aud_may_be_missing => {
            return Err(Verdict::Missing("aud"));
        }
        _ => {}
    }
    if exp.is_none() && !policy.exp_optional {
        return Err(Verdict::Missing("exp"));
    }
    if iat.is_none() && policy.max_age.is_some() {
        return Err(Verdict::Missing("iat"));
    }
    Ok([exp, nbf, iat])
}

fn dated(policy: &Policy, [exp, nbf, iat]: Dates, now: u64) -> Result<(), Verdict> {
    let (now, leeway) = (i128::from(now), i128::from(policy.leeway));
    if let Some(exp) = exp.filter(|exp| now >= exp + leeway) {
        return Err(Verdict::Expired(exp));
    }
    if let Some(nbf) = nbf.filter(|nbf| now + leeway < *nbf) {
        return Err(Verdict::NotYetValid(nbf));
    }
    if let (Some(max_age), Some(iat)) = (policy.max_age, iat) {
        if now >= iat + i128::from(max_age) + leeway {
            return Err(Verdict::TooOld(iat));
        }
        if now + leeway < iat {
            return Err(Verdict::InFuture(iat));
        }
    }
    Ok(())
}

fn expect(
    claim: &'static str,
    expected: &[String],
    found: &Claim<String>,
    may_be_missing: bool,
) -> Result<(), Verdict> {
    match found {
        _ if expected.is_empty() => Ok(()),
        Claim::Absent if !may_be_missing => Err(Verdict::Missing(claim)),
        Claim::Is(found) if !expected.contains(found) => Err(Verdict::Mismatch(claim)),
        _ => Ok(()),
    }
}

/// `exp`, `nbf` and `iat`, once every claim has its type.
fn dates(claims: &Claims) -> Result<Dates, Verdict> {
    let all = [&claims.exp, &claims.nbf, &claims.iat];
    if all.iter().any(|claim| matches!(claim, Claim::Is(text) if float(text).is_infinite())) {
        return Err(Verdict::NotJson);
    }
    // `exp` and `iat` count from the second that they lie in, `nbf` from the next one.
    let [exp, nbf, iat] = [
        date(&claims.exp, f64::floor),
        date(&claims.nbf, f64::ceil),
        date(&claims.iat, f64::floor),
    ];
    // Of several wrong types the first in the order of RFC 7519 §4.1 is named.
    let right = [
        ("iss", is_right(&claims.iss)),
        ("sub", is_right(&claims.sub)),
        ("aud", is_right(&claims.aud)),
        ("exp", exp.is_some()),
        ("nbf", nbf.is_some()),
        ("iat", iat.is_some()),
        ("jti", is_right(&claims.jti)),
    ];
    match (right.into_iter().find(|(_, is_right)| !is_right), exp, nbf, iat) {
        (None, Some(exp), Some(nbf), Some(iat)) => Ok([exp, nbf, iat]),
        (wrong, ..) => Err(Verdict::Type(wrong.map_or("", |(claim, _)| claim))),
    }
}

fn is_right<T>(claim: &Claim<T>) -> bool {
    !matches!(claim, Claim::WrongType(_))
}

/// `None` for a wrong type, `Some(None)` for no claim.
fn date(claim: &Claim<String>, whole: fn(f64) -> f64) -> Option<Option<i128>> {
    match claim {
        Claim::Absent => Some(None),
        Claim::Is(text) => seconds(text, whole).map(Some),
        Claim::WrongType(_) => None,
    }
}

fn float(text: &str) -> f64 {
    text.parse().expect("a JSON number is one of Rust's")
}

/// The whole second of a date; `None` from 2^63 on.
///
/// Dates below -2^63 count as -2^63: no clock and no leeway of `u64` tells the two apart, except both
/// together at their extremes.
fn seconds(text: &str, whole: fn(f64) -> f64) -> Option<i128> {
    let seconds = match text.parse::<i128>() {
        // -0 and integers beyond 64 bits are read as floats.
        Ok(seconds) => seconds,
        Err(_) => whole(float(text)) as i128,
    };
    let is_in_range = seconds <= i128::from(i64::MAX);
    is_in_range.then(|| seconds.max(i64::MIN.into()))
}
