//! `renew_access`: what it makes, what it refuses.

use super::common;
use super::ways::{one_ring, two_rings};

use common::{ACCESS, NOW, REFRESH, REFRESH_CLAIMS, at, issuer, token};
use jwt_pair::{Error, Identity, JsonFault, PairPolicy, PrivateClaims, TokenKind};
use serde_json::json;

#[test]
fn renew_access_is_issue_with_the_rights_of_today() {
    let (own, kept) = (json!({"a": 1}), json!({"b": 2}));
    let [own, kept] = [own, kept].map(|claims| PrivateClaims::new(&claims).unwrap());
    let customer = || Identity::new(123, "customer", "session123");
    for issuer in [one_ring(PairPolicy::new()), two_rings(PairPolicy::new().issuer("i"))] {
        let pair = issuer.issue(&customer().refresh_claims(&kept), at(NOW)).unwrap();
        let later = at(NOW + 604_799);
        let renewed = issuer.renew_access(&pair.refresh.token, "admin", &own, later).unwrap();
        let today = Identity::new(123, "admin", "session123").access_claims(&own);
        assert_eq!(renewed, issuer.issue(&today, later).unwrap().access);
        assert_eq!(renewed, issuer.issue_access(&today, later).unwrap());
        assert_eq!(renewed.expires_at, issuer.access_expiry(later));

        let expired = Error::Expired { exp: at(NOW + 604_800).into(), now: at(NOW + 604_800) };
        let late = issuer.renew_access(&pair.refresh.token, "admin", &own, at(NOW + 604_800));
        assert_eq!(late, Err(expired));
    }
}

#[test]
fn renew_access_takes_no_access_token() {
    let issuer = issuer(PairPolicy::new());
    let pair = issuer.issue(&Identity::new(123, "customer", "session123"), at(NOW)).unwrap();
    let renew = |token: &str| {
        issuer.renew_access(token, "admin", &PrivateClaims::default(), at(NOW)).map(|_| ())
    };
    let (expected, found) = (TokenKind::Refresh, TokenKind::Access);
    let twice = r#"{"user_id":1,"session_id":"s","exp":1,"exp":2,"iat":1}"#;
    for (token, error) in [
        (pair.access.token, Error::WrongKind { expected, found }),
        (String::new(), Error::NotThreeSegments),
        (token(REFRESH, twice), common::payload_json(JsonFault::DuplicateName)),
        (token(ACCESS, REFRESH_CLAIMS), Error::WrongKind { expected, found }),
    ] {
        assert_eq!(renew(&token), Err(error));
    }
}

/// Only the store of a session knows whether its token was replaced or revoked.
#[test]
fn renew_access_refuses_a_token_that_belongs_to_a_session() {
    for issuer in [one_ring(PairPolicy::new()), two_rings(PairPolicy::new())] {
        let identity = Identity::new(123, "customer", "session123");
        for jti in ["session123.1", "", "x"] {
            let token = issuer.issue_refresh(&identity, jti, at(NOW), at(NOW + 9)).unwrap().token;
            let renew =
                |now| issuer.renew_access(&token, "admin", &PrivateClaims::default(), at(now));
            assert_eq!(renew(NOW), Err(Error::BelongsToSession), "{jti:?}");
            // Which no forger learns, and nobody about an old token.
            let expired = Error::Expired { exp: at(NOW + 9).into(), now: at(NOW + 9) };
            assert_eq!(renew(NOW + 9), Err(expired));
            let cut = token.get(..token.len() - 1).unwrap();
            let forged = issuer.renew_access(cut, "admin", &PrivateClaims::default(), at(NOW));
            assert_eq!(forged, Err(Error::InvalidSignature));
            let claims = issuer.verify_refresh(&token, at(NOW)).unwrap();
            assert_eq!(claims.jti.as_deref(), Some(jti));
        }
    }
}
