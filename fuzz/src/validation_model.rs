//! The rules for registered claims once more, as plainly as they can be said: on the texts of numbers,
//! in `i128`, with sums where the crate has differences.

use jwt_pair::Error;

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

#[derive(Debug, Default)]
pub struct Policy {
    pub iss: Option<String>,
    pub sub: Option<String>,
    pub jti: Option<String>,
    pub auds: Vec<String>,
    pub leeway: u64,
    pub max_age: Option<u64>,
    pub exp_optional: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Accepted,
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

/// `order` is that of the claims in the text: of several wrong types the first is named.
pub fn verdict(policy: &Policy, claims: &Claims, order: &[&'static str], now: u64) -> Verdict {
    dated(policy, claims, order, now).err().unwrap_or(Verdict::Accepted)
}

fn dated(
    policy: &Policy,
    claims: &Claims,
    order: &[&'static str],
    now: u64,
) -> Result<(), Verdict> {
    let [exp, nbf, iat] = dates(claims, order)?;
    expect("iss", policy.iss.as_ref(), &claims.iss)?;
    expect("sub", policy.sub.as_ref(), &claims.sub)?;
    expect("jti", policy.jti.as_ref(), &claims.jti)?;
    match &claims.aud {
        Claim::Is(_) if policy.auds.is_empty() => return Err(Verdict::UnexpectedAudience),
        Claim::Is(auds) if !auds.iter().any(|aud| policy.auds.contains(aud)) => {
            return Err(Verdict::Mismatch("aud"));
        }
        Claim::Absent if !policy.auds.is_empty() => return Err(Verdict::Missing("aud")),
        _ => {}
    }
    if exp.is_none() && !policy.exp_optional {
        return Err(Verdict::Missing("exp"));
    }
    if iat.is_none() && policy.max_age.is_some() {
        return Err(Verdict::Missing("iat"));
    }

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
    expected: Option<&String>,
    found: &Claim<String>,
) -> Result<(), Verdict> {
    match (expected, found) {
        (Some(_), Claim::Absent) => Err(Verdict::Missing(claim)),
        (Some(expected), Claim::Is(found)) if expected != found => Err(Verdict::Mismatch(claim)),
        _ => Ok(()),
    }
}

/// `exp`, `nbf` and `iat`, once every claim has its type.
fn dates(claims: &Claims, order: &[&'static str]) -> Result<[Option<i128>; 3], Verdict> {
    let all = [("exp", &claims.exp), ("nbf", &claims.nbf), ("iat", &claims.iat)];
    let numbers = all.iter().filter_map(|(_, claim)| match claim {
        Claim::Is(text) => Some(text),
        _ => None,
    });
    for text in numbers {
        if float(text).is_infinite() {
            return Err(Verdict::NotJson);
        }
    }
    for claim in order {
        let is_wrong = match *claim {
            "iss" => matches!(claims.iss, Claim::WrongType(_)),
            "sub" => matches!(claims.sub, Claim::WrongType(_)),
            "jti" => matches!(claims.jti, Claim::WrongType(_)),
            "aud" => matches!(claims.aud, Claim::WrongType(_)),
            "exp" => !is_date(&claims.exp),
            "nbf" => !is_date(&claims.nbf),
            "iat" => !is_date(&claims.iat),
            _ => false,
        };
        if is_wrong {
            return Err(Verdict::Type(claim));
        }
    }
    Ok(all.map(|(_, claim)| match claim {
        Claim::Is(text) => date(text),
        _ => None,
    }))
}

fn is_date(claim: &Claim<String>) -> bool {
    match claim {
        Claim::Absent => true,
        Claim::Is(text) => date(text).is_some(),
        Claim::WrongType(_) => false,
    }
}

fn float(text: &str) -> f64 {
    text.parse().expect("a JSON number is one of Rust's")
}

/// The first whole second that is not before the date; `None` from 2^63 on.
///
/// What lies below -2^63 counts as -2^63: no clock and no leeway of `u64` tells the two apart but
/// together at their extremes.
fn date(text: &str) -> Option<i128> {
    let seconds = match text.parse::<i128>() {
        Ok(seconds) => seconds,
        Err(_) => float(text).ceil() as i128,
    };
    let is_in_range = seconds <= i128::from(i64::MAX);
    is_in_range.then(|| seconds.max(i64::MIN.into()))
}
