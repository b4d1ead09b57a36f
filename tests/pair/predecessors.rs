//! Tokens of a predecessor: under its keys, with its lifetimes, until its date, and not otherwise.

use core::time::Duration;

use super::common;
use super::ways::{ACCESS_KEY, REFRESH_KEY, header, one_ring, signed, two_rings};

use common::{ACCESS_CLAIMS, JWT, NO_ACCESS_TYP, NO_REFRESH_TYP, NOW, REFRESH_CLAIMS};
use common::{at, key};
use jwt_pair::TokenKind::{Access, Refresh};
use jwt_pair::{AccessVerifier, Error, Identity, KeyRing, PairClaims, PairIssuer, PairPolicy};
use jwt_pair::{Predecessor, PrivateClaims, RefreshVerifier, UserId};

const OLD_KEY: u8 = 5;
const UNTIL: u64 = NOW + 700_000;

fn old() -> Predecessor {
    old_of(key(OLD_KEY).into())
}

fn old_of(keys: KeyRing) -> Predecessor {
    let (access, refresh) = (Duration::from_secs(900), Duration::from_secs(604_800));
    Predecessor::new(keys, access, refresh, at(UNTIL))
}

fn lenient() -> PairPolicy {
    PairPolicy::new().predecessor(old())
}

type Verdict = Result<(), Error>;

/// Of one ring and of two, by access, refresh and either; and the verifiers alone.
#[track_caller]
fn test(
    policy: &PairPolicy,
    token: &str,
    now: u64,
    access: Verdict,
    refresh: Verdict,
    either: Verdict,
) {
    let now = at(now);
    for issuer in [one_ring(policy.clone()), two_rings(policy.clone())] {
        assert_eq!(issuer.verify_access(token, now).map(|_| ()), access, "verify_access");
        assert_eq!(issuer.verify_refresh(token, now).map(|_| ()), refresh, "verify_refresh");
        let renewed = issuer.renew_access(token, "t", &PrivateClaims::default(), now);
        assert_eq!(renewed.map(|_| ()), refresh, "renew_access");
        let decoded = issuer.decode(token, now).map(|claims| match claims {
            PairClaims::Access(_) => assert_eq!(access, Ok(())),
            _ => assert_eq!(refresh, Ok(())),
        });
        assert_eq!(decoded, either, "decode");
    }
    let verifier = AccessVerifier::new(key(ACCESS_KEY).into(), policy.clone());
    assert_eq!(verifier.verify(token, now).map(|_| ()), access, "AccessVerifier");
    let verifier = RefreshVerifier::new(key(REFRESH_KEY).into(), policy.clone());
    assert_eq!(verifier.verify(token, now).map(|_| ()), refresh, "RefreshVerifier");
}

#[track_caller]
fn refused(policy: &PairPolicy, token: &str, now: u64, error: Error) {
    let refused = || Err(error.clone());
    test(policy, token, now, refused(), refused(), refused());
}

fn wrong_kind(expected: jwt_pair::TokenKind) -> Verdict {
    let found = if expected == Access { Refresh } else { Access };
    Err(Error::WrongKind { expected, found })
}

fn claims(exp: &str, iat: &str, is_access: bool) -> String {
    let user_type = if is_access { r#""user_type":"t","# } else { "" };
    format!(r#"{{"user_id":1,{user_type}"session_id":"s","exp":{exp},"iat":{iat}}}"#)
}

#[test]
fn its_tokens_are_accepted_as_the_kind_that_they_are() {
    for header in
        [JWT.to_owned(), r#"{"alg":"HS256"}"#.into(), header("jwt"), header("application/JWT")]
    {
        let access = signed(OLD_KEY, &header, ACCESS_CLAIMS);
        test(&lenient(), &access, NOW, Ok(()), wrong_kind(Refresh), Ok(()));
        refused(&PairPolicy::new(), &access, NOW, Error::InvalidSignature);
        let refresh = signed(OLD_KEY, &header, REFRESH_CLAIMS);
        test(&lenient(), &refresh, NOW, wrong_kind(Access), Ok(()), Ok(()));
        refused(&PairPolicy::new(), &refresh, NOW, Error::InvalidSignature);
    }
}

#[test]
fn the_pairs_own_key_makes_no_token_of_the_predecessor_and_its_key_no_token_of_the_pair() {
    for claims in [ACCESS_CLAIMS, REFRESH_CLAIMS] {
        for byte in [ACCESS_KEY, REFRESH_KEY, 9] {
            refused(&lenient(), &signed(byte, JWT, claims), NOW, Error::InvalidSignature);
        }
        for typ in ["access+jwt", "refresh+jwt"] {
            let marked = signed(OLD_KEY, &header(typ), claims);
            refused(&lenient(), &marked, NOW, Error::InvalidSignature);
        }
    }
}

#[test]
fn without_a_predecessor_a_plain_jwt_under_the_pairs_key_has_an_unexpected_typ() {
    for claims in [ACCESS_CLAIMS, REFRESH_CLAIMS] {
        let token = signed(ACCESS_KEY, JWT, claims);
        let issuer = one_ring(PairPolicy::new());
        assert_eq!(issuer.verify_access(&token, at(NOW)).map(|_| ()), Err(NO_ACCESS_TYP));
        assert_eq!(issuer.verify_refresh(&token, at(NOW)).map(|_| ()), Err(NO_REFRESH_TYP));
        assert_eq!(issuer.decode(&token, at(NOW)).map(|_| ()), Err(NO_ACCESS_TYP));
    }
}

#[test]
fn the_lifetime_is_exactly_that_of_the_kind() {
    for (is_access, lifetime) in [(true, 900), (false, 604_800)] {
        for other in [0, 1, 60, lifetime - 1, lifetime + 1, 900 + 604_800 - lifetime, 1 << 40] {
            let exp = NOW + other;
            let token =
                signed(OLD_KEY, JWT, &claims(&exp.to_string(), &NOW.to_string(), is_access));
            let expected = Duration::from_secs(lifetime);
            let (exp, iat) = (at(exp).into(), at(NOW).into());
            let refused = || Err(Error::PredecessorLifetime { expected, exp, iat });
            let now = NOW - 1;
            match is_access {
                true => test(&lenient(), &token, now, refused(), wrong_kind(Refresh), refused()),
                false => test(&lenient(), &token, now, wrong_kind(Access), refused(), refused()),
            }
        }
        let token = |exp: &str, iat: &str| signed(OLD_KEY, JWT, &claims(exp, iat, is_access));
        for iat in [0, 1, NOW - 1] {
            let good = token(&(iat + lifetime).to_string(), &iat.to_string());
            match is_access {
                true => test(&lenient(), &good, iat, Ok(()), wrong_kind(Refresh), Ok(())),
                false => test(&lenient(), &good, iat, wrong_kind(Access), Ok(()), Ok(())),
            }
        }
        // The widest span that there is does not wrap.
        let widest = token("9223372036854775807", "-9223372036854775808");
        let issuer = one_ring(lenient());
        for error in [
            issuer.verify_access(&widest, at(NOW)).unwrap_err(),
            issuer.verify_refresh(&widest, at(NOW)).unwrap_err(),
        ] {
            let is_known =
                matches!(error, Error::PredecessorLifetime { .. } | Error::WrongKind { .. });
            assert!(is_known, "{error:?}");
        }
    }
}

/// The e-mail link: the same secret, the claims of a refresh token, and another lifetime.
#[test]
fn a_token_that_the_same_secret_signed_for_another_purpose_is_refused() {
    let link = r#"{"user_id":1,"session_id":"reset","iat":1700000000,"exp":1700003600}"#;
    let expected = Duration::from_secs(604_800);
    let (exp, iat) = (at(NOW + 3_600).into(), at(NOW).into());
    let refused = Err(Error::PredecessorLifetime { expected, exp, iat });
    let token = signed(OLD_KEY, JWT, link);
    test(&lenient(), &token, NOW, wrong_kind(Access), refused.clone(), refused);
}

#[test]
fn its_tokens_are_accepted_until_its_date() {
    let iat = UNTIL - 100;
    for (is_access, lifetime) in [(true, 900), (false, 604_800)] {
        let claims = claims(&(iat + lifetime).to_string(), &iat.to_string(), is_access);
        let token = signed(OLD_KEY, JWT, &claims);
        match is_access {
            true => test(&lenient(), &token, UNTIL - 1, Ok(()), wrong_kind(Refresh), Ok(())),
            false => test(&lenient(), &token, UNTIL - 1, wrong_kind(Access), Ok(()), Ok(())),
        }
        for now in [UNTIL, UNTIL + 1] {
            let until = at(UNTIL);
            let ended = || Err(Error::PredecessorEnded { until, now: at(now) });
            let issuer = one_ring(lenient());
            let found = match is_access {
                true => issuer.verify_access(&token, at(now)).map(|_| ()),
                false => issuer.verify_refresh(&token, at(now)).map(|_| ()),
            };
            assert_eq!(found, ended());
            assert_eq!(issuer.decode(&token, at(now)).map(|_| ()), ended());
        }
    }
}

#[test]
fn its_tokens_expire_as_others_do() {
    let access = signed(OLD_KEY, JWT, ACCESS_CLAIMS);
    let now = NOW + 900;
    let expired = || Err(Error::Expired { exp: at(now).into(), now: at(now) });
    test(&lenient(), &access, now, expired(), wrong_kind(Refresh), expired());
    let policy = lenient().leeway(Duration::from_secs(1));
    test(&policy, &access, now, Ok(()), wrong_kind(Refresh), Ok(()));
}

#[test]
fn its_keys_are_a_ring_of_their_own() {
    let ring = KeyRing::with_kid("old", key(OLD_KEY)).also_verify(key(6));
    let policy = PairPolicy::new().predecessor(old_of(ring));
    let header = |kid: &str| format!(r#"{{"alg":"HS256","typ":"JWT"{kid}}}"#);
    let old = header(r#","kid":"old""#);
    for (byte, header, verdict) in [
        (OLD_KEY, &old, Ok(())),
        (6, &header(""), Ok(())),
        (6, &old, Err(Error::InvalidSignature)),
        (OLD_KEY, &header(""), Err(Error::InvalidSignature)),
        (OLD_KEY, &header(r#","kid":"new""#), Err(Error::UnknownKeyId)),
    ] {
        let token = signed(byte, header, ACCESS_CLAIMS);
        for issuer in [one_ring(policy.clone()), two_rings(policy.clone())] {
            assert_eq!(issuer.verify_access(&token, at(NOW)).map(|_| ()), verdict, "{header}");
            assert_eq!(issuer.decode(&token, at(NOW)).map(|_| ()), verdict, "{header}");
        }
    }
}

/// The README's row of the migration, carried out whole.
#[test]
fn from_one_secret_to_a_key_of_each_kind_nobody_is_logged_out() {
    let own = PrivateClaims::default();
    let policy = || PairPolicy::new().predecessor(old());
    let (access_keys, refresh_keys) =
        (KeyRing::with_kid("a", key(ACCESS_KEY)), KeyRing::with_kid("r", key(REFRESH_KEY)));
    let issuer =
        PairIssuer::with_refresh_keys(access_keys.clone(), refresh_keys.clone(), policy()).unwrap();
    let verifier = AccessVerifier::new(access_keys.clone(), policy());

    // The day before: the Python service has issued a pair.
    let old_access = signed(OLD_KEY, JWT, ACCESS_CLAIMS);
    let old_refresh = signed(OLD_KEY, JWT, REFRESH_CLAIMS);
    assert_eq!(verifier.verify(&old_access, at(NOW)).unwrap().user_id, UserId::from(123));
    assert_eq!(issuer.verify_access(&old_access, at(NOW)).unwrap().user_type, "customer");

    // The old refresh token is renewed under the new key, and a login makes a new pair.
    let later = at(NOW + 604_000);
    let renewed = issuer.renew_access(&old_refresh, "customer", &own, later).unwrap();
    let header = common::segment(&renewed.token, 0);
    assert_eq!(header, r#"{"alg":"HS256","kid":"a","typ":"access+jwt"}"#);
    let pair = issuer.issue(&Identity::new(123, "customer", "session123"), later).unwrap();

    // Once the date has come, the setting goes, and the new tokens stay.
    let strict =
        PairIssuer::with_refresh_keys(access_keys.clone(), refresh_keys, PairPolicy::new())
            .unwrap();
    let strict_verifier = AccessVerifier::new(access_keys, PairPolicy::new());
    for token in [&renewed.token, &pair.access.token] {
        assert_eq!(verifier.verify(token, later).map(|_| ()), Ok(()));
        assert_eq!(strict_verifier.verify(token, later).map(|_| ()), Ok(()));
        assert_eq!(strict.verify_access(token, later).map(|_| ()), Ok(()));
        assert!(matches!(strict.decode(token, later), Ok(PairClaims::Access(_))));
        assert!(matches!(issuer.decode(token, later), Ok(PairClaims::Access(_))));
    }
    assert!(matches!(strict.decode(&pair.refresh.token, later), Ok(PairClaims::Refresh(_))));
    assert!(matches!(issuer.decode(&pair.refresh.token, later), Ok(PairClaims::Refresh(_))));
    let no_kid = Err(Error::UnknownKeyId);
    assert_eq!(strict.verify_access(&old_access, at(NOW)).map(|_| ()), no_kid);
    assert_eq!(strict.verify_refresh(&old_refresh, later).map(|_| ()), no_kid);
}
