//! What is in the server: what a refresh costs, how long rows stay, and rows that hands have touched.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::time::Duration;

use jwt_pair::{Key, PairIssuer, PairPolicy, UnixTime, UserId};
use jwt_pair_redis::{RedisOptions, RedisStore, RedisStoreError};
use jwt_pair_sessions::{
    Decision, End, EndReason, EndUser, List, Login, Refresh, Refreshed, Renewal, Session,
    SessionError, SessionPolicy, SessionStore as _, Sessions, ShownToken, StoreError as _,
    StoreFault,
};
use jwt_pair_store_tests::servers::{Proxy, RedisServer};
use jwt_pair_store_tests::{row, server_or_skip};

const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);
const WINDOW: Duration = Duration::from_secs(300);

/// Whatever it comes to: one trip, one script, and one read of the row in it.
#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_is_one_round_trip() {
    let server = server_or_skip!(RedisServer);
    let proxy = Proxy::to(server.port());
    let store = connect(proxy.port()).await;
    // The server meets the script for the first time.
    let unknown = row("unknown", &"u".into(), NOW);
    let before = proxy.round_trips();
    assert_eq!(refresh(&store, &unknown, 1, NOW).await, Decision::Revoked);
    assert_eq!(proxy.round_trips() - before, 2);

    let mut session = row("s", &"u".into(), NOW);
    session.generation = 5;
    session.previous_rotated_at = at(-400);
    let before = proxy.round_trips();
    assert_eq!(store.insert(&session, NOW).await, Ok(true));
    assert_eq!(proxy.round_trips() - before, 2, "a new script, and one trip");
    let read = [("evalsha", 1), ("hmget", 1)];
    let rotation = [("evalsha", 1), ("hmget", 1), ("hset", 1), ("expire", 1), ("zscore", 1)];
    let end = [("evalsha", 1), ("hmget", 1), ("hset", 1)];
    let mut rotated = session.clone();
    (rotated.rotated_at, rotated.previous_rotated_at, rotated.generation) = (at(300), NOW, 6);
    type Case<'a> = (&'a Session, u64, u64, Decision, &'a [(&'a str, u64)]);
    let cases: [Case<'_>; 6] = [
        (&session, 5, 0, Decision::Keep, &read),
        (&session, 5, 300, Decision::Rotate, &rotation),
        (&rotated, 5, 300, Decision::Repeat, &read),
        (&rotated, 4, 300, Decision::Reuse, &end),
        (&rotated, 6, 300, Decision::Ended(EndReason::Reuse), &read),
        (&unknown, 1, 0, Decision::Revoked, &read),
    ];
    for (row, generation, later, decision, expected) in cases {
        let (trips, before) = (proxy.round_trips(), commands(&server));
        let now = NOW.saturating_add(Duration::from_secs(later));
        assert_eq!(refresh(&store, row, generation, now).await, decision);
        assert_eq!(proxy.round_trips() - trips, 1, "{decision:?}");
        let expected = expected.iter().map(|(name, calls)| ((*name).to_owned(), *calls));
        let expected: BTreeMap<String, u64> = expected.collect();
        assert_eq!(difference(&before, &commands(&server)), expected, "{decision:?}");
    }
}

/// A token of this generation, with the time that the row has for it.
async fn refresh(store: &RedisStore, row: &Session, generation: u64, now: UnixTime) -> Decision {
    let iat = match generation == row.generation {
        true => row.rotated_at,
        false => row.previous_rotated_at,
    };
    let token = ShownToken { user_id: &row.user_id, generation, iat };
    let expires_at = now.saturating_add(Duration::from_secs(2_000));
    let session_id = &row.session_id;
    let step = Refresh { session_id, token, now, window: WINDOW, expires_at, label: None };
    store.refresh(&step).await.expect("it is running").decision
}

fn at(seconds: i64) -> UnixTime {
    UnixTime::from_secs(NOW.as_secs().saturating_add_signed(seconds))
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

    let user = UserId::from("u");
    let token = ShownToken { user_id: &user, generation: 1, iat: long_ago };
    let (now, expires_at) = (UnixTime::from_secs(1_500), UnixTime::from_secs(3_500));
    let mut step = Refresh { session_id: "s", token, now, window: WINDOW, expires_at, label: None };
    assert_eq!(store.refresh(&step).await.expect("refresh").decision, Decision::Rotate);
    assert_time_to_live(&server, "jwt-pair:s:s", 2_300);
    (step.token.generation, step.token.iat) = (2, now);
    (step.now, step.expires_at) = (UnixTime::from_secs(2_000), UnixTime::from_secs(9_000));
    assert_eq!(store.refresh(&step).await.expect("refresh").decision, Decision::Rotate);
    assert_time_to_live(&server, "jwt-pair:s:s", 4_300);
    let end = End { session_id: "s", user_id: None, why: EndReason::Logout, at: step.now };
    assert_eq!(store.end(&end).await, Ok(true));
    assert_time_to_live(&server, "jwt-pair:s:s", 4_300);

    // A shorter session of the same user takes nothing from the list of the longer one.
    let mut short = row("short", &"u".into(), long_ago);
    short.deadline = UnixTime::from_secs(1_100);
    assert_eq!(store.insert(&short, long_ago).await, Ok(true));
    assert_time_to_live(&server, "jwt-pair:u:tu", 5_300);

    let mut endless = row("endless", &"u".into(), NOW);
    (endless.expires_at, endless.deadline) =
        (UnixTime::from_secs(u64::MAX), UnixTime::from_secs(u64::MAX));
    assert_eq!(store.insert(&endless, NOW).await, Ok(true));
    assert_eq!(server.cli(&["TTL", "jwt-pair:s:endless"]).trim(), "-1");
    assert_eq!(server.cli(&["TTL", "jwt-pair:u:tu"]).trim(), "-1");
}

/// A user who logs in for years without logging out has few more names than sessions.
#[tokio::test(flavor = "multi_thread")]
async fn names_of_dead_sessions_are_forgotten() {
    const DAY: u64 = 24 * 60 * 60;
    let server = server_or_skip!(RedisServer);
    let store = connect(server.port()).await;
    let user = UserId::from("u");
    let mut kept = row("kept", &user, UnixTime::from_secs(0));
    (kept.expires_at, kept.deadline) = (UnixTime::from_secs(1 << 40), UnixTime::from_secs(1 << 40));
    assert_eq!(store.insert(&kept, kept.started_at).await, Ok(true));
    for at in 1..300_u64 {
        let now = UnixTime::from_secs(at * DAY);
        let name = format!("s{at}");
        assert_eq!(store.insert(&row(&name, &user, now), now).await, Ok(true));
        // As if the server's clock had moved along.
        if at > 2 {
            let _ = server.cli(&["DEL", &format!("jwt-pair:s:s{}", at - 2)]);
        }
    }
    let names: u32 = server.cli(&["ZCARD", "jwt-pair:u:tu"]).trim().parse().expect("a number");
    assert!(names <= 50, "{names} names");
    let now = UnixTime::from_secs(299 * DAY);
    assert_eq!(names_of(&store, &user, now).await, ["kept", "s299"]);
    // Whoever looks at the list forgets the rest.
    let names: u32 = server.cli(&["ZCARD", "jwt-pair:u:tu"]).trim().parse().expect("a number");
    assert!(names <= 4, "{names} names");
    assert_eq!(end_all(&store, &user, now).await, Ok(3));
}

/// An eviction took the list: the next rotation puts the session back in.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_was_evicted_repairs_itself() {
    let server = server_or_skip!(RedisServer);
    let store = connect(server.port()).await;
    let mut session = row("s", &"u".into(), NOW);
    assert_eq!(store.insert(&session, NOW).await, Ok(true));
    assert_eq!(server.cli(&["DEL", "jwt-pair:u:tu"]).trim(), "1");
    assert_eq!(end_all(&store, &session.user_id, NOW).await, Ok(0), "its name is gone");
    assert_eq!(refresh(&store, &session, 1, at(300)).await, Decision::Rotate);
    (session.generation, session.rotated_at, session.previous_rotated_at) = (2, at(300), NOW);
    assert_time_to_live(&server, "jwt-pair:u:tu", 5_000);
    assert_eq!(names_of(&store, &session.user_id, at(300)).await, ["s"]);
    assert_eq!(end_all(&store, &session.user_id, at(300)).await, Ok(1));
}

/// Where the name cannot be written, no row may be there that `end_user` would not find.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_has_a_name_before_it_is_there() {
    let server = server_or_skip!(RedisServer);
    let store = connect(server.port()).await;
    let _ = server.cli(&["SET", "jwt-pair:u:tu", "of another program"]);
    let wrong = RedisStoreError::Server { code: "WRONGTYPE".into() };
    assert_eq!(store.insert(&row("s", &"u".into(), NOW), NOW).await, Err(wrong));
    assert_eq!(store.load("s").await, Ok(None));
}

/// Batches end every session of a large user, and `list` reads one page at a time.
#[tokio::test(flavor = "multi_thread")]
async fn a_user_with_many_sessions() {
    const MANY: usize = 3_000;
    let server = server_or_skip!(RedisServer);
    let proxy = Proxy::to(server.port());
    let store = connect(proxy.port()).await;
    let user = UserId::from("u");
    for number in 0..MANY {
        let session = row(&format!("{number:05}"), &user, NOW);
        assert_eq!(store.insert(&session, NOW).await, Ok(true));
    }
    let _ = names_of(&store, &user, NOW).await;
    let before = proxy.round_trips();
    assert_eq!(names_of(&store, &user, NOW).await.len(), 50);
    assert!(proxy.round_trips() - before <= 4, "a page is two trips");
    let except = EndUser { user_id: &user, except: Some("01234"), why: EndReason::Others, at: NOW };
    assert_eq!(store.end_user(&except).await, Ok(MANY as u64 - 1));
    assert_eq!(end_all(&store, &user, NOW).await, Ok(1));
}

/// A text that is too long is refused before it is sent, by each step.
#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_is_too_long_is_refused() {
    let server = server_or_skip!(RedisServer);
    let store = connect(server.port()).await;
    let longest = "%".repeat(256 * 1024);
    let mut session = row(&longest, &longest.as_str().into(), NOW);
    session.label.clone_from(&longest);
    // The least that a server can be set to take.
    let _ = server.cli(&["CONFIG", "SET", "proto-max-bulk-len", "1048576"]);
    assert_eq!(store.insert(&session, NOW).await, Ok(true));
    assert_eq!(store.load(&longest).await, Ok(Some(session)));
    let long = longest + "x";
    let refused = |text| RedisStoreError::TooLong { text };
    assert_eq!(refused("label").fault(), StoreFault::Refused);
    assert_eq!(store.load(&long).await, Err(refused("session id")));
    let mut session = row("s", &"u".into(), NOW);
    session.label.clone_from(&long);
    assert_eq!(store.insert(&session, NOW).await, Err(refused("label")));
    let session = row("s", &long.as_str().into(), NOW);
    assert_eq!(store.insert(&session, NOW).await, Err(refused("user id")));
    assert_eq!(store.load("s").await, Ok(None));
    let end = End { session_id: &long, user_id: None, why: EndReason::Logout, at: NOW };
    assert_eq!(store.end(&end).await, Err(refused("session id")));
}

async fn names_of(store: &RedisStore, user_id: &UserId, now: UnixTime) -> Vec<String> {
    let limit = NonZeroUsize::new(50).expect("not 0");
    let list = List { user_id, after: None, limit, now };
    let page = store.list(&list).await.expect("it is running");
    page.sessions.into_iter().map(|row| row.session_id).collect()
}

async fn end_all(
    store: &RedisStore,
    user_id: &UserId,
    at: UnixTime,
) -> Result<u64, RedisStoreError> {
    store.end_user(&EndUser { user_id, except: None, why: EndReason::All, at }).await
}

/// A row that hands have touched is an error that says which field, and nothing moves it.
#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_row_lets_nobody_in() {
    let server = server_or_skip!(RedisServer);
    let store = connect(server.port()).await;
    let numbers = ["started", "generation", "previous", "rotated", "expires", "deadline"];
    let bad_numbers = ["", "-1", "+1", "01", "1.5", "1e9", " 1", "one", "18446744073709551616"];
    let mut damages: Vec<(&str, &str)> = numbers
        .into_iter()
        .flat_map(|field| bad_numbers.into_iter().map(move |value| (field, value)))
        .collect();
    let bad_ends = [
        "0",
        "1",
        "logout",
        "logout:",
        "logout:-1",
        "logout:01",
        "nap:1",
        ":1",
        "all:1:2",
        "All:1",
    ];
    damages.extend(bad_ends.map(|value| ("ended", value)));
    damages.extend([("user", ""), ("user", "1"), ("user", "i01"), ("user", "i+1"), ("user", "x1")]);
    let missing = ["user", "label", "ended"].into_iter().chain(numbers);
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
        let _ = server.cli(&["DEL", &key, "jwt-pair:u:i1"]);
    }
    let session = row("list", &UserId::Integer(1), NOW);
    let _ = server.cli(&["RPUSH", "jwt-pair:s:list", "1"]);
    let wrong = RedisStoreError::Server { code: "WRONGTYPE".into() };
    assert_eq!(store.load("list").await, Err(wrong.clone()));
    assert_eq!(store.insert(&session, NOW).await, Err(wrong));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_row_is_no_reason_to_log_out() {
    let server = server_or_skip!(RedisServer);
    let key = Key::new(&[7; 32]).expect("32 bytes");
    let issuer = PairIssuer::new(key.into(), PairPolicy::new());
    let store = connect(server.port()).await;
    let sessions = Sessions::new(issuer, store, SessionPolicy::new()).expect("5 minutes");
    let start = |user: i64, name| {
        let login = Login::new(user, "customer").session_id(name);
        let sessions = &sessions;
        async move { sessions.start(&login, NOW).await.expect("start") }
    };
    let token = start(1, "s").await.pair.refresh.token;
    let later = at(300);
    let claims = sessions.issuer().verify_refresh(&token, later).expect("new");
    let _ = server.cli(&["HSET", "jwt-pair:s:s", "generation", "-1"]);
    let refreshed = sessions.refresh(&claims, &Renewal::new("customer"), later).await;
    let damaged = SessionError::Unavailable(RedisStoreError::Damaged { field: "generation" });
    assert_eq!(refreshed, Err(damaged.clone()));
    // One damaged session keeps no other alive, and does not come back once it is mended.
    start(2, "other").await;
    start(2, "ended").await;
    let _ = server.cli(&["HSET", "jwt-pair:s:ended", "generation", "-1"]);
    assert_eq!(sessions.revoke_user(&2.into(), NOW).await, Err(damaged));
    let _ = server.cli(&["HSET", "jwt-pair:s:ended", "generation", "1"]);
    assert_eq!(names_of(sessions.store(), &2.into(), NOW).await, Vec::<String>::new());
    // Once it is mended, the same token is good.
    let _ = server.cli(&["HSET", "jwt-pair:s:s", "generation", "1"]);
    let refreshed = sessions.refresh(&claims, &Renewal::new("customer"), later).await;
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
    assert_eq!(store.load(session_id).await, Err(damaged.clone()), "{field} {value:?}");
    let token = ShownToken { user_id, generation: 1, iat: NOW };
    let (now, expires_at) = (at(300), session.expires_at);
    let step = Refresh { session_id, token, now, window: WINDOW, expires_at, label: None };
    assert_eq!(store.refresh(&step).await, Err(damaged.clone()), "{field} {value:?}");
    let limit = NonZeroUsize::MIN;
    let list = List { user_id, after: None, limit, now: NOW };
    assert_eq!(store.list(&list).await, Err(damaged), "{field} {value:?}");
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
