//! The store in memory: what it keeps, and what it lets go of.
#![cfg(feature = "std")]
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

use std::thread;

use crate::common::{LOGIN, at, block_on, login, refresh, rotated, row, seconds, sessions};
use jwt_pair::UserId;
use jwt_pair_sessions::{
    Decision, End, EndReason, EndUser, List, MemoryStore, Refresh, Session, SessionPolicy,
    SessionStore as _, ShownToken,
};

fn insert(store: &MemoryStore, session: &Session, now: u64) -> bool {
    let Ok(did) = block_on(store.insert(session, at(now)));
    did
}

fn load(store: &MemoryStore, session_id: &str) -> Option<Session> {
    let Ok(row) = block_on(store.load(session_id));
    row
}

fn end(store: &MemoryStore, session_id: &str) -> bool {
    let end = End { session_id, user_id: None, why: EndReason::Logout, at: at(LOGIN) };
    let Ok(ended) = block_on(store.end(&end));
    ended
}

fn end_user(store: &MemoryStore, user_id: &UserId) -> u64 {
    let end = EndUser { user_id, except: None, why: EndReason::All, at: at(LOGIN) };
    let Ok(ended) = block_on(store.end_user(&end));
    ended
}

fn list(store: &MemoryStore, user_id: &UserId, now: u64) -> Vec<Session> {
    let limit = 1_000_000.try_into().unwrap();
    let Ok(page) = block_on(store.list(&List { user_id, after: None, limit, now: at(now) }));
    page.sessions
}

fn purge(store: &MemoryStore, now: u64) -> u64 {
    let Ok(purged) = block_on(store.purge(at(now)));
    purged
}

/// How many rows there are, dead or alive.
fn purge_all(store: &MemoryStore) -> u64 {
    purge(store, u64::MAX)
}

fn until(session_id: &str, expires_at: u64) -> Session {
    let mut row = row(session_id, 1);
    row.expires_at = at(expires_at);
    row
}

/// Each second brings a login, and each login lasts 100 seconds.
#[test]
fn the_dead_leave_as_the_living_come() {
    const ALIVE: u64 = 100;
    for seconds in [1_000, 20_000] {
        let store = MemoryStore::new();
        for now in LOGIN..LOGIN + seconds {
            assert!(insert(&store, &until(&now.to_string(), now + ALIVE), now));
        }
        let rows = purge_all(&store);
        assert!((ALIVE..4 * ALIVE).contains(&rows), "{rows} rows after {seconds} seconds");
    }
}

/// A thousand sessions that last keep nobody's place: those who come and go still leave.
#[test]
fn the_dead_leave_between_those_who_stay() {
    const STAY: u64 = 1_000;
    let store = MemoryStore::new();
    for number in 0..STAY {
        assert!(insert(&store, &until(&format!("stays {number}"), LOGIN + 1_000_000), LOGIN));
    }
    for now in LOGIN..LOGIN + 20_000 {
        assert!(insert(&store, &until(&now.to_string(), now + 10), now));
    }
    let dead = purge(&store, LOGIN + 1_000_000 - 1);
    assert!(dead < 2 * STAY, "{dead} dead rows");
    assert_eq!(purge_all(&store), STAY);
}

#[test]
fn purge_removes_what_is_dead_and_nothing_else() {
    let store = MemoryStore::new();
    for number in 0..1_000 {
        assert!(insert(&store, &until(&number.to_string(), LOGIN + number % 2 + 1), LOGIN));
    }
    assert!(end(&store, "1"));
    assert_eq!(purge(&store, LOGIN), 0);
    assert_eq!(purge(&store, LOGIN + 1), 500);
    assert_eq!(purge(&store, LOGIN + 1), 0);
    // What was ended stays until it expires: its name is not free.
    assert!(load(&store, "1").is_some_and(|row| row.ended.is_some()));
    assert!(!insert(&store, &until("1", LOGIN + 9), LOGIN + 1));
    assert_eq!(purge(&store, LOGIN + 2), 500);
    assert_eq!(purge_all(&store), 0);
}

/// A row that has expired is there until it is looked at, and so a clock that is ahead ends it.
#[test]
fn a_dead_row_is_refused_and_can_be_ended() {
    let store = MemoryStore::new();
    let user = UserId::from(123);
    let ends = LOGIN + 1_000;
    assert!(insert(&store, &until("s", ends), LOGIN));
    assert!(!insert(&store, &until("s", ends), ends - 1));
    assert_eq!(load(&store, "s"), Some(until("s", ends)));
    let refresh = |now| {
        let token = ShownToken { user_id: &user, generation: 1, iat: at(LOGIN) };
        let (window, now, expires_at) = (seconds(300), at(now), at(ends + 10));
        let step = Refresh { session_id: "s", token, now, window, expires_at, label: None };
        let Ok(verdict) = block_on(store.refresh(&step));
        verdict.decision
    };
    assert_eq!(refresh(ends), Decision::Revoked);
    assert_eq!(list(&store, &user, ends), []);
    assert_eq!(list(&store, &user, ends - 1), [until("s", ends)]);
    assert_eq!(end_user(&store, &user), 1);
    assert_eq!(refresh(ends - 1), Decision::Ended(EndReason::All));
}

#[test]
fn a_dead_row_makes_room_for_one_of_its_name() {
    let store = MemoryStore::new();
    let (old, new) = (UserId::from(123), UserId::from("another"));
    let mut second = until("s", LOGIN + 20);
    second.user_id = new.clone();
    second.rotated_at = at(LOGIN + 10);
    second.label = "of another".into();
    assert!(insert(&store, &until("s", LOGIN + 10), LOGIN));
    assert!(insert(&store, &second, LOGIN + 10));
    assert_eq!(list(&store, &old, LOGIN + 10), []);
    assert_eq!(list(&store, &old, LOGIN), []);
    assert_eq!(list(&store, &new, LOGIN + 10), [second]);
    assert_eq!(purge_all(&store), 1);
    // Name after name, again and again: one row each.
    for now in LOGIN..LOGIN + 10_000 {
        assert!(insert(&store, &until(&(now % 7).to_string(), now + 7), now));
    }
    assert_eq!(purge_all(&store), 7);
}

/// A user whose last session has gone leaves nothing behind. `Debug` shows what is kept.
#[test]
fn no_entry_of_a_user_outlives_the_sessions() {
    let store = MemoryStore::new();
    let named = |name: &str| format!("{store:?}").contains(name);
    for number in 0..100 {
        let mut row = until(&number.to_string(), LOGIN + 10);
        row.user_id = "somebody".into();
        assert!(insert(&store, &row, LOGIN));
    }
    assert!(named("somebody"));
    assert_eq!(purge(&store, LOGIN + 10), 100);
    assert!(!named("somebody"), "{store:?}");
    // The same where a name is taken by another user.
    let mut row = until("s", LOGIN + 10);
    row.user_id = "somebody".into();
    assert!(insert(&store, &row, LOGIN));
    row.user_id = "else".into();
    row.expires_at = at(LOGIN + 20);
    assert!(insert(&store, &row, LOGIN + 10));
    assert!(named("else") && !named("somebody"), "{store:?}");
}

/// The same where the dead are not looked at before: long behind those who stay, in each shard.
#[test]
fn a_name_that_is_used_again_has_one_place() {
    const STAY: u64 = 16_000;
    const NAMES: u64 = 48;
    const ROUNDS: u64 = 20;
    let store = MemoryStore::new();
    let user = |number: u64| UserId::from(format!("user {number}"));
    let of = |number: u64, name: &str, expires_at| {
        let mut row = until(name, expires_at);
        row.user_id = user(number);
        row
    };
    for number in 0..STAY {
        assert!(insert(&store, &of(0, &format!("stays {number}"), LOGIN + 1_000), LOGIN));
    }
    for round in 1..=ROUNDS {
        for name in 0..NAMES {
            let now = LOGIN + round;
            assert!(insert(&store, &of(round, &name.to_string(), now + 1), now));
        }
    }
    let end = LOGIN + ROUNDS;
    for name in 0..NAMES {
        assert!(insert(&store, &of(0, &format!("last {name}"), end + 1), end));
    }
    for round in 1..=ROUNDS {
        assert_eq!(list(&store, &user(round), end).len(), if round == ROUNDS { 48 } else { 0 });
    }
    assert_eq!(purge(&store, end + 1), 2 * NAMES);
    assert_eq!(purge_all(&store), STAY);
}

/// One shard for all would be one lock for all. `Debug` shows what is in each.
#[test]
fn a_thousand_sessions_leave_no_shard_empty() {
    let store = MemoryStore::new();
    let empty_shards = || format!("{store:?}").matches("rows: {}").count();
    assert_eq!(empty_shards(), 16);
    for number in 0..1_000 {
        assert!(insert(&store, &until(&number.to_string(), LOGIN + 1), LOGIN));
    }
    assert_eq!(empty_shards(), 0);
}

#[test]
fn two_threads_on_different_sessions() {
    const ROTATIONS: u64 = 500;
    let sessions = sessions(MemoryStore::new(), SessionPolicy::new().window(seconds(0)));
    thread::scope(|scope| {
        for name in ["one", "other"] {
            let sessions = &sessions;
            scope.spawn(move || {
                let mut token = login(sessions, name).refresh.token;
                for _ in 0..ROTATIONS {
                    token = rotated(refresh(sessions, &token, LOGIN)).refresh.token;
                }
            });
        }
    });
    for name in ["one", "other"] {
        let row = load(sessions.store(), name).unwrap();
        assert_eq!(row.generation, ROTATIONS + 1);
    }
}

/// Logins, logouts, lists and purges from all sides leave a store that agrees with itself.
#[test]
fn threads_of_all_kinds() {
    let store = MemoryStore::new();
    let user = UserId::from(123);
    thread::scope(|scope| {
        for thread in 0..4_u64 {
            let (store, user) = (&store, &user);
            scope.spawn(move || {
                for number in 0..500 {
                    let now = LOGIN + number;
                    assert!(insert(store, &until(&format!("{thread} {number}"), now + 50), now));
                    let name = format!("{thread} {}", number / 2);
                    end(store, &name);
                    if number % 100 == thread {
                        end_user(store, user);
                        purge(store, now);
                    }
                    let alive = list(store, user, now);
                    assert!(alive.iter().all(|row| row.is_alive(at(now))));
                }
            });
        }
    });
    let alive = list(&store, &user, LOGIN + 499);
    assert!(alive.len() <= 4 * 50, "{}", alive.len());
    purge_all(&store);
    assert_eq!(list(&store, &user, 0), []);
    assert_eq!(purge_all(&store), 0);
}

/// A thread that panics between two steps leaves the store as good as before.
#[test]
fn a_panic_elsewhere_closes_no_door() {
    let store = MemoryStore::new();
    assert!(insert(&store, &row("s", 1), LOGIN));
    let panicked = thread::scope(|scope| {
        let unlucky = || {
            assert_eq!(load(&store, "s"), Some(row("s", 1)));
            assert!(insert(&store, &row("t", 1), LOGIN));
            std::panic::resume_unwind(Box::new("unlucky"));
        };
        scope.spawn(unlucky).join().unwrap_err()
    });
    assert_eq!(panicked.downcast_ref(), Some(&"unlucky"));
    assert_eq!(load(&store, "s"), Some(row("s", 1)));
    assert_eq!(load(&store, "t"), Some(row("t", 1)));
    assert!(end(&store, "s"));
}
