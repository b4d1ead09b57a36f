//! The verifiers of one kind: the header on request, and claims whatever the dates.

use core::time::Duration;

use super::common;
use super::ways::{header, one_ring, signed, two_rings};

use common::{ACCESS_CLAIMS, NOW, REFRESH_CLAIMS, at, key};
use jwt_pair::{AccessVerifier, Error, Identity, JsonFault, KeyRing, PairIssuer, PairPolicy};
use jwt_pair::{RefreshVerifier, TokenKind};

#[test]
fn the_header_of_a_verified_token_tells_its_key() {
    let access_keys = KeyRing::with_kid("a", key(1)).also_verify(key(3));
    let refresh_keys = KeyRing::with_kid("r", key(2)).also_verify(key(4));
    let policy = PairPolicy::new;
    let issuer =
        PairIssuer::with_refresh_keys(access_keys.clone(), refresh_keys.clone(), policy()).unwrap();
    let pair = issuer.issue(&Identity::new(123, "customer", "session123"), at(NOW)).unwrap();
    let access = AccessVerifier::new(access_keys, policy());
    let (claims, header) = access.verify_with_header(&pair.access.token, at(NOW)).unwrap();
    assert_eq!(Ok(claims), issuer.verify_access(&pair.access.token, at(NOW)));
    let seen = (header.alg(), header.kid(), header.typ());
    assert_eq!(seen, (Some("HS256"), Some("a"), Some("access+jwt")));

    let refresh = RefreshVerifier::new(refresh_keys, policy());
    let (claims, header) = refresh.verify_with_header(&pair.refresh.token, at(NOW)).unwrap();
    assert_eq!(Ok(claims), issuer.verify_refresh(&pair.refresh.token, at(NOW)));
    let seen = (header.alg(), header.kid(), header.typ());
    assert_eq!(seen, (Some("HS256"), Some("r"), Some("refresh+jwt")));

    // As another library has written it.
    let written = r#"{"typ":"Application/ACCESS+jwt","x":1,"alg":"HS256"}"#;
    let token = signed(3, written, ACCESS_CLAIMS);
    let (_, header) = access.verify_with_header(&token, at(NOW)).unwrap();
    let seen = (header.alg(), header.kid(), header.typ());
    assert_eq!(seen, (Some("HS256"), None, Some("Application/ACCESS+jwt")));
}

#[test]
fn claims_are_given_whatever_the_dates_by_the_call_that_says_so() {
    let early = ACCESS_CLAIMS.replace("\"exp\"", "\"nbf\":9999999999,\"exp\"");
    let access =
        [signed(1, &header("access+jwt"), ACCESS_CLAIMS), signed(1, &header("access+jwt"), &early)];
    for issuer in [one_ring(PairPolicy::new()), two_rings(PairPolicy::new())] {
        for now in [0, NOW, NOW + 900, u64::MAX] {
            for token in &access {
                let claims =
                    issuer.access_verifier().verify_ignoring_dates(token, at(now)).unwrap();
                assert_eq!((claims.user_id, claims.exp), (123.into(), at(NOW + 900).into()));
            }
            let pair = issuer.issue(&Identity::new(1, "t", "s"), at(NOW)).unwrap();
            let refresh = issuer.refresh_verifier();
            let claims = refresh.verify_ignoring_dates(&pair.refresh.token, at(now)).unwrap();
            assert_eq!((claims.user_id, claims.exp), (1.into(), at(NOW + 604_800).into()));
        }
    }
}

/// Nothing but the dates is ignored.
#[test]
fn an_inauthentic_or_malformed_token_or_one_of_the_other_kind_gives_no_claims() {
    let verifier = AccessVerifier::new(key(1).into(), PairPolicy::new());
    let (expected, found) = (TokenKind::Access, TokenKind::Refresh);
    let wrong_kind = Error::WrongKind { expected, found };
    let access = header("access+jwt");
    for (token, error) in [
        (signed(9, &access, ACCESS_CLAIMS), Error::InvalidSignature),
        (signed(1, &header("refresh+jwt"), REFRESH_CLAIMS), wrong_kind.clone()),
        (signed(1, &access, REFRESH_CLAIMS), wrong_kind),
        (signed(1, &access, "{}"), Error::MissingClaim { claim: "user_id" }),
        (
            signed(1, &access, &ACCESS_CLAIMS.replace("1700000900", "\"x\"")),
            Error::ClaimType { claim: "exp", expected: "a number below 2^63" },
        ),
        (
            signed(1, &access, &ACCESS_CLAIMS.replace("\"exp\":1700000900,", "")),
            Error::MissingClaim { claim: "exp" },
        ),
        (
            signed(1, &access, &ACCESS_CLAIMS.replace('{', "{\"aud\":\"x\",")),
            Error::UnexpectedAudience,
        ),
        (
            signed(1, &access, &ACCESS_CLAIMS.replace('{', "{\"a\":1,\"a\":1,")),
            common::payload_json(JsonFault::DuplicateName),
        ),
    ] {
        assert_eq!(verifier.verify_ignoring_dates(&token, at(NOW)).map(|_| ()), Err(error));
    }
}

#[test]
fn a_refresh_verifier_accepts_refresh_tokens_alone() {
    let issuer = two_rings(PairPolicy::new());
    let pair = issuer.issue(&Identity::new(123, "customer", "session123"), at(NOW)).unwrap();
    let verifier = RefreshVerifier::new(key(2).into(), PairPolicy::new());
    let claims = verifier.verify(&pair.refresh.token, at(NOW));
    assert_eq!(claims, issuer.verify_refresh(&pair.refresh.token, at(NOW)));
    let forged = verifier.verify(&pair.access.token, at(NOW));
    assert_eq!(forged, Err(Error::InvalidSignature));
    let of_one_ring = RefreshVerifier::new(key(1).into(), PairPolicy::new());
    let (expected, found) = (TokenKind::Refresh, TokenKind::Access);
    let access = of_one_ring.verify(&pair.access.token, at(NOW));
    assert_eq!(access, Err(Error::WrongKind { expected, found }));
    let late = verifier.verify(&pair.refresh.token, at(NOW + 604_800));
    let expired = Error::Expired { exp: at(NOW + 604_800).into(), now: at(NOW + 604_800) };
    assert_eq!(late, Err(expired));
    let lenient = PairPolicy::new().leeway(Duration::from_secs(1));
    let lenient = RefreshVerifier::new(key(2).into(), lenient);
    assert_eq!(lenient.verify(&pair.refresh.token, at(NOW + 604_800)), claims);
}
