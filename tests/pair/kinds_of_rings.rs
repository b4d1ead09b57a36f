//! Both kinds under rings with ids: which key signs, which ring verifies, and what error is named.

use super::common;
use super::ways::{header, signed};

use common::{ACCESS_CLAIMS, NOW, REFRESH_CLAIMS, at, key, segment};
use jwt_pair::TokenKind::{Access, Refresh};
use jwt_pair::{AccessVerifier, Error, Identity, Key, KeyRing, PairClaims, PairIssuer, PairPolicy};
use jwt_pair::{RefreshVerifier, TokenKind};

/// Rings by the ids of their keys: key 1 and 2 sign, key 3 and 4 verify.
fn rings(ids: [Option<&str>; 4]) -> [KeyRing; 2] {
    let ring = |signing, kid: Option<&str>, other, other_kid: Option<&str>| {
        let ring = match kid {
            Some(kid) => KeyRing::with_kid(kid, key(signing)),
            None => KeyRing::new(key(signing)),
        };
        match other_kid {
            Some(kid) => ring.also_verify_kid(kid, key(other)).unwrap(),
            None => ring.also_verify(key(other)),
        }
    };
    let [access, old_access, refresh, old_refresh] = ids;
    [ring(1, access, 3, old_access), ring(2, refresh, 4, old_refresh)]
}

/// Every way in which two rings can have ids, also the same ids.
const IDS: [[Option<&str>; 4]; 7] = [
    [None, None, None, None],
    [Some("a"), None, Some("r"), None],
    [Some("a"), Some("b"), Some("r"), Some("s")],
    [Some("1"), Some("2"), Some("1"), Some("2")],
    [Some("1"), Some("2"), Some("2"), Some("1")],
    [Some("a"), Some("b"), None, None],
    [None, None, Some("r"), Some("s")],
];

#[test]
fn each_kind_is_issued_under_its_ring_and_verified_by_it() {
    for ids in IDS {
        let [access_keys, refresh_keys] = rings(ids);
        let issuer = PairIssuer::with_refresh_keys(
            access_keys.clone(),
            refresh_keys.clone(),
            PairPolicy::new(),
        )
        .unwrap();
        let pair = issuer.issue(&Identity::new(123, "customer", "session123"), at(NOW)).unwrap();
        let header = |kid: Option<&str>, typ: &str| match kid {
            Some(kid) => format!(r#"{{"alg":"HS256","kid":"{kid}","typ":"{typ}"}}"#),
            None => header(typ),
        };
        assert_eq!(segment(&pair.access.token, 0), header(ids[0], "access+jwt"));
        assert_eq!(segment(&pair.refresh.token, 0), header(ids[2], "refresh+jwt"));

        let older_access = signed(3, &header(ids[1], "access+jwt"), ACCESS_CLAIMS);
        let older_refresh = signed(4, &header(ids[3], "refresh+jwt"), REFRESH_CLAIMS);
        let verifier = AccessVerifier::new(access_keys, PairPolicy::new());
        for token in [&pair.access.token, &older_access] {
            let claims = issuer.verify_access(token, at(NOW)).unwrap();
            assert_eq!(verifier.verify(token, at(NOW)), Ok(claims.clone()), "{ids:?}");
            let decoded = issuer.decode(token, at(NOW));
            assert!(matches!(decoded, Ok(PairClaims::Access(found)) if found == claims), "{ids:?}");
        }
        let verifier = RefreshVerifier::new(refresh_keys, PairPolicy::new());
        for token in [&pair.refresh.token, &older_refresh] {
            let claims = issuer.verify_refresh(token, at(NOW)).unwrap();
            assert_eq!(verifier.verify(token, at(NOW)), Ok(claims.clone()), "{ids:?}");
            let decoded = issuer.decode(token, at(NOW));
            assert!(
                matches!(decoded, Ok(PairClaims::Refresh(found)) if found == claims),
                "{ids:?}"
            );
        }
    }
}

/// The cause that `decode` names is the one that the kind's own call names.
#[test]
fn decode_names_the_cause_that_the_kinds_own_call_names() {
    let own = |kind| if kind == Access { ACCESS_CLAIMS } else { REFRESH_CLAIMS };
    for ids in IDS {
        let [access, refresh] = rings(ids);
        let issuer = PairIssuer::with_refresh_keys(access, refresh, PairPolicy::new()).unwrap();
        for kind in [Access, Refresh] {
            for kid in [None, Some("a"), Some("b"), Some("1"), Some("2"), Some("r"), Some("x")] {
                for byte in 1..=5 {
                    for claims in [own(kind), r#"{"exp":1}"#, "?"] {
                        let kid = kid.map(|kid| format!(r#","kid":"{kid}""#)).unwrap_or_default();
                        let header = format!(r#"{{"alg":"HS256","typ":"{}"{kid}}}"#, kind.typ());
                        let token = signed(byte, &header, claims);
                        let verified = match kind {
                            Access => issuer.verify_access(&token, at(NOW)).map(|_| ()),
                            Refresh => issuer.verify_refresh(&token, at(NOW)).map(|_| ()),
                        };
                        let decoded = issuer.decode(&token, at(NOW)).map(|_| ());
                        assert_eq!(decoded, verified, "{ids:?} {header} {claims} {byte}");
                    }
                }
            }
        }
    }
}

/// Whoever holds the keys of one kind makes no token of the other, whatever its header says.
#[test]
fn a_key_of_one_kind_makes_no_token_of_the_other() {
    for ids in IDS {
        let [access, refresh] = rings(ids);
        let issuer = PairIssuer::with_refresh_keys(access, refresh, PairPolicy::new()).unwrap();
        let kids = ids.into_iter().flatten().map(|kid| format!(r#","kid":"{kid}""#));
        for kid in kids.chain([String::new()]) {
            for typ in ["access+jwt", "refresh+jwt", "JWT", "ACCESS+jwt"] {
                let header = format!(r#"{{"alg":"HS256","typ":"{typ}"{kid}}}"#);
                for byte in [1, 3] {
                    let token = signed(byte, &header, REFRESH_CLAIMS);
                    assert_refused(&issuer, &token, Refresh);
                }
                for byte in [2, 4] {
                    let token = signed(byte, &header, ACCESS_CLAIMS);
                    assert_refused(&issuer, &token, Access);
                }
            }
        }
    }
}

#[track_caller]
fn assert_refused(issuer: &PairIssuer, token: &str, kind: TokenKind) {
    let own = match kind {
        Access => issuer.verify_access(token, at(NOW)).map(|_| ()),
        Refresh => issuer.verify_refresh(token, at(NOW)).map(|_| ()),
    };
    let refused = matches!(own, Err(Error::InvalidSignature | Error::UnknownKeyId));
    assert!(refused, "{own:?}");
    assert!(issuer.decode(token, at(NOW)).is_err(), "{token}");
}

#[test]
fn one_signing_key_for_both_kinds_is_an_error_and_one_that_verifies_is_not() {
    let policy = PairPolicy::new;
    let issuer = |access: KeyRing, refresh: KeyRing| {
        PairIssuer::with_refresh_keys(access, refresh, policy()).map(|_| ())
    };
    let shared = || Err(Error::SharedSigningKey);
    assert_eq!(issuer(key(1).into(), key(1).into()), shared());
    assert_eq!(issuer(KeyRing::with_kid("a", key(1)), KeyRing::with_kid("r", key(1))), shared());
    assert_eq!(issuer(KeyRing::with_kid("a", key(1)), key(1).into()), shared());
    let twice = KeyRing::new(key(1)).also_verify(key(2));
    assert_eq!(issuer(twice.clone(), KeyRing::new(key(1)).also_verify(key(3))), shared());
    // HMAC fills keys up with zeros, and hashes those beyond 64 bytes: these are one key.
    let padded = Key::new(&[[1; 32].as_slice(), &[0; 32]].concat()).unwrap();
    assert_eq!(issuer(key(1).into(), padded.into()), shared());

    assert_eq!(issuer(key(1).into(), key(2).into()), Ok(()));
    assert_eq!(issuer(twice.clone(), KeyRing::new(key(2)).also_verify(key(1))), Ok(()));
    assert_eq!(issuer(twice, KeyRing::new(key(3)).also_verify(key(2))), Ok(()));
    assert_eq!(issuer(key(1).into(), KeyRing::new(key(2)).also_verify(key(1))), Ok(()));
}
