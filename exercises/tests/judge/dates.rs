use jwt_pair_exercises::dates::{Refusal, Rounding, check, date};
use serde_json::Value;

use crate::vectors::{bytes, digits, group, number, own_cases, text};

#[test]
fn a_date_is_a_whole_second() {
    for case in own_cases("dates.json", "dates") {
        let written = written(&case);
        assert_eq!(date(&written, Rounding::Down), Some(digits(&case, "down")), "{case}");
        assert_eq!(date(&written, Rounding::Up), Some(digits(&case, "up")), "{case}");
    }
}

#[test]
fn what_is_not_a_number_below_2_pow_63_is_not_a_date() {
    for case in own_cases("dates.json", "refused") {
        let written = written(&case);
        assert_eq!(date(&written, Rounding::Down), None, "{case}");
        assert_eq!(date(&written, Rounding::Up), None, "{case}");
    }
}

#[test]
fn the_second_of_exp_is_too_late_and_the_second_of_nbf_is_not_too_early() {
    for case in own_cases("dates.json", "checks") {
        let nbf = (!case["nbf"].is_null()).then(|| digits(&case, "nbf"));
        let verdict =
            check(digits(&case, "exp"), nbf, digits(&case, "now"), digits(&case, "leeway"));
        assert_eq!(named(verdict), text(&case, "expect"), "{case}");
    }
}

/// In this group the dates alone decide.
#[test]
fn the_group_time_of_the_vectors() {
    for case in group("time") {
        let payload = text(&case, "token").split('.').nth(1).unwrap();
        let payload: Value = serde_json::from_slice(&bytes(payload)).unwrap();
        let exp = date(&payload["exp"], Rounding::Down).unwrap();
        let nbf = payload.get("nbf").map(|nbf| date(nbf, Rounding::Up).unwrap());
        let verdict = named(check(exp, nbf, number(&case, "now"), number(&case, "leeway")));
        assert_eq!(verdict, text(&case, "expect"), "{}: {}", case["id"], case["why"]);
    }
}

fn written(case: &Value) -> Value {
    serde_json::from_str(text(case, "written")).unwrap()
}

fn named(verdict: Result<(), Refusal>) -> &'static str {
    match verdict {
        Ok(()) => "valid",
        Err(Refusal::Expired) => "expired",
        Err(Refusal::NotYetValid) => "not_yet_valid",
        Err(Refusal::Invalid) => "invalid",
    }
}
