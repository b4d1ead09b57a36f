//! The hook: one event for each outcome of each call, with the session and the latency.
#![cfg(feature = "std")]
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

use alloc::sync::Arc;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::sync::Mutex;

use crate::common::faulty_store::{Fault, FaultyStore, STEP_MILLIS};
use crate::common::outcomes::{Outcome, each_outcome};
use crate::common::{
    LOGIN, at, block_on, issuer, login, of_user, refresh, refresh_token, sessions,
};
use jwt_pair::UserId;
use jwt_pair::serde_json::json;
use jwt_pair_sessions::{
    EndReason, Ended, Event, EventKind, Login, MemoryStore, SessionPolicy, SessionStore as _,
    Sessions,
};

/// An event, owned.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    kind: EventKind,
    session_id: Option<String>,
    user_id: Option<UserId>,
    generation: Option<u64>,
    ended: Option<Ended>,
    now: u64,
    /// The whole call and the store, in milliseconds.
    latency: Option<(u128, u128)>,
}

fn told(event: &Event<'_>) -> Told {
    Told {
        kind: event.kind,
        session_id: event.session_id.map(str::to_owned),
        user_id: event.user_id.cloned(),
        generation: event.session.map(|row| row.generation),
        ended: event.session.and_then(|row| row.ended),
        now: event.now.as_secs(),
        latency: event.latency.map(|all| (all.total.as_millis(), all.store.as_millis())),
    }
}

/// Each look at this clock takes a millisecond, and each step of the store takes 40.
fn ticking(clock: &AtomicU64) -> Duration {
    Duration::from_millis(clock.fetch_add(1, Ordering::SeqCst))
}

/// Of so many steps of the store: two looks for each, one at the start and one at the end.
fn latency_of(steps: u64) -> Option<(u128, u128)> {
    let store = steps * (STEP_MILLIS + 1);
    Some(((1 + steps + store).into(), store.into()))
}

type Events = Arc<Mutex<Vec<Told>>>;

fn listened(store: FaultyStore, policy: SessionPolicy) -> (Sessions<FaultyStore>, Events) {
    let (events, clock) = (Events::default(), Arc::clone(&store.clock));
    let told_to = Arc::clone(&events);
    let sessions = sessions(store, policy)
        .on_event(move |event| told_to.lock().unwrap().push(told(event)))
        .latency_clock(move || ticking(&clock));
    (sessions, events)
}

#[test]
fn each_outcome_of_each_call_is_told_once() {
    let policy = SessionPolicy::new().adopt_tokens_without_jti();
    let (sessions, events) = listened(FaultyStore::default(), policy);
    let mut seen = Vec::new();
    each_outcome(&sessions, |outcome| {
        let Outcome { kind, session_id, user_id, generation, ended, now, steps } = outcome;
        let expected = Told {
            kind,
            session_id: session_id.map(str::to_owned),
            user_id,
            generation,
            ended,
            now,
            latency: match kind {
                // The store refuses what it is given before it takes any time.
                EventKind::Refused => Some((3, 1)),
                _ => latency_of(steps),
            },
        };
        assert_eq!(events.lock().unwrap().drain(..).collect::<Vec<_>>(), [expected]);
        seen.push(kind.as_str());
    });
    seen.sort_unstable();
    seen.dedup();
    // With random names there is no login without one.
    let words = [
        "adopted",
        "ahead",
        "checked",
        "ended",
        "invalid",
        "kept",
        "listed",
        "purged",
        "refused",
        "repeated",
        "reuse",
        "revoked",
        "rotated",
        "session_exists",
        "started",
        "started_again",
        "unavailable",
    ];
    assert_eq!(seen, words);
    assert_eq!(EventKind::NoSessionId.to_string(), "no_session_id");
}

#[cfg(not(feature = "getrandom"))]
#[test]
fn a_login_without_a_name_is_told() {
    let (sessions, events) = listened(FaultyStore::default(), SessionPolicy::new());
    let refused = block_on(sessions.start(&Login::new(123, "customer"), at(LOGIN)));
    assert_eq!(refused, Err(jwt_pair_sessions::SessionError::NoSessionId));
    let told = events.lock().unwrap().pop().unwrap();
    assert_eq!((told.kind, told.session_id), (EventKind::NoSessionId, None));
    assert_eq!((told.user_id, told.latency), (Some(123.into()), latency_of(0)));
}

/// A random name is in the event as one that was given.
#[cfg(feature = "getrandom")]
#[test]
fn a_random_name_is_told() {
    let (sessions, events) = listened(FaultyStore::default(), SessionPolicy::new());
    let started = block_on(sessions.start(&Login::new("u", "customer"), at(LOGIN))).unwrap();
    let told = events.lock().unwrap().pop().unwrap();
    assert_eq!(
        (told.kind, told.session_id),
        (EventKind::Started, Some(started.session.session_id))
    );
}

/// The row of somebody else is nobody's business, not even a log's.
#[test]
fn the_row_of_another_user_is_in_no_event() {
    let (sessions, events) = listened(FaultyStore::default(), SessionPolicy::new());
    let pair = login(&sessions, "s");
    let of_other = refresh_token("s", &json!({ "jti": "s.1", "user_id": 124 }));
    refresh(&sessions, &of_other, LOGIN).unwrap_err();
    let mut access = issuer().verify_access(&pair.access.token, at(LOGIN)).unwrap();
    access.user_id = 124.into();
    block_on(sessions.check(&access, at(LOGIN))).unwrap_err();
    let told = events.lock().unwrap().split_off(1);
    assert_eq!(told.len(), 2);
    for told in told {
        assert_eq!((told.kind, told.generation), (EventKind::Revoked, None));
        assert_eq!(told.user_id, Some(124.into()));
    }
}

#[test]
fn a_call_that_is_dropped_tells_nothing() {
    let (sessions, events) = listened(FaultyStore::default(), SessionPolicy::new());
    let login = of_user("s");
    drop(sessions.start(&login, at(LOGIN)));
    assert_eq!(*events.lock().unwrap(), []);
}

#[test]
fn a_second_hook_takes_the_place_of_the_first() {
    let (sessions, first) = listened(FaultyStore::default(), SessionPolicy::new());
    let second = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&second);
    let sessions = sessions.on_event(move |_| {
        counter.fetch_add(1, Ordering::SeqCst);
    });
    login(&sessions, "s");
    assert_eq!((first.lock().unwrap().len(), second.load(Ordering::SeqCst)), (0, 1));
}

/// A clock that goes back, which none should do, is no panic and no time.
#[test]
fn a_clock_that_goes_back_takes_no_time() {
    let times = Mutex::new(0..9_u64);
    let latency = Arc::new(Mutex::new(None));
    let told = Arc::clone(&latency);
    let sessions = sessions(MemoryStore::new(), SessionPolicy::new())
        .on_event(move |event| *told.lock().unwrap() = event.latency)
        .latency_clock(move || Duration::from_secs(times.lock().unwrap().next_back().unwrap()));
    login(&sessions, "s");
    let latency = latency.lock().unwrap().unwrap();
    assert_eq!((latency.total, latency.store), (Duration::ZERO, Duration::ZERO));
}

/// With `std` there is a clock from the start. A step that sleeps takes at least so long.
#[test]
fn a_latency_needs_no_clock_of_the_callers() {
    let latency = Arc::new(Mutex::new(None));
    let told = Arc::clone(&latency);
    let sleeps = Duration::from_millis(20);
    let mut store = FaultyStore::default();
    store.sleeps = sleeps;
    let sessions = sessions(store, SessionPolicy::new())
        .on_event(move |event| *told.lock().unwrap() = event.latency);
    login(&sessions, "s");
    let latency = latency.lock().unwrap().unwrap();
    assert!(latency.total >= latency.store && latency.store >= sleeps, "{latency:?}");
}

/// Who does not listen pays for no clock.
#[cfg(not(feature = "tracing"))]
#[test]
fn without_a_listener_no_clock_is_asked() {
    let looks = Arc::new(AtomicU64::new(0));
    let clock = Arc::clone(&looks);
    let sessions =
        sessions(MemoryStore::new(), SessionPolicy::new()).latency_clock(move || ticking(&clock));
    login(&sessions, "s");
    assert_eq!(looks.load(Ordering::SeqCst), 0);
}

/// No event holds a piece of a token, an own claim or the key, however it is printed.
#[test]
fn no_event_has_a_token_in_it() {
    let (events, store) = (Arc::new(Mutex::new(String::new())), FaultyStore::default());
    let told = Arc::clone(&events);
    let policy = SessionPolicy::new().adopt_tokens_without_jti();
    let sessions = sessions(store, policy).on_event(move |event| {
        told.lock().unwrap().push_str(&format!("{event:?} {}\n", event.kind));
    });
    let secrets = each_outcome(&sessions, |_| {});
    let text = events.lock().unwrap();
    assert!(text.lines().count() > 20, "{text}");
    assert!(secrets.len() > 20, "{secrets:?}");
    for secret in secrets {
        assert!(!text.contains(&secret), "{secret} in {text}");
    }
}

#[test]
fn what_listens_is_named_in_debug() {
    let sessions = sessions(MemoryStore::new(), SessionPolicy::new()).on_event(|_| {});
    let text = format!("{sessions:?}");
    assert!(text.contains("hook: Some(Hook), clock: Some(Clock)"), "{text}");
}

/// The first reason, and when it was: so that an alarm is counted once.
#[test]
fn a_reuse_that_is_told_again_says_when_it_was_first() {
    let (sessions, events) = listened(FaultyStore::default(), SessionPolicy::new());
    login(&sessions, "s");
    let mut row = block_on(sessions.store().load("s")).unwrap().unwrap();
    row.generation = 9;
    row.session_id = "t".into();
    block_on(sessions.store().insert(&row, at(LOGIN))).unwrap();
    let old = refresh_token("t", &json!({ "jti": "t.3" }));
    for now in [LOGIN + 5, LOGIN + 50] {
        refresh(&sessions, &old, now).unwrap_err();
    }
    let ended = Some(Ended { why: EndReason::Reuse, at: at(LOGIN + 5) });
    let told = events.lock().unwrap().split_off(1);
    let told = told.iter().map(|told| (told.kind, told.ended, told.now));
    let expected = [LOGIN + 5, LOGIN + 50].map(|now| (EventKind::Reuse, ended, now));
    assert_eq!(told.collect::<Vec<_>>(), expected);
    // A store that fails is told as any other outcome.
    sessions.store().fail(&[Fault::After]);
    refresh(&sessions, &old, LOGIN + 60).unwrap_err();
    let told = events.lock().unwrap().pop().unwrap();
    assert_eq!((told.kind, told.latency), (EventKind::Unavailable, latency_of(1)));
}
