//! What is in the server: what a refresh costs, how long rows stay, and rows that hands have touched.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;
use std::time::Duration;

use jwt_pair::{Identity, Key, PairIssuer, PairPolicy, UnixTime, UserId};
use jwt_pair_redis::{RedisOptions, RedisStore, RedisStoreError};
use jwt_pair_sessions::{
    Advance, Advanced, Refreshed, Session, SessionError, SessionPolicy, SessionStore as _, Sessions,
};
use jwt_pair_store_tests::servers::{Proxy, RedisServer};
use jwt_pair_store_tests::{row, server_or_skip};

const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

/// Rotated or replayed: one trip, one script, and one read in it.
#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_is_one_round_trip() {
    let server = server_or_skip!(RedisServer);
    let proxy = Proxy::to(server.port());
    let store = connect(proxy.port()).await;
    let key = Key::new(&[7; 32]).expect("32 bytes");
    let issuer = PairIssuer::new(key.into(), PairPolicy::new());
    let sessions = Sessions::new(issuer, store, SessionPolicy::new());
    let pair = sessions.start(&Identity::new(1, "customer", "s"), "", NOW).await.expect("start");
    let mut token = pair.refresh.token;
    for round in 0..3 {
        let claims = sessions.issuer().verify_refresh(&token, NOW).expect("it is new");
        for replayed in [false, true] {
            let (trips, before) = (proxy.round_trips(), commands(&server));
            let access = Default::default();
            let refreshed = sessions.refresh(&claims, "customer", &access, NOW).await;
            let refreshed = refreshed.expect("it is running");
            assert_eq!(matches!(refreshed, Refreshed::Replayed(_)), replayed);
            token = refreshed.into_pair().refresh.token;
            if round == 0 && !replayed {
                // The server meets the script for the first time.
                assert_eq!(proxy.round_trips() - trips, 2);
                continue;
            }
            assert_eq!(proxy.round_trips() - trips, 1);
            let mut expected = BTreeMap::from([("evalsha".into(), 1), ("hmget".into(), 1)]);
            if !replayed {
                expected.extend([("expire".into(), 1), ("hset".into(), 1)]);
            }
            assert_eq!(difference(&before, &commands(&server)), expected);
        }
    }
}

/// A row is kept for as long as it has to live, and 300 seconds more, by the server's clock.
#[tokio::test(flavor = "multi_thread")]
async fn the_server_removes_what_has_expired() {
    let server = server_or_skip!(RedisServer);
    let store = connect(server.port()).await;
    let long_ago = UnixTime::from_secs(1_000);
    let session = row("s", &"u".into(), long_ago);
    assert_eq!(store.insert(&session, long_ago).await, Ok(true));
    assert_time_to_live(&server, "jwt-pair:s:s", 1_300);
    assert_time_to_live(&server, "jwt-pair:u:tu", 5_300);

    let mut step = Advance {
        session_id: "s",
        user_id: &session.user_id,
        from: 1,
        now: UnixTime::from_secs(1_500),
        expires_at: UnixTime::from_secs(3_500),
    };
    assert!(matches!(store.advance(step).await, Ok(Advanced::Yes(_))));
    assert_time_to_live(&server, "jwt-pair:s:s", 2_300);
    (step.from, step.expires_at) = (2, UnixTime::from_secs(9_000));
    assert!(matches!(store.advance(step).await, Ok(Advanced::Yes(_))));
    assert_time_to_live(&server, "jwt-pair:s:s", 4_800);
    assert_eq!(store.revoke("s", step.now).await, Ok(true));
    assert_time_to_live(&server, "jwt-pair:s:s", 4_800);

    let mut endless = row("endless", &"u".into(), NOW);
    (endless.expires_at, endless.deadline) =
        (UnixTime::from_secs(u64::MAX), UnixTime::from_secs(u64::MAX));
    assert_eq!(store.insert(&endless, NOW).await, Ok(true));
    assert_eq!(server.cli(&["TTL", "jwt-pair:s:endless"]).trim(), "-1");
    assert_eq!(server.cli(&["TTL", "jwt-pair:u:tu"]).trim(), "-1");
}

/// A user who logs in for years without logging out has no more names than sessions, or two.
#[tokio::test(flavor = "multi_thread")]
async fn names_of_dead_sessions_are_forgotten() {
    let server = server_or_skip!(RedisServer);
    let store = connect(server.port()).await;
    let user = UserId::from("u");
    let mut kept = row("kept", &user, UnixTime::from_secs(0));
    kept.deadline = UnixTime::from_secs(1 << 40);
    assert_eq!(store.insert(&kept, kept.started_at).await, Ok(true));
    for at in 1..200_u64 {
        let now = UnixTime::from_secs(at * 900);
        let name = format!("s{at}");
        assert_eq!(store.insert(&row(&name, &user, now), now).await, Ok(true));
        // As if the server's clock had moved along.
        if at > 2 {
            let _ = server.cli(&["DEL", &format!("jwt-pair:s:s{}", at - 2)]);
        }
        let expires_at = UnixTime::from_secs(at * 900 + 1_000);
        let step = Advance { session_id: "kept", user_id: &user, from: at, now, expires_at };
        assert!(matches!(store.advance(step).await, Ok(Advanced::Yes(_))), "at {at}");
    }
    let names: u32 = server.cli(&["ZCARD", "jwt-pair:u:tu"]).trim().parse().expect("a number");
    assert!(names <= 6, "{names} names");
    let now = UnixTime::from_secs(199 * 900);
    let listed = store.list_user(&user, now).await.expect("it is running");
    let listed: Vec<_> = listed.iter().map(|row| row.session_id.as_str()).collect();
    assert_eq!(listed, ["kept", "s198", "s199"]);
    assert_eq!(store.revoke_user(&user, now).await, Ok(3));
}

/// A row that hands have touched is an error that says which field, and nothing moves it.
#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_row_lets_nobody_in() {
    let server = server_or_skip!(RedisServer);
    let store = connect(server.port()).await;
    let numbers = ["started", "generation", "rotated", "expires", "deadline"];
    let bad_numbers = ["", "-1", "+1", "01", "1.5", "1e9", " 1", "one", "18446744073709551616"];
    let mut damages: Vec<(&str, &str)> = numbers
        .into_iter()
        .flat_map(|field| bad_numbers.into_iter().map(move |value| (field, value)))
        .collect();
    damages.extend([("revoked", "2"), ("revoked", ""), ("revoked", "true")]);
    damages.extend([("user", ""), ("user", "1"), ("user", "i01"), ("user", "i+1"), ("user", "x1")]);
    let missing =
        ["user", "label", "started", "generation", "rotated", "expires", "deadline", "revoked"];
    damages.extend(missing.map(|field| (field, "MISSING")));
    for (at, (field, value)) in damages.into_iter().enumerate() {
        let session = row(&format!("s{at}"), &UserId::Integer(1), NOW);
        assert_eq!(store.insert(&session, NOW).await, Ok(true));
        let key = format!("jwt-pair:s:s{at}");
        let args: &[&str] = match value {
            "MISSING" => &["HDEL", &key, field],
            _ => &["HSET", &key, field, value],
        };
        let _ = server.cli(args);
        assert_damaged(&store, &server, &session, field, value).await;
        let _ = server.cli(&["DEL", &key]);
    }
    let session = row("list", &UserId::Integer(1), NOW);
    let _ = server.cli(&["RPUSH", "jwt-pair:s:list", "1"]);
    let wrong = RedisStoreError::Refused { code: "WRONGTYPE".into() };
    assert_eq!(store.load("list", NOW).await, Err(wrong.clone()));
    assert_eq!(store.insert(&session, NOW).await, Err(wrong));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_row_is_no_reason_to_log_out() {
    let server = server_or_skip!(RedisServer);
    let key = Key::new(&[7; 32]).expect("32 bytes");
    let issuer = PairIssuer::new(key.into(), PairPolicy::new());
    let store = connect(server.port()).await;
    let sessions = Sessions::new(issuer, store, SessionPolicy::new());
    let pair = sessions.start(&Identity::new(1, "customer", "s"), "", NOW).await.expect("start");
    let claims = sessions.issuer().verify_refresh(&pair.refresh.token, NOW).expect("new");
    let _ = server.cli(&["HSET", "jwt-pair:s:s", "generation", "-1"]);
    let refreshed = sessions.refresh(&claims, "customer", &Default::default(), NOW).await;
    let damaged = RedisStoreError::Damaged { field: "generation" };
    assert_eq!(refreshed, Err(SessionError::Unavailable(damaged)));
    // One damaged session keeps no other alive, and does not come back once it is mended.
    let other = Identity::new(2, "customer", "other");
    let ended = Identity::new(2, "customer", "ended");
    sessions.start(&other, "", NOW).await.expect("start");
    sessions.start(&ended, "", NOW).await.expect("start");
    let _ = server.cli(&["HSET", "jwt-pair:s:ended", "generation", "-1"]);
    let damaged = SessionError::Unavailable(RedisStoreError::Damaged { field: "generation" });
    assert_eq!(sessions.revoke_user(&2.into(), NOW).await, Err(damaged));
    let _ = server.cli(&["HSET", "jwt-pair:s:ended", "generation", "1"]);
    assert_eq!(sessions.list(&2.into(), NOW).await, Ok(vec![]));
    // Once it is mended, the same token is good.
    let _ = server.cli(&["HSET", "jwt-pair:s:s", "generation", "1"]);
    let refreshed = sessions.refresh(&claims, "customer", &Default::default(), NOW).await;
    assert!(matches!(refreshed, Ok(Refreshed::Rotated(_))), "{refreshed:?}");
}

async fn assert_damaged(
    store: &RedisStore,
    server: &RedisServer,
    session: &Session,
    field: &'static str,
    value: &str,
) {
    let key = format!("jwt-pair:s:{}", session.session_id);
    let before = server.cli(&["HGETALL", &key]);
    let damaged = RedisStoreError::Damaged { field };
    let (session_id, user_id) = (&session.session_id, &session.user_id);
    assert_eq!(store.load(session_id, NOW).await, Err(damaged.clone()), "{field} {value:?}");
    let step = Advance { session_id, user_id, from: 1, now: NOW, expires_at: session.expires_at };
    assert_eq!(store.advance(step).await, Err(damaged.clone()), "{field} {value:?}");
    assert_eq!(store.list_user(user_id, NOW).await, Err(damaged), "{field} {value:?}");
    assert_eq!(server.cli(&["HGETALL", &key]), before, "{field} {value:?}: no step moves it");
    assert_eq!(store.insert(session, NOW).await, Ok(false), "{field} {value:?}: it is there");
}

#[track_caller]
fn assert_time_to_live(server: &RedisServer, key: &str, expected: i64) {
    let seconds: i64 = server.cli(&["TTL", key]).trim().parse().expect("a number");
    assert!((expected - 5..=expected).contains(&seconds), "{key}: {seconds}, not {expected}");
}

/// How often each command was called, also by scripts.
fn commands(server: &RedisServer) -> BTreeMap<String, u64> {
    let info = server.cli(&["INFO", "commandstats"]);
    let lines =
        info.lines().filter_map(|line| line.strip_prefix("cmdstat_")?.split_once(":calls="));
    lines
        .filter(|(command, _)| {
            !["auth", "info", "command", "command|docs", "ping"].contains(command)
        })
        .filter_map(|(command, rest)| {
            Some((command.to_owned(), rest.split(',').next()?.parse().ok()?))
        })
        .collect()
}

fn difference(
    before: &BTreeMap<String, u64>,
    after: &BTreeMap<String, u64>,
) -> BTreeMap<String, u64> {
    let calls = after.iter().map(|(command, calls)| {
        (command.clone(), calls - before.get(command).copied().unwrap_or(0))
    });
    calls.filter(|(_, calls)| *calls > 0).collect()
}

async fn connect(port: u16) -> RedisStore {
    let options = RedisOptions::new().timeout(Duration::from_secs(10));
    RedisStore::connect(&RedisServer::url_at(port), options).await.expect("it is running")
}
