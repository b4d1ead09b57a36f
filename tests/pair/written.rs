//! The bytes of tokens: which members, in which order, in which form.

use core::time::Duration;

use super::common;

use common::{NOW, at, b64, issuer, key, segment, sign_with};
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

/// A claims set is written whole, up to 512 bytes and beyond: wherever the end of the first 512 lies.
#[test]
fn a_payload_is_whole_whatever_its_length() {
    for length in (0..1_100).step_by(7).chain(380..520) {
        let session = "s".repeat(length);
        let own = PrivateClaims::new(&json!({"a": [1, 2], "b\"": "\u{1}"})).unwrap();
        let identity = Identity::new(1, "t\"", &session).access_claims(&own);
        let pair = everything().issue(&identity, at(NOW)).unwrap();
        let expected = format!(
            concat!(
                r#"{{"user_id":1,"user_type":"t\u0022","session_id":"{}","#,
                r#""exp":1700000900,"iat":1700000000,"iss":"https://login","aud":"https://api","#,
                r#""a":[1,2],"b\u0022":"\u0001"}}"#
            ),
            session
        );
        assert_eq!(segment(&pair.access.token, 1), expected, "{length}");
    }
}

/// A text that a caller gives adds no claim, wherever it stands.
#[test]
fn no_text_ends_where_it_has_a_quotation_mark() {
    let evil = "x\",\"user_type\":\"admin\\\u{0}";
    let escaped = r"x\u0022,\u0022user_type\u0022:\u0022admin\u005c\u0000".replace(r"\\", r"\");
    let own = PrivateClaims::new(&json!({ evil: evil })).unwrap();
    let issuer = PairIssuer::new(key(1).into(), PairPolicy::new().issuer(evil).audience(evil));
    let identity = Identity::new(evil, evil, evil).refresh_claims(&own).access_claims(&own);
    let token = issuer.issue_refresh(&identity, evil, at(5), at(9)).unwrap().token;
    let start = format!(
        r#"{{"user_id":"{escaped}","session_id":"{escaped}","exp":9,"iat":5,"jti":"{escaped}","#
    );
    let middle = format!(r#""iss":"{escaped}","aud":"{escaped}","{escaped}":"#);
    assert!(segment(&token, 1).starts_with(&format!("{start}{middle}")), "{}", segment(&token, 1));
    let claims = issuer.verify_refresh(&token, at(5)).unwrap();
    assert_eq!((claims.user_id, claims.session_id.as_str()), (evil.into(), evil));
    assert_eq!((claims.jti.as_deref(), claims.private), (Some(evil), own.clone()));
    let pair = issuer.issue(&identity, at(NOW)).unwrap();
    let claims = issuer.verify_access(&pair.access.token, at(NOW)).unwrap();
    assert_eq!((claims.user_id, claims.user_type.as_str()), (evil.into(), evil));
    assert_eq!((claims.session_id.as_str(), claims.private), (evil, own));
}

/// Also where the sum of the time and the lifetime is no date of a token.
#[test]
fn a_token_says_that_it_expires_when_its_claim_does() {
    let policy = PairPolicy::new().access_lifetime(Duration::MAX).unwrap();
    let issuer = issuer(policy.refresh_lifetime(Duration::from_secs(5)).unwrap());
    let pair = issuer.issue(&Identity::new(1, "customer", "s"), at(NOW)).unwrap();
    let access = issuer.verify_access(&pair.access.token, at(NOW)).unwrap();
    assert_eq!(pair.access.expires_at, at(9_223_372_036_854_775_807));
    assert_eq!(access.exp, pair.access.expires_at.into());
    assert_eq!(pair.refresh.expires_at, at(NOW + 5));
}
