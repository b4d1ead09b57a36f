//! The feature `tracing`: which events a subscriber gets, with which fields.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

extern crate alloc;

#[path = "../common/mod.rs"]
mod common;

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use core::fmt::Debug;
use std::sync::Mutex;

use common::faulty_store::FaultyStore;
use common::outcomes::{Outcome, each_outcome};
use common::{HOSTILE, LOGIN, at, block_on, login, seconds, sessions};
use jwt_pair::UserId;
use jwt_pair_sessions::{EventKind, Login, MemoryStore, SessionPolicy, Sessions};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Integer(i64),
    Count(u64),
    /// Handed over as a text, which the subscriber escapes.
    Text(String),
}

use Value::{Count, Integer, Text};

#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    level: Level,
    target: String,
    fields: BTreeMap<&'static str, Value>,
}

/// Collects all events.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<Told>>>);

impl Visit for Told {
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.fields.insert(field.name(), Integer(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.fields.insert(field.name(), Count(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.insert(field.name(), Text(value.into()));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        unreachable!("{} is printed without being escaped: {value:?}", field.name());
    }
}

impl Subscriber for Collector {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn event(&self, event: &Event<'_>) {
        let metadata = event.metadata();
        let (level, target) = (*metadata.level(), metadata.target().into());
        let mut told = Told { level, target, fields: BTreeMap::new() };
        event.record(&mut told);
        self.0.lock().unwrap().push(told);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

fn still<S: jwt_pair_sessions::SessionStore>(store: S, policy: SessionPolicy) -> Sessions<S> {
    sessions(store, policy).latency_clock(|| seconds(5))
}

fn level_of(kind: EventKind) -> Level {
    match kind.as_str() {
        "reuse" | "ahead" => Level::WARN,
        "unavailable" | "refused" => Level::ERROR,
        "kept" | "repeated" | "checked" | "listed" => Level::DEBUG,
        _ => Level::INFO,
    }
}

fn fields_of(outcome: &Outcome) -> BTreeMap<&'static str, Value> {
    let text = |text: &str| Some(Text(text.into()));
    let (why, sessions) = match outcome.kind {
        EventKind::Ended { why, sessions } => (Some(why), Some(sessions)),
        EventKind::Listed { sessions } | EventKind::Purged { sessions } => (None, Some(sessions)),
        _ => (outcome.ended.map(|ended| ended.why), None),
    };
    let user_id = outcome.user_id.as_ref().map(|user_id| match user_id {
        UserId::Integer(id) => Integer(*id),
        UserId::Text(id) => Text(id.clone()),
    });
    let fields = [
        ("outcome", text(outcome.kind.as_str())),
        ("session_id", outcome.session_id.and_then(text)),
        ("user_id", user_id),
        ("generation", outcome.generation.map(Count)),
        ("why", why.and_then(|why| text(why.as_str()))),
        ("ended_at", outcome.ended.map(|ended| Count(ended.at.as_secs()))),
        ("sessions", sessions.map(Count)),
        ("total_us", Some(Count(0))),
        ("store_us", Some(Count(0))),
    ];
    fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

#[test]
fn each_outcome_is_one_event_with_these_fields() {
    let collector = Collector::default();
    tracing::subscriber::with_default(collector.clone(), || {
        let policy = SessionPolicy::new().adopt_tokens_without_jti();
        let sessions = still(FaultyStore::default(), policy);
        let mut outcomes = 0;
        each_outcome(&sessions, |outcome| {
            let expected = Told {
                level: level_of(outcome.kind),
                target: "jwt_pair_sessions".into(),
                fields: fields_of(&outcome),
            };
            assert_eq!(collector.0.lock().unwrap().drain(..).collect::<Vec<_>>(), [expected]);
            outcomes += 1;
        });
        assert!(outcomes > 20, "only {outcomes}");
    });
}

/// No field holds a piece of a token, an own claim, the key or the label.
#[test]
fn no_event_has_a_token_in_it() {
    let collector = Collector::default();
    tracing::subscriber::with_default(collector.clone(), || {
        let policy = SessionPolicy::new().adopt_tokens_without_jti();
        let sessions = still(FaultyStore::default(), policy);
        let mut secrets = each_outcome(&sessions, |_| {});
        secrets.push("Firefox".into());
        let text = format!("{:?}", collector.0.lock().unwrap());
        assert!(text.matches("outcome").count() > 20, "{text}");
        for secret in secrets {
            assert!(!text.contains(&secret), "{secret} in {text}");
        }
    });
}

/// In microseconds, the whole call and the store: with a clock whose looks are a second apart.
#[test]
fn latencies_are_in_microseconds() {
    let collector = Collector::default();
    tracing::subscriber::with_default(collector.clone(), || {
        for scale in [1, u64::MAX / 9] {
            let looks = Mutex::new(0..9_u64);
            let sessions =
                sessions(MemoryStore::new(), SessionPolicy::new()).latency_clock(move || {
                    seconds(looks.lock().unwrap().next().unwrap().saturating_mul(scale))
                });
            login(&sessions, "s");
            let told = collector.0.lock().unwrap().pop().unwrap();
            let micros = |count: u64| Count(count.saturating_mul(scale).saturating_mul(1_000_000));
            assert_eq!(told.fields.get("total_us"), Some(&micros(3)));
            assert_eq!(told.fields.get("store_us"), Some(&micros(1)));
        }
    });
}

/// Names and users of any text come as they are, to be escaped by whoever writes them.
#[test]
fn texts_are_handed_over_as_texts() {
    let collector = Collector::default();
    tracing::subscriber::with_default(collector.clone(), || {
        let sessions = still(MemoryStore::new(), SessionPolicy::new());
        for text in HOSTILE {
            let login = Login::new(text, "customer").session_id(text);
            block_on(sessions.start(&login, at(LOGIN))).unwrap();
            let told = collector.0.lock().unwrap().pop().unwrap();
            for field in ["session_id", "user_id"] {
                assert_eq!(told.fields.get(field), Some(&Text(text.into())));
            }
        }
    });
}

/// An event for `tracing` needs no hook, and both are told.
#[test]
fn the_hook_is_told_as_well() {
    let collector = Collector::default();
    tracing::subscriber::with_default(collector.clone(), || {
        let kinds = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&kinds);
        let sessions = still(MemoryStore::new(), SessionPolicy::new())
            .on_event(move |event| told.lock().unwrap().push(event.kind));
        login(&sessions, "s");
        assert_eq!(*kinds.lock().unwrap(), [EventKind::Started]);
        assert_eq!(collector.0.lock().unwrap().len(), 1);
    });
}
