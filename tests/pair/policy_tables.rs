//! Each setting of `PairPolicy`, as a table that is run through each way to verify.

use core::time::Duration;

use super::common;
use super::ways::{assert_each_way, header, ignoring_dates, signed, verdicts};

use common::{NO_ACCESS_TYP, NO_REFRESH_TYP, NOW, at};
use jwt_pair::TokenKind::{self, Access, Refresh};
use jwt_pair::{Error, PairPolicy};

const KINDS: [TokenKind; 2] = [Access, Refresh];

/// Claims of this kind with these dates and these other members, which begin with a comma.
fn claims(kind: TokenKind, exp: u64, others: &str) -> String {
    let user_type = if kind == Access { r#""user_type":"customer","# } else { "" };
    format!(
        r#"{{"user_id":123,{user_type}"session_id":"session123","exp":{exp},"iat":{NOW}{others}}}"#
    )
}

/// The token has these other members: each way says the same, for both kinds.
#[track_caller]
fn test(policy: &PairPolicy, others: &str, expected: Result<(), Error>) {
    for kind in KINDS {
        let claims = claims(kind, NOW + 900, others);
        assert_each_way(policy, kind, &header(kind.typ()), &claims, NOW, &expected);
        // None of these is a matter of dates.
        let late = ignoring_dates(policy, kind, &header(kind.typ()), &claims, u64::MAX);
        assert_eq!(late, expected, "{kind} {others}");
    }
}

fn missing(claim: &'static str) -> Result<(), Error> {
    Err(Error::MissingClaim { claim })
}

fn mismatch(claim: &'static str) -> Result<(), Error> {
    Err(Error::ClaimMismatch { claim })
}

#[test]
fn iss_is_one_of_those_that_are_named() {
    let none = PairPolicy::new();
    let one = PairPolicy::new().issuer("a");
    let two = PairPolicy::new().issuer("a").issuer("b");
    let accepted = PairPolicy::new().issuer("a").accept_issuer("b");
    let accepted_alone = PairPolicy::new().accept_issuer("a");
    let for_now = PairPolicy::new().issuer("a").accept_missing_issuer_for_now();
    for (others, verdicts) in [
        ("", [Ok(()), missing("iss"), missing("iss"), missing("iss"), missing("iss"), Ok(())]),
        (r#","iss":"a""#, [Ok(()), Ok(()), Ok(()), Ok(()), Ok(()), Ok(())]),
        (
            r#","iss":"b""#,
            [Ok(()), mismatch("iss"), Ok(()), Ok(()), mismatch("iss"), mismatch("iss")],
        ),
        (
            r#","iss":"c""#,
            [
                Ok(()),
                mismatch("iss"),
                mismatch("iss"),
                mismatch("iss"),
                mismatch("iss"),
                mismatch("iss"),
            ],
        ),
    ] {
        let policies = [&none, &one, &two, &accepted, &accepted_alone, &for_now];
        for (policy, verdict) in policies.into_iter().zip(verdicts) {
            test(policy, others, verdict);
        }
    }
}

#[test]
fn aud_is_one_of_those_that_are_named() {
    let unexpected = || Err(Error::UnexpectedAudience);
    let none = PairPolicy::new();
    let one = PairPolicy::new().audience("a");
    let two = PairPolicy::new().audience("a").audience("b");
    let accepted = PairPolicy::new().audience("a").accept_audience("b");
    let for_now = PairPolicy::new().audience("a").accept_missing_audience_for_now();
    for (others, verdicts) in [
        ("", [Ok(()), missing("aud"), missing("aud"), missing("aud"), Ok(())]),
        (r#","aud":"a""#, [unexpected(), Ok(()), Ok(()), Ok(()), Ok(())]),
        (r#","aud":["c","a"]"#, [unexpected(), Ok(()), Ok(()), Ok(()), Ok(())]),
        (r#","aud":"b""#, [unexpected(), mismatch("aud"), Ok(()), Ok(()), mismatch("aud")]),
        (r#","aud":["c","b"]"#, [unexpected(), mismatch("aud"), Ok(()), Ok(()), mismatch("aud")]),
        (
            r#","aud":[]"#,
            [unexpected(), mismatch("aud"), mismatch("aud"), mismatch("aud"), mismatch("aud")],
        ),
        (
            r#","aud":"c""#,
            [unexpected(), mismatch("aud"), mismatch("aud"), mismatch("aud"), mismatch("aud")],
        ),
    ] {
        let policies = [&none, &one, &two, &accepted, &for_now];
        for (policy, verdict) in policies.into_iter().zip(verdicts) {
            test(policy, others, verdict);
        }
    }
}

/// "Absent is accepted for now" does not make an audience expected.
#[test]
fn a_missing_audience_that_is_accepted_allows_no_audience_that_is_not_named() {
    let policy = PairPolicy::new().accept_missing_audience_for_now();
    test(&policy, "", Ok(()));
    test(&policy, r#","aud":"a""#, Err(Error::UnexpectedAudience));
}

#[test]
fn exp_and_nbf_are_moved_by_the_leeway() {
    for kind in KINDS {
        for leeway in [0, 1, 60, 1 << 40] {
            let policy = PairPolicy::new().leeway(Duration::from_secs(leeway));
            let test = |claims: &str, now, expected| {
                let header = header(kind.typ());
                assert_each_way(&policy, kind, &header, claims, now, &expected);
                assert_eq!(ignoring_dates(&policy, kind, &header, claims, now), Ok(()));
            };
            let good = claims(kind, NOW + 900, "");
            let expired = |now| Err(Error::Expired { exp: at(NOW + 900).into(), now: at(now) });
            test(&good, NOW + 899 + leeway, Ok(()));
            test(&good, NOW + 900 + leeway, expired(NOW + 900 + leeway));

            let nbf = NOW + 10;
            let early = claims(kind, NOW + 900, &format!(r#","nbf":{nbf}"#));
            let too_early = |now| Err(Error::NotYetValid { nbf: at(nbf).into(), now: at(now) });
            test(&early, nbf, Ok(()));
            match nbf.checked_sub(leeway + 1) {
                Some(now) => {
                    test(&early, now + 1, Ok(()));
                    test(&early, now, too_early(now));
                }
                None => test(&early, 0, Ok(())),
            }
        }
    }
}

#[test]
fn a_token_is_as_long_as_the_limit_at_most() {
    for kind in KINDS {
        for session in ["session123".to_owned(), "s".repeat(8_000)] {
            let (header, claims) = (header(kind.typ()), claims(kind, NOW + 900, ""));
            let claims = claims.replace("session123", &session);
            let bytes = signed(1, &header, &claims).len();
            for (limit, is_good) in [(bytes, true), (bytes - 1, false), (0, false)] {
                let policy = PairPolicy::new().max_token_bytes(limit);
                let verdict = match is_good {
                    true => Ok(()),
                    false => Err(Error::TokenTooLong { bytes, limit }),
                };
                for (way, found) in verdicts(&policy, kind, &header, &claims, NOW) {
                    // The access token that a refresh token renews is longer than itself.
                    let is_made = kind == Refresh && way == "PairIssuer::renew_access" && is_good;
                    match found {
                        Err(Error::TooLongToIssue { bytes, limit }) if is_made => {
                            assert!(bytes > limit);
                        }
                        found => {
                            assert_eq!((&found, is_made), (&verdict, false), "{way} of {kind}")
                        }
                    }
                }
                assert_eq!(ignoring_dates(&policy, kind, &header, &claims, NOW), verdict);
            }
        }
    }
}

/// The setters are those of `Validation`: a second call adds to the first.
#[test]
fn the_first_issuer_and_audience_that_are_named_are_written() {
    let written = |policy: PairPolicy| {
        let identity = jwt_pair::Identity::new(1, "t", "s");
        let pair = super::ways::one_ring(policy).issue(&identity, at(0)).unwrap();
        [pair.access.token, pair.refresh.token].map(|token| {
            let claims = common::segment(&token, 1);
            claims.split_once(r#""iat":0"#).unwrap().1.to_owned()
        })
    };
    for (policy, members) in [
        (PairPolicy::new(), "}"),
        (PairPolicy::new().issuer("a").issuer("b"), r#","iss":"a"}"#),
        (PairPolicy::new().accept_issuer("b").issuer("a"), r#","iss":"a"}"#),
        (PairPolicy::new().accept_issuer("b"), "}"),
        (PairPolicy::new().audience("a").audience("b"), r#","aud":"a"}"#),
        (PairPolicy::new().accept_audience("b").audience("a"), r#","aud":"a"}"#),
        (PairPolicy::new().accept_audience("b"), "}"),
        (PairPolicy::new().audience("a").issuer("i"), r#","iss":"i","aud":"a"}"#),
        (PairPolicy::new().accept_missing_issuer_for_now().issuer("i"), r#","iss":"i"}"#),
    ] {
        assert_eq!(written(policy), [members, members]);
    }
}

/// A change of the issuer's name and of the audience's: everybody stays logged in.
#[test]
fn a_change_of_iss_and_aud_logs_nobody_out() {
    let stages = [
        PairPolicy::new(),
        PairPolicy::new()
            .issuer("i")
            .audience("a")
            .accept_missing_issuer_for_now()
            .accept_missing_audience_for_now(),
        PairPolicy::new().issuer("i").audience("a"),
        PairPolicy::new().issuer("i").accept_issuer("j").audience("a").accept_audience("b"),
        PairPolicy::new().issuer("j").accept_issuer("i").audience("b").accept_audience("a"),
        PairPolicy::new().issuer("j").audience("b"),
    ];
    let tokens = stages.clone().map(|policy| {
        let identity = jwt_pair::Identity::new(1, "t", "s");
        super::ways::two_rings(policy).issue(&identity, at(NOW)).unwrap()
    });
    // Which stage's tokens each stage accepts: its own and those of the stage before and after.
    for (at_stage, policy) in stages.iter().enumerate() {
        let issuer = super::ways::two_rings(policy.clone());
        for (of_stage, pair) in tokens.iter().enumerate() {
            let access = issuer.verify_access(&pair.access.token, at(NOW)).map(|_| ());
            let refresh = issuer.verify_refresh(&pair.refresh.token, at(NOW)).map(|_| ());
            assert_eq!(access, refresh, "{at_stage} {of_stage}");
            let is_next = of_stage + 1 == at_stage || of_stage == at_stage;
            if is_next {
                assert_eq!(access, Ok(()), "{at_stage} {of_stage}");
            }
        }
    }
    let last = super::ways::two_rings(stages[5].clone());
    let of = |stage: usize| last.verify_access(&tokens[stage].access.token, at(NOW)).map(|_| ());
    assert_eq!([of(0), of(2)], [missing("iss"), mismatch("iss")]);
}

#[test]
fn a_typ_that_is_not_the_kinds_is_refused_in_each_way() {
    for kind in KINDS {
        let claims = claims(kind, NOW + 900, "");
        for typ in ["JWT", "at+jwt", ""] {
            let verdicts = verdicts(&PairPolicy::new(), kind, &header(typ), &claims, NOW);
            for (at, (way, found)) in verdicts.into_iter().enumerate() {
                // `decode` names what `verify_access` names: under two rings, another key.
                let expected = match (kind, way) {
                    (Refresh, "PairIssuer::decode") if at >= 4 => Error::InvalidSignature,
                    (Access, _) | (_, "PairIssuer::decode") => NO_ACCESS_TYP,
                    (Refresh, _) => NO_REFRESH_TYP,
                };
                assert_eq!(found, Err(expected), "{way} of {kind}: {typ}");
            }
        }
    }
}
