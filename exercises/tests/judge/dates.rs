use jwt_pair_exercises::dates::{Refusal, Rounding, check, date};
use serde_json::{Value, json};

use crate::vectors::{bytes, group, number, text};

#[test]
fn a_date_is_a_whole_second() {
    for (written, down, up) in [
        (json!(0), 0, 0),
        (json!(1_700_000_000), 1_700_000_000, 1_700_000_000),
        (json!(1.7e9), 1_700_000_000, 1_700_000_000),
        (json!(100.5), 100, 101),
        (json!(-1.5), -2, -1),
        // An f64 would make ...992 of it.
        (json!(9_007_199_254_740_993_i64), 9_007_199_254_740_993, 9_007_199_254_740_993),
        (json!(i64::MAX), i64::MAX, i64::MAX),
        (json!(-1e30), i64::MIN, i64::MIN),
    ] {
        assert_eq!(date(&written, Rounding::Down), Some(down), "{written} down");
        assert_eq!(date(&written, Rounding::Up), Some(up), "{written} up");
    }
}

#[test]
fn what_is_not_a_number_below_2_pow_63_is_not_a_date() {
    for written in [
        json!(null),
        json!(true),
        json!("1"),
        json!([1]),
        json!({}),
        json!(1_u64 << 63),
        json!(1e19),
    ] {
        assert_eq!(date(&written, Rounding::Down), None, "{written}");
        assert_eq!(date(&written, Rounding::Up), None, "{written}");
    }
}

#[test]
fn the_second_of_exp_is_too_late_and_the_second_of_nbf_is_not_too_early() {
    for (exp, nbf, now, leeway, expected) in [
        (100, None, 99, 0, Ok(())),
        (100, None, 100, 0, Err(Refusal::Expired)),
        (100, None, 104, 5, Ok(())),
        (100, None, 105, 5, Err(Refusal::Expired)),
        (100, Some(50), 49, 0, Err(Refusal::NotYetValid)),
        (100, Some(50), 50, 0, Ok(())),
        (100, Some(50), 44, 5, Err(Refusal::NotYetValid)),
        (100, Some(50), 45, 5, Ok(())),
        // Both are wrong: it has expired.
        (50, Some(100), 70, 0, Err(Refusal::Expired)),
    ] {
        assert_eq!(check(exp, nbf, now, leeway), expected, "{exp} {nbf:?} {now} {leeway}");
    }
}

#[test]
fn no_sum_wraps_or_panics() {
    assert_eq!(check(i64::MAX, None, 0, u64::MAX), Ok(()));
    assert_eq!(check(i64::MIN, None, 0, 0), Err(Refusal::Expired));
    assert_eq!(check(0, None, u64::MAX, u64::MAX), Err(Refusal::Expired));
    assert_eq!(check(1, None, u64::MAX, u64::MAX), Ok(()));
    assert_eq!(check(i64::MAX, Some(i64::MAX), u64::MAX, u64::MAX), Ok(()));
}

/// In this group the dates alone decide.
#[test]
fn the_group_time_of_the_vectors() {
    for case in group("time") {
        let payload = text(&case, "token").split('.').nth(1).unwrap();
        let payload: Value = serde_json::from_slice(&bytes(payload)).unwrap();
        let exp = date(&payload["exp"], Rounding::Down).unwrap();
        let nbf = payload.get("nbf").map(|nbf| date(nbf, Rounding::Up).unwrap());
        let verdict = match check(exp, nbf, number(&case, "now"), number(&case, "leeway")) {
            Ok(()) => "valid",
            Err(Refusal::Expired) => "expired",
            Err(Refusal::NotYetValid) => "not_yet_valid",
            Err(Refusal::Invalid) => "invalid",
        };
        assert_eq!(verdict, text(&case, "expect"), "{}: {}", case["id"], case["why"]);
    }
}
