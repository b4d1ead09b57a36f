//! The store in memory: what it keeps, and what it lets go of.
#![cfg(feature = "std")]
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

use std::thread;

use crate::common::{
    LOGIN, REFRESH_LIFETIME, at, block_on, login, refresh, rotated, row, sessions,
};
use jwt_pair::UserId;
use jwt_pair_sessions::{
    Advance, Advanced, MemoryStore, Session, SessionPolicy, SessionStore as _,
};

fn insert(store: &MemoryStore, session: &Session, now: u64) -> bool {
    let Ok(did) = block_on(store.insert(session, at(now)));
    did
}

fn load(store: &MemoryStore, session_id: &str, now: u64) -> Option<Session> {
    let Ok(row) = block_on(store.load(session_id, at(now)));
    row
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
    Session { expires_at: at(expires_at), ..row(session_id, 1) }
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
    let Ok(ended) = block_on(store.revoke("1", at(LOGIN)));
    assert!(ended);
    assert_eq!(purge(&store, LOGIN), 0);
    assert_eq!(purge(&store, LOGIN + 1), 500);
    assert_eq!(purge(&store, LOGIN + 1), 0);
    // What was revoked stays until it expires: its name is not free.
    assert!(load(&store, "1", LOGIN + 1).is_some_and(|row| row.revoked));
    assert!(!insert(&store, &until("1", LOGIN + 9), LOGIN + 1));
    assert_eq!(purge(&store, LOGIN + 2), 500);
    assert_eq!(purge_all(&store), 0);
}

#[test]
fn a_dead_row_is_absent_before_it_is_gone() {
    let store = MemoryStore::new();
    let user = UserId::from(123);
    let ends = LOGIN + 10;
    assert!(insert(&store, &until("s", ends), LOGIN));
    assert!(!insert(&store, &until("s", ends), ends - 1));
    assert_eq!(load(&store, "s", ends - 1), Some(until("s", ends)));
    assert_eq!(load(&store, "s", ends), None);
    let (now, expires_at) = (at(ends), at(ends + 10));
    let step = Advance { session_id: "s", user_id: &user, from: 1, now, expires_at };
    assert_eq!(block_on(store.advance(step)), Ok(Advanced::No(None)));
    assert_eq!(block_on(store.revoke("s", now)), Ok(false));
    assert_eq!(block_on(store.revoke_user(&user, now)), Ok(0));
    assert_eq!(block_on(store.list_user(&user, now)), Ok(vec![]));
    // A clock that is behind finds it as it was.
    assert_eq!(load(&store, "s", ends - 1), Some(until("s", ends)));
}

#[test]
fn a_dead_row_makes_room_for_one_of_its_name() {
    let store = MemoryStore::new();
    let (old, new) = (UserId::from(123), UserId::from("another"));
    let second =
        Session { user_id: new.clone(), rotated_at: at(LOGIN + 10), ..until("s", LOGIN + 20) };
    assert!(insert(&store, &until("s", LOGIN + 10), LOGIN));
    assert!(insert(&store, &second, LOGIN + 10));
    assert_eq!(block_on(store.list_user(&old, at(LOGIN + 10))), Ok(vec![]));
    assert_eq!(block_on(store.list_user(&old, at(LOGIN))), Ok(vec![]));
    assert_eq!(block_on(store.list_user(&new, at(LOGIN + 10))), Ok(vec![second]));
    assert_eq!(purge_all(&store), 1);
    // Name after name, again and again: one row each.
    for now in LOGIN..LOGIN + 10_000 {
        assert!(insert(&store, &until(&(now % 7).to_string(), now + 7), now));
    }
    assert_eq!(purge_all(&store), 7);
}

/// The same where the dead are not looked at before: long behind those who stay, in each shard.
#[test]
fn a_name_that_is_used_again_has_one_place() {
    const STAY: u64 = 16_000;
    const NAMES: u64 = 48;
    const ROUNDS: u64 = 20;
    let store = MemoryStore::new();
    let user = |number: u64| UserId::from(format!("user {number}"));
    let of = |number: u64, name: &str, expires_at| Session {
        user_id: user(number),
        ..until(name, expires_at)
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
        let Ok(listed) = block_on(store.list_user(&user(round), at(end)));
        assert_eq!(listed.len(), if round == ROUNDS { 48 } else { 0 });
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
fn a_step_says_how_the_row_stands() {
    let store = MemoryStore::new();
    let user = UserId::from(123);
    let advance = |from, now| {
        let expires_at = at(now + REFRESH_LIFETIME);
        let step = Advance { session_id: "s", user_id: &user, from, now: at(now), expires_at };
        let Ok(advanced) = block_on(store.advance(step));
        advanced
    };
    assert_eq!(advance(1, LOGIN), Advanced::No(None));
    assert!(insert(&store, &row("s", 1), LOGIN));
    let second = Session {
        rotated_at: at(LOGIN + 5),
        expires_at: at(LOGIN + 5 + REFRESH_LIFETIME),
        ..row("s", 2)
    };
    assert_eq!(advance(1, LOGIN + 5), Advanced::Yes(second.clone()));
    for from in [0, 1, 3, u64::MAX] {
        assert_eq!(advance(from, LOGIN + 9), Advanced::No(Some(second.clone())));
    }
    assert_eq!(block_on(store.revoke("s", at(LOGIN))), Ok(true));
    let ended = Session { revoked: true, ..second };
    assert_eq!(advance(2, LOGIN + 9), Advanced::No(Some(ended.clone())));
    assert_eq!(load(&store, "s", LOGIN + 9), Some(ended));
}

#[test]
fn two_threads_on_different_sessions() {
    const ROTATIONS: u64 = 500;
    let sessions = sessions(MemoryStore::new(), SessionPolicy::new());
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
        let row = load(sessions.store(), name, LOGIN).unwrap();
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
                    let Ok(_) = block_on(store.revoke(&name, at(now)));
                    if number % 100 == thread {
                        let Ok(_) = block_on(store.revoke_user(user, at(now)));
                        purge(store, now);
                    }
                    let Ok(alive) = block_on(store.list_user(user, at(now)));
                    assert!(alive.iter().all(|row| row.is_alive(at(now))));
                }
            });
        }
    });
    let Ok(alive) = block_on(store.list_user(&user, at(LOGIN + 499)));
    assert!(alive.len() <= 4 * 50, "{}", alive.len());
    purge_all(&store);
    assert_eq!(block_on(store.list_user(&user, at(0))), Ok(vec![]));
    assert_eq!(purge_all(&store), 0);
}

/// A thread that panics with a future in its hands leaves the store as good as before.
#[test]
fn a_panic_elsewhere_closes_no_door() {
    let store = MemoryStore::new();
    assert!(insert(&store, &row("s", 1), LOGIN));
    let panicked = thread::scope(|scope| {
        let unlucky = || {
            let _started = store.load("s", at(LOGIN));
            std::panic::resume_unwind(Box::new(()));
        };
        scope.spawn(unlucky).join().is_err()
    });
    assert!(panicked);
    assert_eq!(load(&store, "s", LOGIN), Some(row("s", 1)));
    assert_eq!(block_on(store.revoke("s", at(LOGIN))), Ok(true));
}
