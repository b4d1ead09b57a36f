//! Names of the pair's claims that another reader knows: `sub`, `sid`, `role`.

use super::common;

use common::{ACCESS, NOW, REFRESH, at, issuer, segment, token};
use jwt_pair::{ClaimNames, Error, Identity, PairPolicy, PrivateClaims, TokenKind, UserId};
use serde_json::json;

fn renamed() -> PairPolicy {
    PairPolicy::new().claim_names(ClaimNames::new("sub", "role", "sid").unwrap())
}

#[test]
fn tokens_are_written_and_read_under_the_names_that_are_set() {
    let issuer = issuer(renamed());
    let pair = issuer.issue(&Identity::new("alice", "customer", "session123"), at(NOW)).unwrap();
    let access =
        r#"{"sub":"alice","role":"customer","sid":"session123","exp":1700000900,"iat":1700000000}"#;
    let refresh = r#"{"sub":"alice","sid":"session123","exp":1700604800,"iat":1700000000}"#;
    assert_eq!(segment(&pair.access.token, 1), access);
    assert_eq!(segment(&pair.refresh.token, 1), refresh);
    let claims = issuer.verify_access(&pair.access.token, at(NOW)).unwrap();
    assert_eq!(claims.user_id, UserId::from("alice"));
    assert_eq!((claims.user_type.as_str(), claims.session_id.as_str()), ("customer", "session123"));
    assert_eq!(claims.private, PrivateClaims::default());
    let claims = issuer.verify_refresh(&pair.refresh.token, at(NOW)).unwrap();
    assert_eq!((claims.user_id, claims.session_id.as_str()), (UserId::from("alice"), "session123"));
}

#[test]
fn an_error_names_the_claim_by_the_name_that_is_set() {
    let issuer = issuer(renamed());
    let dates = r#""exp":1700000900,"iat":1700000000"#;
    let missing = |claim| Err(Error::MissingClaim { claim });
    let wrong = |claim, expected| Err(Error::ClaimType { claim, expected });
    let (expected, found) = (TokenKind::Access, TokenKind::Refresh);
    for (claims, verdict) in [
        (format!(r#"{{"user_id":"a","user_type":"t","session_id":"s",{dates}}}"#), missing("sub")),
        (format!(r#"{{"sub":"a","user_type":"t","session_id":"s",{dates}}}"#), missing("sid")),
        (
            format!(r#"{{"sub":"a","user_type":"t","sid":"s",{dates}}}"#),
            Err(Error::WrongKind { expected, found }),
        ),
        (format!(r#"{{"sub":"a","role":1,"sid":"s",{dates}}}"#), wrong("role", "a string")),
        (format!(r#"{{"sub":"a","role":"t","sid":1,{dates}}}"#), wrong("sid", "a string")),
        // "The "sub" value is a case-sensitive string" (RFC 7519 §4.1.2).
        (format!(r#"{{"sub":1,"role":"t","sid":"s",{dates}}}"#), wrong("sub", "a string")),
    ] {
        let verified = issuer.verify_access(&token(ACCESS, &claims), at(NOW));
        assert_eq!(verified.map(|_| ()), verdict, "{claims}");
    }
    // A refresh token never has the claim that tells an access token, whatever it is called.
    let with_role = format!(r#"{{"sub":"a","role":"t","sid":"s",{dates}}}"#);
    let verified = issuer.verify_refresh(&token(REFRESH, with_role), at(NOW));
    let (expected, found) = (TokenKind::Refresh, TokenKind::Access);
    assert_eq!(verified, Err(Error::WrongKind { expected, found }));
}

#[test]
fn a_user_under_sub_is_a_text_and_an_integer_is_an_error_when_the_token_is_made() {
    let identity = Identity::new(123, "customer", "s");
    let expected = "a string";
    let refused = Err(Error::CallerClaimType { claim: "sub", expected });
    let issuer = issuer(renamed());
    assert_eq!(issuer.issue(&identity, at(NOW)).map(|_| ()), refused);
    assert_eq!(issuer.issue_access(&identity, at(NOW)).map(|_| ()), refused);
    assert_eq!(issuer.issue_refresh(&identity, "s.1", at(1), at(2)).map(|_| ()), refused);
    // Under another name it is a number as before.
    let names = ClaimNames::new("uid", "role", "sid").unwrap();
    let issuer = common::issuer(PairPolicy::new().claim_names(names));
    let pair = issuer.issue(&identity, at(NOW)).unwrap();
    assert!(segment(&pair.refresh.token, 1).starts_with(r#"{"uid":123,"#));
}

#[test]
fn a_reserved_name_or_one_that_is_given_twice_is_an_error() {
    for (names, claim) in [
        (("exp", "role", "sid"), "exp"),
        (("uid", "iat", "sid"), "iat"),
        (("uid", "role", "nbf"), "nbf"),
        (("iss", "role", "sid"), "iss"),
        (("uid", "aud", "sid"), "aud"),
        (("uid", "role", "jti"), "jti"),
        (("a", "a", "sid"), "a"),
        (("a", "role", "a"), "a"),
        (("uid", "a", "a"), "a"),
    ] {
        let (user_id, user_type, session_id) = names;
        let refused = ClaimNames::new(user_id, user_type, session_id).map(|_| ());
        assert_eq!(refused, Err(Error::ClaimName { claim }), "{names:?}");
    }
    assert!(ClaimNames::new("sub", "role", "sid").is_ok());
    assert!(ClaimNames::new("user_id", "user_type", "session_id").is_ok());
    assert!(ClaimNames::new("user_type", "session_id", "user_id").is_ok());
}

#[test]
fn a_private_claim_does_not_take_a_name_that_is_set() {
    for claim in ["role", "sid"] {
        let own = PrivateClaims::new(&json!({ claim: "admin" })).unwrap();
        let identity = Identity::new("a", "customer", "s");
        let refused = Err(Error::ReservedClaim { claim });
        let issuer = issuer(renamed());
        let issued = issuer.issue(&identity.clone().access_claims(&own), at(NOW));
        assert_eq!(issued.map(|_| ()), refused);
        let issued = issuer.issue(&identity.refresh_claims(&own), at(NOW));
        assert_eq!(issued.map(|_| ()), refused);
    }
}
