//! Claims, users, times and kinds as JSON, and users as integers and texts.

use core::time::Duration;

use super::common;

use common::{ACCESS, NOW, REFRESH, at, issuer, token};
use jwt_pair::{
    ClaimNames, Identity, PairPolicy, PrivateClaims, TokenKind, TokenPair, UnixTime, UserId,
};
use serde_json::{Value, json, to_value};

#[test]
fn claims_serialize_as_the_claims_set_that_they_are() {
    let own = PrivateClaims::new(&json!({"tenant": "acme", "a": [1, {"b": null}]})).unwrap();
    let issuer = issuer(PairPolicy::new());
    for (user, as_json) in [(UserId::from(123), json!(123)), (UserId::from("123"), json!("123"))] {
        let identity =
            Identity::new(user, "customer", "s").access_claims(&own).refresh_claims(&own);
        let pair = issuer.issue(&identity, at(NOW)).unwrap();
        let access = issuer.verify_access(&pair.access.token, at(NOW)).unwrap();
        let expected = json!({"user_id": as_json, "user_type": "customer", "session_id": "s",
            "exp": NOW + 900, "iat": NOW, "tenant": "acme", "a": [1, {"b": null}]});
        assert_eq!(to_value(&access).unwrap(), expected);
        let decoded = issuer.decode(&pair.access.token, at(NOW)).unwrap();
        assert_eq!(to_value(&decoded).unwrap(), expected);

        let refresh = issuer.verify_refresh(&pair.refresh.token, at(NOW)).unwrap();
        let expected = json!({"user_id": as_json, "session_id": "s", "exp": NOW + 604_800,
            "iat": NOW, "tenant": "acme", "a": [1, {"b": null}]});
        assert_eq!(to_value(&refresh).unwrap(), expected);
        let decoded = issuer.decode(&pair.refresh.token, at(NOW)).unwrap();
        assert_eq!(to_value(&decoded).unwrap(), expected);
    }
    let token = issuer.issue_refresh(&Identity::new(1, "t", "s"), "s.1", at(1), at(2)).unwrap();
    let refresh = issuer.verify_refresh(&token.token, at(1)).unwrap();
    let expected = json!({"user_id": 1, "session_id": "s", "exp": 2, "iat": 1, "jti": "s.1"});
    assert_eq!(to_value(&refresh).unwrap(), expected);
}

#[test]
fn a_time_is_a_number_and_a_kind_is_its_name() {
    for seconds in [0, 1, NOW, u64::MAX] {
        assert_eq!(to_value(UnixTime::from_secs(seconds)).unwrap(), json!(seconds));
    }
    assert_eq!(to_value(TokenKind::Access).unwrap(), json!("access"));
    assert_eq!(to_value(TokenKind::Refresh).unwrap(), json!("refresh"));
    assert_eq!(to_value(UserId::from(i64::MIN)).unwrap(), json!(i64::MIN));
    assert_eq!(to_value(UserId::from("é")).unwrap(), json!("é"));
    assert_eq!(to_value(PrivateClaims::default()).unwrap(), json!({}));
}

#[test]
fn a_user_is_made_of_each_integer_that_fits_and_read_back() {
    let edges = [
        (UserId::from(i8::MIN), i64::from(i8::MIN)),
        (UserId::from(i16::MIN), i64::from(i16::MIN)),
        (UserId::from(i32::MIN), i64::from(i32::MIN)),
        (UserId::from(i64::MIN), i64::MIN),
        (UserId::from(u8::MAX), i64::from(u8::MAX)),
        (UserId::from(u16::MAX), i64::from(u16::MAX)),
        (UserId::from(u32::MAX), i64::from(u32::MAX)),
        (UserId::from(i64::MAX), i64::MAX),
    ];
    for (user, id) in edges {
        assert_eq!(user, UserId::Integer(id));
        assert_eq!((user.as_i64(), user.as_str()), (Some(id), None));
        assert_eq!(user.to_string(), id.to_string());
    }
    for user in [UserId::from("1"), UserId::from("1".to_owned())] {
        assert_eq!((user.as_i64(), user.as_str()), (None, Some("1")));
        assert_eq!(to_value(&user).unwrap(), Value::from("1"));
    }
}

#[test]
fn a_pair_says_when_each_token_expires() {
    let issuer = issuer(PairPolicy::new());
    for now in [0, NOW] {
        let pair = issuer.issue(&Identity::new(1, "t", "s"), at(now)).unwrap();
        let expiries = (pair.access.expires_at, pair.refresh.expires_at);
        assert_eq!(expiries, (issuer.access_expiry(at(now)), issuer.refresh_expiry(at(now))));
        assert_eq!(expiries, (at(now.saturating_add(900)), at(now.saturating_add(604_800))));
    }
}

/// `expires_in` (RFC 6749 §5.1), or a cookie's `Max-Age`.
#[test]
fn the_seconds_that_a_token_has_left_are_those_until_it_expires() {
    let issuer = issuer(PairPolicy::new());
    let pair = issuer.issue(&Identity::new(1, "t", "s"), at(NOW)).unwrap();
    for (now, left) in [(NOW, 900), (NOW + 1, 899), (NOW + 899, 1), (NOW + 900, 0), (u64::MAX, 0)] {
        let left = Duration::from_secs(left);
        assert_eq!(pair.access.expires_at.saturating_duration_since(at(now)), left, "{now}");
    }
    assert_eq!(at(u64::MAX).saturating_duration_since(at(0)), Duration::from_secs(u64::MAX));
    assert_eq!(at(0).saturating_duration_since(at(u64::MAX)), Duration::ZERO);
}

/// A token under other names can have a claim `user_id` that is not the user's id. Whoever reads the
/// JSON must not take it for one.
#[test]
fn no_name_is_serialized_twice() {
    let names = ClaimNames::new("sub", "role", "sid").unwrap();
    let issuer = issuer(PairPolicy::new().claim_names(names));
    let others = r#""user_id":"admin","user_type":"admin","session_id":"x","tenant":"acme""#;
    let dates = r#""exp":1700000900,"iat":1700000000"#;
    let access = format!(r#"{{"sub":"alice","role":"customer","sid":"s",{dates},{others}}}"#);
    let access = issuer.verify_access(&token(ACCESS, access), at(NOW)).unwrap();
    assert_eq!(access.private.get("user_id"), Some(&json!("admin")));
    assert_eq!(
        serde_json::to_string(&access).unwrap(),
        format!(
            r#"{{"user_id":"alice","user_type":"customer","session_id":"s",{dates},"tenant":"acme"}}"#
        )
    );
    let refresh = format!(r#"{{"sub":"alice","sid":"s",{dates},{others}}}"#);
    let refresh = issuer.verify_refresh(&token(REFRESH, refresh), at(NOW)).unwrap();
    assert_eq!(
        serde_json::to_string(&refresh).unwrap(),
        format!(r#"{{"user_id":"alice","session_id":"s",{dates},"tenant":"acme"}}"#)
    );
}

#[test]
fn an_identity_and_a_pair_say_what_they_were_made_of() {
    let user = UserId::from("alice");
    let identity = Identity::new(&user, "customer", "session123");
    assert_eq!((identity.user_id(), identity.session_id()), (&user, "session123"));
    let issuer = issuer(PairPolicy::new());
    let access = issuer.issue_access(&identity, at(NOW)).unwrap();
    let refresh = issuer.issue_refresh(&identity, "session123.1", at(NOW), at(NOW + 5)).unwrap();
    let pair = TokenPair::new(access.clone(), refresh.clone());
    assert_eq!((pair.access, pair.refresh), (access, refresh));
    let kinds = [TokenKind::Access, TokenKind::Refresh].map(|kind| kind.to_string());
    assert_eq!(kinds, ["access", "refresh"]);
}
