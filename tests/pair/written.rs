//! The bytes of tokens: which members, in which order, in which form.

use super::common;

use common::{NOW, at, b64, key, segment, sign_with};
use jwt_pair::{Identity, KeyRing, PairIssuer, PairPolicy, PrivateClaims, UserId};
use serde_json::json;

fn everything() -> PairIssuer {
    let access = KeyRing::with_kid("a-1", key(1)).also_verify(key(3));
    let refresh = KeyRing::with_kid("r-1", key(2)).also_verify(key(4));
    let policy = PairPolicy::new().issuer("https://login").audience("https://api");
    PairIssuer::with_refresh_keys(access, refresh, policy).unwrap()
}

#[test]
fn a_pair_with_everything_in_it() {
    let own = PrivateClaims::new(&json!({"a": {"b": [1, null]}, "tenant": "é\"\n"})).unwrap();
    let kept = PrivateClaims::new(&json!({"kept": 0.5})).unwrap();
    let identity =
        Identity::new("u\\1", "customer", "session123").access_claims(&own).refresh_claims(&kept);
    let pair = everything().issue(&identity, at(NOW)).unwrap();
    let access_header = r#"{"alg":"HS256","kid":"a-1","typ":"access+jwt"}"#;
    let access_claims = concat!(
        r#"{"user_id":"u\u005c1","user_type":"customer","session_id":"session123","#,
        r#""exp":1700000900,"iat":1700000000,"iss":"https://login","aud":"https://api","#,
        r#""a":{"b":[1,null]},"tenant":"é\"\n"}"#
    );
    let refresh_header = r#"{"alg":"HS256","kid":"r-1","typ":"refresh+jwt"}"#;
    let refresh_claims = concat!(
        r#"{"user_id":"u\u005c1","session_id":"session123","#,
        r#""exp":1700604800,"iat":1700000000,"iss":"https://login","aud":"https://api","#,
        r#""kept":0.5}"#
    );
    assert_eq!(segment(&pair.access.token, 0), access_header);
    assert_eq!(segment(&pair.access.token, 1), access_claims);
    assert_eq!(segment(&pair.refresh.token, 0), refresh_header);
    assert_eq!(segment(&pair.refresh.token, 1), refresh_claims);
    for (token, byte, header, claims) in [
        (pair.access.token, 1, access_header, access_claims),
        (pair.refresh.token, 2, refresh_header, refresh_claims),
    ] {
        let signing_input = format!("{}.{}", b64(header), b64(claims));
        assert_eq!(token, sign_with(&key(byte), &signing_input));
    }
}

#[test]
fn a_refresh_token_of_a_session_has_its_jti_before_iss() {
    let identity = Identity::new(7, "customer", "s");
    let token = everything().issue_refresh(&identity, "s.1", at(5), at(9)).unwrap();
    assert_eq!(token.expires_at, at(9));
    let claims = concat!(
        r#"{"user_id":7,"session_id":"s","exp":9,"iat":5,"jti":"s.1","#,
        r#""iss":"https://login","aud":"https://api"}"#
    );
    assert_eq!(segment(&token.token, 1), claims);
    let verified = everything().verify_refresh(&token.token, at(8)).unwrap();
    assert_eq!((verified.jti.as_deref(), verified.user_id), (Some("s.1"), UserId::from(7)));
}

/// "The signature's place is fixed": a token is as long as its parts.
#[test]
fn a_token_is_its_three_parts_whatever_their_lengths() {
    let issuer = everything();
    for length in (0..70).chain([1_000, 1_001, 1_002, 4_000]) {
        let session = "s".repeat(length);
        let pair = issuer.issue(&Identity::new(1, "t", &session), at(NOW)).unwrap();
        for (token, byte) in [(&pair.access.token, 1), (&pair.refresh.token, 2)] {
            let (signing_input, _) = token.rsplit_once('.').unwrap();
            assert_eq!(*token, sign_with(&key(byte), signing_input), "{length}");
            assert_eq!(segment(token, 1).matches(&session).count().min(1), 1);
        }
    }
}
