//! Any policy, claims and clock: the verdict, and the value that an error names, are those of a plain
//! model. Dates go to the extremes of `u64` and `f64`, as integers, fractions and exponents.

use core::time::Duration;

use jwt_pair::{KeyRing, UnixTime, Validation, decode, decode_ignoring_dates, decode_untyped};
use serde_json::{Map, Value};

use crate::choices::{Choices, NOW};
use crate::oracle::{self, SECRET, key};
use crate::validation_model::{
    Claim, Claims, Policy, Typ, Verdict, verdict, verdict_ignoring_dates,
};

pub fn check(data: &[u8]) {
    let mut choices = Choices::new(data);
    let now = if choices.any() { choices.seconds() } else { NOW };
    let claims = claims(&mut choices);
    let policy = policy(&mut choices);
    let mut order = ["iss", "sub", "jti", "aud", "exp", "nbf", "iat"];
    order.rotate_left(choices.below(7));

    let json = written(&claims, &order, choices.any());
    // Chosen last, so that the inputs that were kept before keep their meaning.
    let (policy, typ) = further(policy, &mut choices);
    let header = match typ {
        Some(typ) => format!(r#"{{"alg":"HS256","typ":"{typ}"}}"#),
        None => r#"{"alg":"HS256"}"#.to_owned(),
    };
    let token = oracle::token(header.as_bytes(), json.as_bytes(), SECRET);
    let (keys, now_as_time) = (KeyRing::new(key(SECRET)), UnixTime::from_secs(now));
    let validation = as_validation(&policy);
    let result = decode::<Map<String, Value>>(&token, &keys, &validation, now_as_time);

    let expected = verdict(&policy, typ, &claims, now);
    assert_eq!(Verdict::of(&result), expected, "at {now}: {header}.{json} under {policy:?}");
    if let Err(error) = &result {
        let is_late = matches!(expected, Verdict::Expired(_) | Verdict::TooOld(_));
        let message = if is_late { "Token has expired" } else { "Invalid token" };
        assert_eq!(error.public_message(), message);
    }
    assert_eq!(decode_untyped(&token, &keys, &validation, now_as_time), result);

    let undated = decode_ignoring_dates::<Map<String, Value>>(&token, &keys, &validation);
    let expected = verdict_ignoring_dates(&policy, typ, &claims);
    assert_eq!(Verdict::of(&undated), expected, "{header}.{json} under {policy:?}");
}

/// The `typ` of a header, or of a policy. 0 is none.
const TYPS: [Option<&str>; 12] = [
    None,
    Some("JWT"),
    Some("jwt"),
    Some("application/jwt"),
    Some("at+jwt"),
    Some("Application/At+JWT"),
    Some("application/application/at+jwt"),
    Some("application/at+jwt/x"),
    Some("application/"),
    Some(""),
    Some("text/jwt"),
    Some("application"),
];

/// More expected values, what may be missing for now, and the `typ` of the header.
fn further(policy: Policy, choices: &mut Choices<'_>) -> (Policy, Option<&'static str>) {
    let typ = choices.pick(&TYPS);
    let expected_typ = match (choices.below(3), choices.pick(&TYPS)) {
        (1, Some(expected)) => Typ::Is(expected.to_owned()),
        (2, _) => Typ::Any,
        _ => Typ::JwtOrAbsent,
    };
    let mut more = |mut values: Vec<String>| {
        values.extend((0..choices.below(3)).map(|_| name(choices)));
        values
    };
    let Policy { iss, sub, jti, .. } = policy.clone();
    let (iss, sub, jti) = (more(iss), more(sub), more(jti));
    let (iss_may_be_missing, aud_may_be_missing) = (choices.any(), choices.any());
    let typed = Policy { typ: expected_typ, iss, sub, jti, ..policy };
    (Policy { iss_may_be_missing, aud_may_be_missing, ..typed }, typ)
}

fn claims(choices: &mut Choices<'_>) -> Claims {
    Claims {
        exp: claim(choices, number),
        nbf: claim(choices, number),
        iat: claim(choices, number),
        aud: claim(choices, |choices| (0..choices.below(4)).map(|_| name(choices)).collect()),
        iss: claim(choices, name),
        sub: claim(choices, name),
        jti: claim(choices, name),
    }
}

fn claim<T>(choices: &mut Choices<'_>, value: impl FnOnce(&mut Choices<'_>) -> T) -> Claim<T> {
    match choices.below(8) {
        0 => Claim::Absent,
        // Of the wrong type for a text, an audience and a date alike.
        1 => Claim::WrongType(choices.pick(&["null", "true", "{}", "[1]", "[\"a\",null]", "[[]]"])),
        _ => Claim::Is(value(choices)),
    }
}

fn name(choices: &mut Choices<'_>) -> String {
    choices.pick(&["a", "b", "", "A"]).to_owned()
}

/// The text of a JSON number.
fn number(choices: &mut Choices<'_>) -> String {
    const TEXTS: [&str; 16] = [
        "-0",
        "-0.0",
        "-1",
        "1e0",
        "1.7e9",
        "1700000000.5",
        "1699999999.9999999",
        "1e400",
        "-1e400",
        "1.7976931348623157e308",
        "9223372036854775807.0",
        "9223372036854774784.0",
        "-9223372036854775809",
        "9007199254740993.0",
        "5e-324",
        "1700000000.0000001",
    ];
    match choices.below(8) {
        0..3 => choices.seconds().to_string(),
        3 => choices.pick(&TEXTS).to_owned(),
        4 => choices.any::<i64>().to_string(),
        5 => format!("{}.{}", choices.seconds(), choices.any::<u16>()),
        6 => format!("{}e{}", choices.seconds(), choices.any::<i8>()),
        // Rust's shortest text of a finite float is JSON.
        _ => match choices.any::<f64>() {
            float if float.is_finite() => format!("{float:?}"),
            _ => "0.5".to_owned(),
        },
    }
}

fn policy(choices: &mut Choices<'_>) -> Policy {
    let mut expected = || choices.one_in(3).then(|| name(choices)).into_iter().collect();
    let (iss, sub, jti) = (expected(), expected(), expected());
    Policy {
        iss,
        sub,
        jti,
        aud: (0..choices.below(3)).map(|_| name(choices)).collect(),
        leeway: if choices.any() { choices.seconds() } else { 0 },
        max_age: choices.one_in(3).then(|| choices.seconds()),
        exp_optional: choices.any(),
        ..Policy::default()
    }
}

fn as_validation(policy: &Policy) -> Validation {
    let Policy { iss, sub, jti, aud, leeway, max_age, exp_optional, .. } = policy;
    // A part of a second counts for nothing.
    let mut validation = Validation::new().leeway(Duration::new(*leeway, 999_999_999));
    validation = iss.iter().fold(validation, |validation, iss| validation.issuer(iss));
    validation = sub.iter().fold(validation, |validation, sub| validation.subject(sub));
    validation = jti.iter().fold(validation, |validation, jti| validation.jwt_id(jti));
    validation = aud.iter().fold(validation, |validation, aud| validation.audience(aud));
    if policy.iss_may_be_missing {
        validation = validation.accept_missing_issuer_for_now();
    }
    if policy.aud_may_be_missing {
        validation = validation.accept_missing_audience_for_now();
    }
    validation = match &policy.typ {
        Typ::JwtOrAbsent => validation,
        Typ::Is(typ) => validation.typ(typ),
        Typ::Any => validation.accept_any_typ(),
    };
    if let Some(max_age) = max_age {
        validation = validation.max_age(Duration::new(*max_age, 999_999_999));
    }
    if *exp_optional { validation.allow_missing_exp() } else { validation }
}

/// The claims as JSON text, in this order.
fn written(claims: &Claims, order: &[&str], one_as_string: bool) -> String {
    let texts = [("iss", &claims.iss), ("sub", &claims.sub), ("jti", &claims.jti)];
    let dates = [("exp", &claims.exp), ("nbf", &claims.nbf), ("iat", &claims.iat)];
    let texts = texts.map(|(name, claim)| (name, json(claim, |text| format!("{text:?}"))));
    let dates = dates.map(|(name, claim)| (name, json(claim, String::clone)));
    let aud = json(&claims.aud, |auds| match auds.as_slice() {
        [one] if one_as_string => format!("{one:?}"),
        many => format!("{many:?}"),
    });
    let all: Vec<_> = texts.into_iter().chain(dates).chain([("aud", aud)]).collect();
    let member = |name: &&str| {
        let (_, json) = all.iter().find(|(other, _)| other == name)?;
        json.as_ref().map(|json| format!("\"{name}\":{json}"))
    };
    format!("{{{}}}", order.iter().filter_map(member).collect::<Vec<_>>().join(","))
}

fn json<T>(claim: &Claim<T>, written: impl FnOnce(&T) -> String) -> Option<String> {
    match claim {
        Claim::Absent => None,
        Claim::Is(value) => Some(written(value)),
        Claim::WrongType(json) => Some((*json).to_owned()),
    }
}
