//! What is in an issued pair: the Python module's payload, lifetimes, any text, limits.

use super::common;

use core::time::Duration;

use common::{
    ACCESS, ACCESS_CLAIMS, NOW, REFRESH, REFRESH_CLAIMS, at, b64, issuer, key, segment, sign,
};
use jwt_pair::{
    Error, Identity, KeyRing, PairClaims, PairIssuer, PairPolicy, PrivateClaims, UserId,
};
use serde_json::{Value, json};

fn customer() -> Identity<'static> {
    Identity::new(123, "customer", "session123")
}

#[test]
fn the_payload_is_the_python_modules_byte_for_byte() {
    let pair = issuer(PairPolicy::new()).issue(&customer(), at(NOW)).unwrap();
    let signed = |header, claims| sign(&format!("{}.{}", b64(header), b64(claims)));
    assert_eq!(segment(&pair.access.token, 0), ACCESS);
    assert_eq!(segment(&pair.access.token, 1), ACCESS_CLAIMS);
    assert_eq!(pair.access.token, signed(ACCESS, ACCESS_CLAIMS));
    assert_eq!(segment(&pair.refresh.token, 0), REFRESH);
    assert_eq!(segment(&pair.refresh.token, 1), REFRESH_CLAIMS);
    assert_eq!(pair.refresh.token, signed(REFRESH, REFRESH_CLAIMS));
}

#[test]
fn the_header_names_the_signing_key() {
    let ring = KeyRing::with_kid("2026-11", key(1)).also_verify(key(2));
    let pair = PairIssuer::new(ring, PairPolicy::new()).issue(&customer(), at(NOW)).unwrap();
    let header = |typ| format!(r#"{{"alg":"HS256","kid":"2026-11","typ":"{typ}"}}"#);
    assert_eq!(segment(&pair.access.token, 0), header("access+jwt"));
    assert_eq!(segment(&pair.refresh.token, 0), header("refresh+jwt"));
}

/// Good up to the last second before `exp`, for both kinds.
#[track_caller]
fn lifetimes(policy: PairPolicy, access: u64, refresh: u64) {
    let issuer = issuer(policy);
    let pair = issuer.issue(&customer(), at(NOW)).unwrap();
    let claims = issuer.verify_access(&pair.access.token, at(NOW + access - 1)).unwrap();
    assert_eq!((claims.iat, claims.exp), (at(NOW).into(), at(NOW + access).into()));
    let claims = issuer.verify_refresh(&pair.refresh.token, at(NOW + refresh - 1)).unwrap();
    assert_eq!((claims.iat, claims.exp), (at(NOW).into(), at(NOW + refresh).into()));

    let expired = |after| Error::Expired { exp: at(NOW + after).into(), now: at(NOW + after) };
    let late = issuer.verify_access(&pair.access.token, at(NOW + access));
    assert_eq!(late, Err(expired(access)));
    let late = issuer.verify_refresh(&pair.refresh.token, at(NOW + refresh));
    assert_eq!(late, Err(expired(refresh)));
    assert_eq!(issuer.decode(&pair.refresh.token, at(NOW + refresh)), Err(expired(refresh)));
}

#[test]
fn lifetimes_are_15_minutes_and_7_days_unless_set() {
    let policy = PairPolicy::new;
    let (access, refresh) = (PairPolicy::access_lifetime, PairPolicy::refresh_lifetime);
    lifetimes(policy(), 900, 604_800);
    lifetimes(PairPolicy::default(), 900, 604_800);
    lifetimes(access(policy(), Duration::from_secs(1)).unwrap(), 1, 604_800);
    lifetimes(refresh(policy(), Duration::from_secs(1)).unwrap(), 900, 1);
    lifetimes(access(policy(), Duration::from_millis(2_999)).unwrap(), 2, 604_800);
    lifetimes(refresh(policy(), Duration::from_secs(86_400)).unwrap(), 900, 86_400);
}

#[test]
fn lifetimes_saturate() {
    let policy = PairPolicy::new().access_lifetime(Duration::MAX).unwrap();
    let last = at(i64::MAX as u64);
    let forever = issuer(policy.clone());
    for now in [0, 1, NOW, i64::MAX as u64 - 1] {
        let pair = forever.issue(&customer(), at(now)).unwrap();
        assert_eq!(forever.verify_access(&pair.access.token, at(now)).unwrap().exp, last.into());
    }
    for now in [i64::MAX as u64, i64::MAX as u64 + 1, u64::MAX] {
        let pair = issuer(policy.clone()).issue(&customer(), at(now)).unwrap();
        let expired = Error::Expired { exp: last.into(), now: at(now) };
        assert_eq!(forever.verify_access(&pair.access.token, at(now)), Err(expired));
    }
}

#[test]
fn a_leeway_is_for_both_kinds_and_may_be_any() {
    let pair = issuer(PairPolicy::new()).issue(&customer(), at(NOW)).unwrap();
    let lenient = |seconds| issuer(PairPolicy::new().leeway(Duration::from_secs(seconds)));
    assert!(lenient(60).verify_access(&pair.access.token, at(NOW + 959)).is_ok());
    let late = lenient(60).verify_access(&pair.access.token, at(NOW + 960));
    let expired = Error::Expired { exp: at(NOW + 900).into(), now: at(NOW + 960) };
    assert_eq!(late, Err(expired));
    assert!(lenient(1).verify_refresh(&pair.refresh.token, at(NOW + 604_800)).is_ok());
    assert!(lenient(u64::MAX).verify_refresh(&pair.refresh.token, at(u64::MAX)).is_ok());
}

const TEXTS: [&str; 16] = [
    "",
    " ",
    "\"",
    "\\",
    "\\\"",
    "a\"b\\c",
    "\\u0041",
    "/",
    "\u{7f}",
    "\u{80}",
    "\u{2028}\u{2029}",
    "\u{feff}",
    "é e\u{301}",
    "😀",
    "\u{ffff}\u{10ffff}",
    "</script>",
];

fn texts() -> impl Iterator<Item = String> {
    let controls = (0..0x20u8).map(char::from);
    let each = controls.clone().map(|c| format!("a{c}b{c}"));
    each.chain([controls.collect()]).chain(TEXTS.map(str::to_owned))
}

#[test]
fn any_text_comes_back_as_it_was() {
    for text in texts() {
        let text = text.as_str();
        let own = json!({ format!("own{text}"): text, "list": [text, {text: text}] });
        let own = PrivateClaims::new(&own).unwrap();
        let identity = Identity::new(text, text, text).access_claims(&own).refresh_claims(&own);
        let issuer = issuer(PairPolicy::new().issuer(text).audience(text));
        let pair = issuer.issue(&identity, at(NOW)).unwrap();

        let access = issuer.verify_access(&pair.access.token, at(NOW)).unwrap();
        assert_eq!(access.user_id, UserId::from(text));
        assert_eq!((access.user_type.as_str(), access.session_id.as_str()), (text, text));
        assert_eq!(access.private, own);
        let refresh = issuer.verify_refresh(&pair.refresh.token, at(NOW)).unwrap();
        assert_eq!((refresh.user_id, refresh.session_id.as_str()), (UserId::from(text), text));
        assert_eq!((refresh.jti, refresh.private), (None, own));

        // As any other reader of JSON sees it.
        let claims: Value = serde_json::from_str(&segment(&pair.access.token, 1)).unwrap();
        for name in ["user_id", "user_type", "session_id", "iss", "aud"] {
            assert_eq!(claims.get(name), Some(&json!(text)), "{name}");
        }
    }
}

#[test]
fn integer_users_up_to_the_edges_of_an_i64() {
    let issuer = issuer(PairPolicy::new());
    for id in [0, 1, -1, i64::MAX, i64::MIN, 1 << 53, (1 << 53) + 1, -(1 << 53) - 1] {
        let pair = issuer.issue(&Identity::new(id, "customer", "s"), at(NOW)).unwrap();
        let claims = segment(&pair.refresh.token, 1);
        assert!(claims.starts_with(&format!(r#"{{"user_id":{id},"#)), "{claims}");
        let access = issuer.verify_access(&pair.access.token, at(NOW)).unwrap();
        let refresh = issuer.verify_refresh(&pair.refresh.token, at(NOW)).unwrap();
        assert_eq!((access.user_id, refresh.user_id), (UserId::Integer(id), UserId::Integer(id)));
    }
}

#[test]
fn a_number_and_its_text_are_different_users() {
    let issuer = issuer(PairPolicy::new());
    let [number, text] = [UserId::from(1), UserId::from("1")].map(|id| {
        let token =
            issuer.issue(&Identity::new(id, "customer", "s"), at(NOW)).unwrap().access.token;
        issuer.verify_access(&token, at(NOW)).unwrap().user_id
    });
    assert_eq!((number, text), (UserId::Integer(1), UserId::from("1".to_owned())));
}

#[test]
fn a_user_is_shown_as_its_id() {
    assert_eq!(UserId::from(i64::MIN).to_string(), "-9223372036854775808");
    assert_eq!(UserId::from("1 é").to_string(), "1 é");
    let padded = [UserId::from(12), UserId::from("12")].map(|id| format!("{id:>4}"));
    assert_eq!(padded, ["  12", "  12"]);
}

#[test]
fn a_refresh_token_never_has_a_user_type() {
    let own = PrivateClaims::new(&json!({"role": "admin"})).unwrap();
    let pair = issuer(PairPolicy::new().issuer("a").audience("b"))
        .issue(&customer().access_claims(&own).refresh_claims(&own), at(NOW))
        .unwrap();
    assert!(segment(&pair.access.token, 1).contains(r#""user_type":"customer""#));
    assert!(!segment(&pair.refresh.token, 1).contains("user_type"));
    assert!(!segment(&pair.refresh.token, 1).contains("customer"));
}

#[test]
fn a_token_above_the_limit_is_refused_when_it_is_issued() {
    let issuer_of = |limit| issuer(PairPolicy::new().max_token_bytes(limit));
    let bytes = issuer_of(8_192).issue(&customer(), at(NOW)).unwrap().access.token.len();
    let pair = issuer_of(bytes).issue(&customer(), at(NOW)).unwrap();
    assert!(matches!(
        issuer_of(bytes).decode(&pair.access.token, at(NOW)),
        Ok(PairClaims::Access(_))
    ));
    let refused = issuer_of(bytes - 1).issue(&customer(), at(NOW));
    assert_eq!(refused, Err(Error::TooLongToIssue { bytes, limit: bytes - 1 }));
    let refused = issuer_of(0).issue_access(&customer(), at(NOW));
    assert_eq!(refused, Err(Error::TooLongToIssue { bytes, limit: 0 }));
    // Also where only the refresh token is too long.
    let own = PrivateClaims::new(&json!({"x": "x".repeat(9_000)})).unwrap();
    let refused = issuer_of(8_192).issue(&customer().refresh_claims(&own), at(NOW)).unwrap_err();
    assert_eq!(refused, Error::TooLongToIssue { bytes: 12_202, limit: 8_192 });
}
