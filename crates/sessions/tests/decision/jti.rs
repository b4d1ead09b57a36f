//! The `jti` of a refresh token: `<session_id>.<generation>`, and nothing like it.
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

use crate::common::{HOSTILE, LOGIN, at, issuer, keys, refresh_token, row};
use jwt_pair::serde_json::{Value, json};
use jwt_pair::{Error, PairIssuer, PairPolicy, UnixTime};
use jwt_pair_sessions::{Renewal, Session, shown};

/// The generation that a token names, as a holder of the key has written it.
fn named(session_id: &str, jti: &Value) -> Result<u64, Error> {
    let issuer = PairIssuer::new(keys(), PairPolicy::new().max_token_bytes(100_000));
    let token = refresh_token(session_id, &json!({ "jti": jti }));
    shown(&issuer.verify_refresh(&token, at(LOGIN))?).map(|shown| shown.generation)
}

const MISMATCH: Error = Error::ClaimMismatch { claim: "jti" };

#[test]
fn a_number_without_leading_zeros() {
    #[track_caller]
    fn test(session_id: &str, jti: &str, number: u64) {
        assert_eq!(named(session_id, &jti.into()), Ok(number));
    }
    test("s", "s.1", 1);
    test("s", "s.9", 9);
    test("s", "s.10", 10);
    test("s", "s.9223372036854775808", 1 << 63);
    test("s", "s.18446744073709551614", u64::MAX - 1);
    test("s", "s.18446744073709551615", u64::MAX);
    // The session's name is taken off whole, whatever is in it.
    test("", ".1", 1);
    test(".", "..1", 1);
    test("1", "1.2", 2);
    test("s.1", "s.1.2", 2);
    test("s.", "s..2", 2);
    test("s.1.2", "s.1.2.3", 3);
    test("0", "0.1", 1);
}

#[test]
fn what_is_not_one() {
    #[track_caller]
    fn test(session_id: &str, jti: &str) {
        assert_eq!(named(session_id, &jti.into()), Err(MISMATCH), "{jti:?} of {session_id:?}");
    }
    for jti in ["", "s", "1", ".", ".1", "s.", "s1", "s.s", "s-1", "s:1", "s,1", "s..1", "s.1."] {
        test("s", jti);
    }
    for number in ["0", "00", "01", "007", "+1", "-1", "-0", "1.0", "1e3", "0x1", "1_000", "1,000"]
    {
        test("s", &format!("s.{number}"));
    }
    for space in [" ", "\t", "\n", "\r", "\0", "\u{a0}", "\u{200b}", "\u{feff}"] {
        for jti in [format!("s.{space}1"), format!("s.1{space}"), format!("s{space}.1")] {
            test("s", &jti);
        }
        test("s", &format!("{space}s.1"));
    }
    // 2^64, ten times 2^64, and numbers that fill the token.
    for huge in ["18446744073709551616", "18446744073709551620", "184467440737095516150"] {
        test("s", &format!("s.{huge}"));
    }
    test("s", &format!("s.{}", "9".repeat(10_000)));
    test("s", &format!("s.{}1", "0".repeat(10_000)));
    // Digits of other scripts, and those that only look so.
    for digit in ["\u{ff11}", "\u{661}", "\u{967}", "\u{b9}", "\u{2460}", "\u{2160}", "l", "O"] {
        test("s", &format!("s.{digit}"));
        test("s", &format!("s.1{digit}"));
    }
    // Dots that are not the dot.
    for dot in ["\u{3002}", "\u{ff0e}", "\u{2024}", "\u{b7}"] {
        test("s", &format!("s{dot}1"));
    }
}

#[test]
fn the_name_of_another_session() {
    #[track_caller]
    fn test(session_id: &str, jti: &str) {
        assert_eq!(named(session_id, &jti.into()), Err(MISMATCH), "{jti:?} of {session_id:?}");
    }
    test("s", "t.1");
    test("s", "S.1");
    test("s", "ss.1");
    test("s", " s.1");
    test("s", "s1.2");
    test("s", "s.1.2");
    test("s.1", "s.1");
    test("s.1", "s.2");
    test("s1", "s.1");
    test("", "s.1");
    test("", "1");
    test("1", ".1");
    test("1", "11");
    test("s\0", "s.1");
    test("s", "s\0.1");
    // One text in two normal forms is two names.
    test("\u{e9}", "e\u{301}.1");
    test("e", "e\u{301}.1");
}

#[test]
fn not_there_or_of_another_type() {
    let token = refresh_token("s", &json!({}));
    let claims = issuer().verify_refresh(&token, at(LOGIN)).unwrap();
    assert_eq!(shown(&claims), Err(Error::MissingClaim { claim: "jti" }));

    let malformed = Error::ClaimType { claim: "jti", expected: "a string" };
    for jti in [json!(1), json!(null), json!(true), json!(["s.1"]), json!({"s": 1}), json!(1.5)] {
        assert_eq!(named("s", &jti), Err(malformed.clone()), "{jti}");
    }
}

#[test]
fn what_a_session_writes_is_what_it_reads() {
    for session_id in HOSTILE {
        for number in [1, 2, 10, 1 << 32, u64::MAX - 1, u64::MAX] {
            let session: Session = row(session_id, number);
            let renewal = Renewal::new("customer");
            let pair = session.issue(&issuer(), &renewal, &Default::default(), at(LOGIN)).unwrap();
            let claims = issuer().verify_refresh(&pair.refresh.token, at(LOGIN)).unwrap();
            assert_eq!(claims.session_id, session_id);
            assert_eq!(claims.jti, Some(format!("{session_id}.{number}")));
            assert_eq!(claims.jti, Some(session.jti()));
            let token = shown(&claims).unwrap();
            assert_eq!((token.generation, token.iat), (number, session.rotated_at));
            assert_eq!(token.user_id, &session.user_id);
        }
    }
}

/// A date before 1970 is the time of no rotation.
#[test]
fn the_time_that_a_token_was_issued_at() {
    for (iat, time) in [(json!(0), 0), (json!(7.9), 7), (json!(-1), u64::MAX)] {
        let token = refresh_token("s", &json!({ "jti": "s.1", "iat": iat }));
        let claims = issuer().verify_refresh(&token, at(LOGIN)).unwrap();
        assert_eq!(shown(&claims).unwrap().iat, UnixTime::from_secs(time));
    }
}

/// A row of 1970 fits no token from before it.
#[test]
fn a_date_before_1970_is_the_time_of_no_rotation() {
    for iat in [-1, i64::MIN] {
        let token = refresh_token("s", &json!({ "jti": "s.1", "iat": iat }));
        let claims = issuer().verify_refresh(&token, at(LOGIN)).unwrap();
        assert_eq!(shown(&claims).unwrap().iat, at(u64::MAX), "{iat}");
    }
}
