//! One kind is never accepted as the other; keys of each kind.

use super::common;

use common::{ACCESS_CLAIMS, NO_ACCESS_TYP, NO_REFRESH_TYP, NOW, REFRESH_CLAIMS};
use common::{at, issuer, key, keys, predecessor, segment, token};
use jwt_pair::TokenKind::{Access, Refresh};
use jwt_pair::{AccessVerifier, Error, Identity, KeyRing, PairClaims, PairIssuer, PairPolicy};

const REFRESH_FOUND: Error = Error::WrongKind { expected: Access, found: Refresh };
const ACCESS_FOUND: Error = Error::WrongKind { expected: Refresh, found: Access };

/// What came out: of which kind, or why not.
type Kind = Result<jwt_pair::TokenKind, Error>;

fn by_each(issuer: &PairIssuer, token: &str) -> [Kind; 3] {
    let either = issuer.decode(token, at(NOW)).map(|claims| match claims {
        PairClaims::Access(_) => Access,
        PairClaims::Refresh(_) => Refresh,
    });
    [
        issuer.verify_access(token, at(NOW)).map(|_| Access),
        issuer.verify_refresh(token, at(NOW)).map(|_| Refresh),
        either,
    ]
}

fn customer() -> Identity<'static> {
    Identity::new(123, "customer", "session123")
}

fn header(typ: &str) -> String {
    format!(r#"{{"alg":"HS256","typ":"{typ}"}}"#)
}

#[test]
fn each_kind_is_accepted_as_itself_and_as_nothing_else() {
    for policy in [PairPolicy::new(), PairPolicy::new().predecessor(predecessor(keys()))] {
        let issuer = issuer(policy);
        let pair = issuer.issue(&customer(), at(NOW)).unwrap();
        let access = by_each(&issuer, &pair.access.token);
        assert_eq!(access, [Ok(Access), Err(ACCESS_FOUND), Ok(Access)]);
        let refresh = by_each(&issuer, &pair.refresh.token);
        assert_eq!(refresh, [Err(REFRESH_FOUND), Ok(Refresh), Ok(Refresh)]);
    }
}

#[test]
fn a_kind_used_as_the_other_is_not_expired_but_of_the_wrong_kind() {
    let issuer = issuer(PairPolicy::new());
    let pair = issuer.issue(&customer(), at(0)).unwrap();
    assert_eq!(issuer.verify_refresh(&pair.access.token, at(NOW)), Err(ACCESS_FOUND));
    assert_eq!(issuer.verify_access(&pair.refresh.token, at(NOW)), Err(REFRESH_FOUND));
}

#[test]
fn typ_in_each_spelling() {
    let strict = issuer(PairPolicy::new());
    for typ in [
        "access+jwt",
        "ACCESS+JWT",
        "Access+Jwt",
        "application/access+jwt",
        "APPLICATION/ACCESS+jwt",
    ] {
        let token = token(header(typ), ACCESS_CLAIMS);
        assert_eq!(by_each(&strict, &token), [Ok(Access), Err(ACCESS_FOUND), Ok(Access)], "{typ}");
    }
    for typ in ["refresh+jwt", "REFRESH+JWT", "application/refresh+jwt"] {
        let token = token(header(typ), REFRESH_CLAIMS);
        assert_eq!(
            by_each(&strict, &token),
            [Err(REFRESH_FOUND), Ok(Refresh), Ok(Refresh)],
            "{typ}"
        );
    }
}

#[test]
fn another_typ_is_refused_also_where_a_predecessors_tokens_are_accepted() {
    for policy in [PairPolicy::new(), PairPolicy::new().predecessor(predecessor(keys()))] {
        let issuer = issuer(policy);
        for typ in [
            "",
            "at+jwt",
            "access",
            "access+jwt ",
            " access+jwt",
            "access+jwt\\u0000",
            "accessjwt",
            "text/access+jwt",
            "application/application/access+jwt",
            "application/",
            "JWS",
            "JOSE",
            "access+jwt;charset=utf-8",
            "access+\\u212awt",
            "dpop+jwt",
            "JWT ",
            "text/JWT",
            "id+jwt",
        ] {
            for claims in [ACCESS_CLAIMS, REFRESH_CLAIMS] {
                let refused = by_each(&issuer, &token(header(typ), claims));
                assert_eq!(
                    refused,
                    [Err(NO_ACCESS_TYP), Err(NO_REFRESH_TYP), Err(NO_ACCESS_TYP)],
                    "{typ}"
                );
            }
        }
    }
}

#[test]
fn a_mark_that_the_claims_contradict_is_refused() {
    for policy in [PairPolicy::new(), PairPolicy::new().predecessor(predecessor(keys()))] {
        let issuer = issuer(policy);
        let access = token(header("access+jwt"), REFRESH_CLAIMS);
        assert_eq!(
            by_each(&issuer, &access),
            [Err(REFRESH_FOUND), Err(ACCESS_FOUND), Err(REFRESH_FOUND)]
        );
        let refresh = token(header("refresh+jwt"), ACCESS_CLAIMS);
        assert_eq!(
            by_each(&issuer, &refresh),
            [Err(REFRESH_FOUND), Err(ACCESS_FOUND), Err(ACCESS_FOUND)]
        );
    }
}

fn two_keys(policy: PairPolicy) -> PairIssuer {
    PairIssuer::with_refresh_keys(key(1).into(), key(2).into(), policy).unwrap()
}

const FORGED: Kind = Err(Error::InvalidSignature);

#[test]
fn keys_of_each_kind() {
    let issuer = two_keys(PairPolicy::new());
    let pair = issuer.issue(&customer(), at(NOW)).unwrap();
    assert_eq!(by_each(&issuer, &pair.access.token), [Ok(Access), FORGED, Ok(Access)]);
    assert_eq!(by_each(&issuer, &pair.refresh.token), [FORGED, Ok(Refresh), Ok(Refresh)]);

    // Each key under the mark of the other kind.
    let of_one_key = |byte| PairIssuer::new(key(byte).into(), PairPolicy::new());
    let minted = of_one_key(1).issue(&customer(), at(NOW)).unwrap().refresh.token;
    assert_eq!(by_each(&issuer, &minted), [Err(REFRESH_FOUND), FORGED, FORGED]);
    let minted = of_one_key(2).issue(&customer(), at(NOW)).unwrap().access.token;
    assert_eq!(by_each(&issuer, &minted), [FORGED, Err(ACCESS_FOUND), FORGED]);
    let minted = of_one_key(3).issue(&customer(), at(NOW)).unwrap();
    assert_eq!(by_each(&issuer, &minted.access.token), [FORGED, FORGED, FORGED]);
    assert_eq!(by_each(&issuer, &minted.refresh.token), [FORGED, FORGED, FORGED]);
}

#[test]
fn an_access_verifier_accepts_access_tokens_alone() {
    let pair = two_keys(PairPolicy::new()).issue(&customer(), at(NOW)).unwrap();
    let verifier = AccessVerifier::new(key(1).into(), PairPolicy::new());
    let claims = verifier.verify(&pair.access.token, at(NOW)).unwrap();
    assert_eq!(
        claims,
        two_keys(PairPolicy::new()).verify_access(&pair.access.token, at(NOW)).unwrap()
    );
    assert_eq!(verifier.verify(&pair.refresh.token, at(NOW)), Err(Error::InvalidSignature));
    let expired = Error::Expired { exp: at(NOW + 900).into(), now: at(NOW + 900) };
    assert_eq!(verifier.verify(&pair.access.token, at(NOW + 900)), Err(expired));

    let one_ring = PairIssuer::new(key(1).into(), PairPolicy::new());
    let pair = one_ring.issue(&customer(), at(NOW)).unwrap();
    assert_eq!(verifier.verify(&pair.refresh.token, at(NOW)), Err(REFRESH_FOUND));
    let ids = AccessVerifier::new(KeyRing::with_kid("1", key(1)), PairPolicy::new());
    assert_eq!(ids.verify(&pair.access.token, at(NOW)), Err(Error::UnknownKeyId));
}

#[test]
fn iss_and_aud_are_written_into_both_and_checked_on_both() {
    let policy = || PairPolicy::new().issuer("https://login").audience("https://api");
    let (ours, plain) = (issuer(policy()), issuer(PairPolicy::new()));
    let other_iss = issuer(PairPolicy::new().issuer("b").audience("https://api"));
    let other_aud = issuer(PairPolicy::new().issuer("https://login").audience("b"));
    let iss_alone = issuer(PairPolicy::new().issuer("https://login"));
    let pair = ours.issue(&customer(), at(NOW)).unwrap();
    let bare = plain.issue(&customer(), at(NOW)).unwrap();
    for (token, bare, kind) in [
        (&pair.access.token, &bare.access.token, Access),
        (&pair.refresh.token, &bare.refresh.token, Refresh),
    ] {
        let decode = |issuer: &PairIssuer, token: &str| {
            let index = if kind == Access { 0 } else { 1 };
            let [as_access, as_refresh, either] = by_each(issuer, token);
            assert_eq!(if index == 0 { as_access } else { as_refresh }, either);
            either
        };
        let members = r#","iat":1700000000,"iss":"https://login","aud":"https://api"}"#;
        assert!(segment(token, 1).ends_with(members));
        assert_eq!(decode(&ours, token), Ok(kind));
        assert_eq!(decode(&ours, bare), Err(Error::MissingClaim { claim: "iss" }));
        assert_eq!(decode(&plain, token), Err(Error::UnexpectedAudience));
        assert_eq!(decode(&iss_alone, token), Err(Error::UnexpectedAudience));
        assert_eq!(decode(&other_iss, token), Err(Error::ClaimMismatch { claim: "iss" }));
        assert_eq!(decode(&other_aud, token), Err(Error::ClaimMismatch { claim: "aud" }));
    }
    let named = iss_alone.issue(&customer(), at(NOW)).unwrap();
    assert_eq!(by_each(&plain, &named.access.token)[0], Ok(Access));
    assert_eq!(by_each(&ours, &named.access.token)[0], Err(Error::MissingClaim { claim: "aud" }));
}
