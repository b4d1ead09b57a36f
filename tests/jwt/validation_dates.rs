//! The boundaries of dates and ages, under any leeway.

use super::common;

use core::time::Duration;

use common::{at, jwt, keys};
use jwt_pair::Validation;
use serde_json::{Map, Value};

/// Whether the claims are accepted: `ok`, or the message of what is wrong. By messages, as a
/// NumericDate below zero cannot be made but by reading one.
#[track_caller]
fn test(claims: &str, policy: &Validation, now: u64, verdict: &str) {
    let decoded = jwt_pair::decode::<Map<String, Value>>(&jwt(claims), &keys(), policy, at(now));
    let found = decoded.map_or_else(|error| error.to_string(), |_| "ok".to_owned());
    assert_eq!(found, verdict, "{claims} at {now}");
}

fn lenient(leeway: u64) -> Validation {
    Validation::new().allow_missing_exp().leeway(Duration::from_secs(leeway))
}

const I64_MAX: u64 = i64::MAX as u64;

#[test]
fn exp_with_each_leeway() {
    #[track_caller]
    fn exp(exp: &str, leeway: u64, now: u64, is_good: bool, rounded: &str) {
        let verdict = match is_good {
            true => "ok".to_owned(),
            false => format!("expired at {rounded}, now it is {now}"),
        };
        test(&format!(r#"{{"exp":{exp}}}"#), &lenient(leeway), now, &verdict);
    }
    for (leeway, last) in [(0, 99), (1, 100), (60, 159), (u64::MAX - 100, u64::MAX - 1)] {
        exp("100", leeway, last - 1, true, "");
        exp("100", leeway, last, true, "");
        exp("100", leeway, last + 1, false, "100");
    }
    exp("100", u64::MAX, u64::MAX, true, "");
    exp("1", u64::MAX, u64::MAX, true, "");
    exp("0", u64::MAX, u64::MAX - 1, true, "");
    exp("0", u64::MAX, u64::MAX, false, "0");
    exp("-1", u64::MAX, u64::MAX - 2, true, "");
    exp("-1", u64::MAX, u64::MAX - 1, false, "-1");
    exp("0", 0, 0, false, "0");
    exp("1", 0, 0, true, "");
    exp("-1", 0, 0, false, "-1");
    exp("-1", 1, 0, false, "-1");
    exp("-1", 2, 0, true, "");
    exp("-9223372036854775808", u64::MAX, 0, true, "");
    exp("-9223372036854775808", 0, u64::MAX, false, "-9223372036854775808");
    exp("-9223372036854775808", I64_MAX, 0, false, "-9223372036854775808");
    exp("-9223372036854775808", I64_MAX + 1, 0, false, "-9223372036854775808");
    exp("-9223372036854775808", I64_MAX + 2, 0, true, "");
    exp("-1e308", 0, 0, false, "-9223372036854775808");
    exp("9223372036854775807", 0, I64_MAX - 1, true, "");
    exp("9223372036854775807", 0, I64_MAX, false, "9223372036854775807");
    exp("9223372036854775807", 1, I64_MAX, true, "");
    exp("9223372036854775807", 0, u64::MAX, false, "9223372036854775807");
    exp("9007199254740993", 0, 9_007_199_254_740_992, true, "");
    exp("9007199254740993", 0, 9_007_199_254_740_993, false, "9007199254740993");
}

/// A date with a fraction counts from the second that it lies in, so that with a clock of whole
/// seconds no token is accepted after its `exp`.
#[test]
fn exp_with_a_fraction() {
    for (exp, last, rounded) in [
        ("100.5", 99, "100"),
        ("100.0", 99, "100"),
        ("100.001", 99, "100"),
        ("100.999", 99, "100"),
        ("99.999", 98, "99"),
        ("1e2", 99, "100"),
        ("1005e-1", 99, "100"),
        ("1.1", 0, "1"),
        ("1.7e9", 1_699_999_999, "1700000000"),
        ("17000000005E-1", 1_699_999_999, "1700000000"),
    ] {
        let claims = format!(r#"{{"exp":{exp}}}"#);
        test(&claims, &lenient(0), last, "ok");
        test(
            &claims,
            &lenient(0),
            last + 1,
            &format!("expired at {rounded}, now it is {}", last + 1),
        );
    }
    for (exp, first_good_leeway, rounded) in [
        ("-0.5", 2, "-1"),
        ("-1.5", 3, "-2"),
        ("-0.0", 1, "0"),
        ("1e-300", 1, "0"),
        ("-1e-300", 2, "-1"),
        ("0.999", 1, "0"),
    ] {
        let claims = format!(r#"{{"exp":{exp}}}"#);
        let expired = format!("expired at {rounded}, now it is 0");
        test(&claims, &lenient(first_good_leeway - 1), 0, &expired);
        test(&claims, &lenient(first_good_leeway), 0, "ok");
    }
}

#[test]
fn nbf_with_each_leeway() {
    #[track_caller]
    fn nbf(nbf: &str, leeway: u64, now: u64, is_good: bool, rounded: &str) {
        let verdict = match is_good {
            true => "ok".to_owned(),
            false => format!("not valid before {rounded}, now it is {now}"),
        };
        test(&format!(r#"{{"nbf":{nbf}}}"#), &lenient(leeway), now, &verdict);
    }
    for (leeway, first) in [(0, 100), (1, 99), (60, 40), (99, 1)] {
        nbf("100", leeway, first - 1, false, "100");
        nbf("100", leeway, first, true, "");
        nbf("100", leeway, first + 1, true, "");
    }
    nbf("100", 100, 0, true, "");
    nbf("100", u64::MAX, 0, true, "");
    nbf("100", u64::MAX, u64::MAX, true, "");
    nbf("0", 0, 0, true, "");
    nbf("-1", 0, 0, true, "");
    nbf("-9223372036854775808", 0, 0, true, "");
    nbf("9223372036854775807", 0, I64_MAX - 1, false, "9223372036854775807");
    nbf("9223372036854775807", 0, I64_MAX, true, "");
    nbf("9223372036854775807", I64_MAX, 0, true, "");
    nbf("9223372036854775807", I64_MAX - 1, 0, false, "9223372036854775807");
    nbf("9223372036854775807", 0, u64::MAX, true, "");
    nbf("9007199254740993", 0, 9_007_199_254_740_992, false, "9007199254740993");
    nbf("100.5", 0, 100, false, "101");
    nbf("100.5", 0, 101, true, "");
    nbf("100.5", 1, 100, true, "");
    nbf("100.001", 0, 100, false, "101");
    nbf("100.999", 0, 101, true, "");
    nbf("0.1", 0, 0, false, "1");
    nbf("1e-300", 0, 0, false, "1");
    nbf("-0.5", 0, 0, true, "");
}

#[test]
fn expired_and_not_yet_valid_is_expired() {
    test(r#"{"exp":50,"nbf":200}"#, &lenient(0), 100, "expired at 50, now it is 100");
    test(r#"{"exp":50,"nbf":200}"#, &lenient(51), 100, "not valid before 200, now it is 100");
    test(r#"{"exp":50,"nbf":200}"#, &lenient(100), 100, "ok");
}

#[test]
fn max_age_edges() {
    #[track_caller]
    fn age(iat: &str, max_age: u64, leeway: u64, now: u64, verdict: &str) {
        let policy = lenient(leeway).max_age(Duration::from_secs(max_age));
        test(&format!(r#"{{"iat":{iat}}}"#), &policy, now, verdict);
    }
    age("100", 60, 0, 100, "ok");
    age("100", 60, 0, 159, "ok");
    age("100", 60, 0, 160, "issued at 100, accepted for 60 seconds, now it is 160");
    age("100", 60, 1, 160, "ok");
    age("100", 60, 1, 161, "issued at 100, accepted for 60 seconds, now it is 161");
    age("100", 60, 0, 99, "issued at 100, but now it is 99");
    age("100", 60, 1, 99, "ok");
    age("100", 60, 1, 98, "issued at 100, but now it is 98");
    age("100", 0, 0, 100, "issued at 100, accepted for 0 seconds, now it is 100");
    age("100", 0, 1, 100, "ok");
    age("100", u64::MAX, 0, u64::MAX, "ok");
    age("0", u64::MAX, 0, u64::MAX - 1, "ok");
    age(
        "0",
        u64::MAX,
        0,
        u64::MAX,
        "issued at 0, accepted for 18446744073709551615 seconds, now it is 18446744073709551615",
    );
    age("9223372036854775807", 1, 0, 0, "issued at 9223372036854775807, but now it is 0");
    age("9223372036854775807", 1, u64::MAX, 0, "ok");
    age(
        "-9223372036854775808",
        1,
        0,
        0,
        "issued at -9223372036854775808, accepted for 1 seconds, now it is 0",
    );
    age("-9223372036854775808", u64::MAX, 0, 0, "ok");
    age("100.5", 60, 0, 99, "issued at 100, but now it is 99");
    age("100.5", 60, 0, 100, "ok");
    age("100.5", 60, 0, 159, "ok");
    age("100.5", 60, 0, 160, "issued at 100, accepted for 60 seconds, now it is 160");
}

#[test]
fn iat_in_the_future_matters_only_with_a_max_age() {
    test(r#"{"iat":9223372036854775807}"#, &lenient(0), 0, "ok");
    test(r#"{"iat":101,"exp":200}"#, &Validation::new(), 100, "ok");
    test("{}", &lenient(0).max_age(Duration::MAX), 0, "the claim iat is missing");
}

#[test]
fn of_durations_the_whole_seconds_count() {
    let nearly_two = Duration::new(1, 999_999_999);
    let policy = Validation::new().leeway(nearly_two).max_age(nearly_two);
    test(r#"{"exp":100,"iat":99}"#, &policy, 100, "ok");
    test(r#"{"exp":100,"iat":100}"#, &policy, 101, "expired at 100, now it is 101");
    let age = "issued at 99, accepted for 1 seconds, now it is 101";
    test(r#"{"exp":200,"iat":99}"#, &policy, 101, age);
}
