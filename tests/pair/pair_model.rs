//! Random pairs through issue, verify, decode and renew, against a model that shares no code with the
//! crate: claims are `serde_json` values, dates are sums in an `i128`.

use super::common;

use core::time::Duration;
use std::collections::HashMap;

use common::json::same_json;
use common::random::Random;
use common::{at, issuer, segment};
use jwt_pair::{
    AccessClaims, Error, Identity, PairClaims, PairPolicy, PrivateClaims, RefreshClaims, TokenKind,
    UserId,
};
use serde_json::{Map, Value, json};

const PIECES: [&str; 12] =
    ["a", "Z", "0", " ", "\"", "\\", "/", "\n", "\u{1f}", "é", "\u{2028}", "😀"];
const NAMES: [&str; 6] = ["tenant", "", "e\u{0}xp", "EXP", "\"", "scope"];
const EDGES: [u64; 8] = [0, 1, 2, 899, 900, 1_700_000_000, i64::MAX as u64 - 1, i64::MAX as u64];

fn text(random: &mut Random) -> String {
    (0..random.below(9)).map(|_| random.pick(&PIECES)).collect()
}

fn user(random: &mut Random) -> Value {
    match random.below(4) {
        0 => json!(i64::MIN),
        1 => json!((random.next() as i64) >> random.below(64)),
        _ => json!(text(random)),
    }
}

fn own_claims(random: &mut Random) -> Map<String, Value> {
    let value = |random: &mut Random| match random.below(5) {
        0 => json!(random.next()),
        1 => json!(random.next() as i64 as f64 / 1024.0),
        2 => json!([null, true, text(random)]),
        3 => json!({"exp": 0, "": {"\\": text(random)}}),
        _ => json!(text(random)),
    };
    let names: Vec<&str> = NAMES.into_iter().filter(|_| random.one_in(3)).collect();
    names.into_iter().map(|name| (name.to_owned(), value(random))).collect()
}

/// A second near to one of the edges, or anywhere.
fn second(random: &mut Random) -> u64 {
    match random.below(8) {
        0 => random.next(),
        _ => random.pick(&EDGES).saturating_add(random.next() % 3),
    }
}

/// A date as it is written, and the second from which on the token has expired.
fn dates(issued: u64, lifetime: u64, leeway: u64) -> (i64, i64, i128) {
    let last = i128::from(i64::MAX);
    let iat = i128::from(issued).min(last);
    let exp = (i128::from(issued) + i128::from(lifetime)).min(last);
    (iat as i64, exp as i64, exp + i128::from(leeway))
}

fn access_value(claims: &AccessClaims) -> Value {
    let AccessClaims { user_id, user_type, session_id, exp, iat, private, .. } = claims;
    let mut value = json!({"user_id": user_value(user_id), "user_type": user_type,
        "session_id": session_id, "exp": exp.as_secs(), "iat": iat.as_secs()});
    value.as_object_mut().unwrap().extend(private.as_map().clone());
    value
}

fn refresh_value(claims: &RefreshClaims) -> Value {
    let RefreshClaims { user_id, session_id, exp, iat, private, .. } = claims;
    let mut value = json!({"user_id": user_value(user_id), "session_id": session_id,
        "exp": exp.as_secs(), "iat": iat.as_secs()});
    value.as_object_mut().unwrap().extend(private.as_map().clone());
    value
}

fn user_value(user_id: &UserId) -> Value {
    match user_id {
        UserId::Integer(id) => json!(id),
        UserId::Text(id) => json!(id),
    }
}

/// What was found is what the model says: the same claims, or the token has expired.
#[track_caller]
fn agree(found: Result<Value, Error>, expected: &Value, is_good: bool, now: u64) {
    match found {
        Ok(found) => assert!(is_good && same_json(&found, expected), "{found} {expected} {now}"),
        Err(Error::Expired { exp, now: at_now }) => {
            assert!(!is_good, "{expected} at {now}");
            assert_eq!((exp.as_secs().into(), at_now.as_secs()), (expected["exp"].clone(), now));
        }
        Err(error) => panic!("{error:?} for {expected} at {now}"),
    }
}

#[test]
fn random_pairs() {
    let mut random = Random::from_seed(0x7061_6972_6d6f_6465);
    let mut outcomes = HashMap::new();
    for _ in 0..2_000 {
        let random = &mut random;
        let [access_life, refresh_life] = [(); 2].map(|()| second(random).max(1));
        let (issued, leeway) = (second(random), random.pick(&[0, 0, 1, 60, u64::MAX]));
        let policy = PairPolicy::new()
            .leeway(Duration::from_secs(leeway))
            .access_lifetime(Duration::from_secs(access_life))
            .and_then(|policy| policy.refresh_lifetime(Duration::from_secs(refresh_life)));
        let issuer = issuer(policy.unwrap());

        let (user, user_type, session_id) = (user(random), text(random), text(random));
        let (own, refresh_own) = (own_claims(random), own_claims(random));
        let private = PrivateClaims::new(&own).unwrap();
        let refresh_private = PrivateClaims::new(&refresh_own).unwrap();
        let user_id = || match user.as_i64() {
            Some(id) => UserId::from(id),
            None => UserId::from(user.as_str().unwrap()),
        };
        let identity = Identity::new(user_id(), &user_type, &session_id)
            .access_claims(&private)
            .refresh_claims(&refresh_private);
        let pair = issuer.issue(&identity, at(issued)).unwrap();

        let (iat, exp, access_until) = dates(issued, access_life, leeway);
        let mut access = json!({"user_id": user, "user_type": user_type,
            "session_id": session_id, "exp": exp, "iat": iat});
        access.as_object_mut().unwrap().extend(own.clone());
        let (iat, exp, refresh_until) = dates(issued, refresh_life, leeway);
        let mut refresh =
            json!({"user_id": user, "session_id": session_id, "exp": exp, "iat": iat});
        refresh.as_object_mut().unwrap().extend(refresh_own);
        for (token, expected) in [(&pair.access.token, &access), (&pair.refresh.token, &refresh)] {
            let written: Value = serde_json::from_str(&segment(token, 1)).unwrap();
            assert!(same_json(&written, expected), "{written} {expected}");
        }

        let near = random.pick(&[access_until, refresh_until, issued.into()]);
        let now = near.saturating_add(i128::from(random.next() % 3) - 1);
        let now = now.clamp(0, u64::MAX.into()) as u64;
        let (is_access, is_refresh) =
            (i128::from(now) < access_until, i128::from(now) < refresh_until);
        *outcomes.entry((is_access, is_refresh)).or_insert(0) += 1;

        let found = issuer.verify_access(&pair.access.token, at(now));
        agree(found.map(|claims| access_value(&claims)), &access, is_access, now);
        let found = issuer.verify_refresh(&pair.refresh.token, at(now));
        agree(found.map(|claims| refresh_value(&claims)), &refresh, is_refresh, now);
        for (token, expected, is_good) in
            [(&pair.access.token, &access, is_access), (&pair.refresh.token, &refresh, is_refresh)]
        {
            let found = issuer.decode(token, at(now)).map(|claims| match claims {
                PairClaims::Access(claims) => access_value(&claims),
                PairClaims::Refresh(claims) => refresh_value(&claims),
            });
            agree(found, expected, is_good, now);
        }

        // Neither kind is the other, expired or not.
        let (access_kind, refresh_kind) = (TokenKind::Access, TokenKind::Refresh);
        let crossed = Error::WrongKind { expected: access_kind, found: refresh_kind };
        assert_eq!(issuer.verify_access(&pair.refresh.token, at(now)), Err(crossed));
        let crossed = Error::WrongKind { expected: refresh_kind, found: access_kind };
        assert_eq!(issuer.verify_refresh(&pair.access.token, at(now)), Err(crossed));

        // Renewed, an access token is the one that would be issued now.
        let renewed = issuer.renew_access(&pair.refresh.token, &user_type, &private, at(now));
        let renewed = renewed.map(|token| serde_json::from_str(&segment(&token.token, 1)).unwrap());
        let (iat, exp, _) = dates(now, access_life, leeway);
        let mut expected = access;
        (expected["iat"], expected["exp"]) = (iat.into(), exp.into());
        if !is_refresh {
            expected["exp"] = refresh["exp"].clone();
        }
        agree(renewed, &expected, is_refresh, now);
    }
    let rare: Vec<_> = outcomes.iter().filter(|(_, count)| **count < 100).collect();
    assert!(outcomes.len() == 4 && rare.is_empty(), "{outcomes:?}");
}
