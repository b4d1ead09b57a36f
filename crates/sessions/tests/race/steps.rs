//! Steps that are one, and steps that are not taken for nothing.
#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::sync::Barrier;
use std::thread;

use crate::common::{LOGIN, at, block_on, of_user, row, sessions};
use jwt_pair::serde_json::json;
use jwt_pair::{Error, PrivateClaims};
use jwt_pair_sessions::{
    EndReason, EndUser, MemoryStore, Renewal, Session, SessionError, SessionPolicy,
    SessionStore as _,
};

/// While logins come in one after another, all sessions of a user are ended once: those from before
/// are ended and those from after stand, and no older one stands where a younger one was ended.
#[test]
fn all_sessions_of_a_user_end_in_one_step() {
    let logins: Vec<Session> = (0..24).map(|name| row(&format!("{name}"), 1)).collect();
    let mut between = 0_u32;
    for _ in 0..3_000 {
        let (store, barrier) = (MemoryStore::new(), Barrier::new(2));
        thread::scope(|scope| {
            scope.spawn(|| {
                barrier.wait();
                for login in &logins {
                    block_on(store.insert(login, at(LOGIN))).unwrap();
                    // So that the other thread has its turn in between on a busy machine as well.
                    thread::yield_now();
                }
            });
            barrier.wait();
            let (user_id, why) = (&123.into(), EndReason::All);
            let end = EndUser { user_id, except: None, why, at: at(LOGIN) };
            block_on(store.end_user(&end)).unwrap();
        });
        let stand = logins.iter().map(|login| {
            let row = block_on(store.load(&login.session_id)).unwrap().unwrap();
            row.ended.is_none()
        });
        let stand: Vec<bool> = stand.collect();
        assert!(stand.is_sorted(), "{stand:?}");
        between = between.saturating_add((stand.contains(&false) && stand.contains(&true)).into());
    }
    assert!(between > 0, "no round ended the sessions while logins came in");
}

/// A refresh token grows with its generation: one that would outgrow the limit is never begun.
#[test]
fn no_session_begins_whose_refresh_token_could_outgrow_the_limit() {
    let sessions = sessions(MemoryStore::new(), SessionPolicy::new());
    let fits = |bytes: usize| {
        let claims = PrivateClaims::new(&json!({"x": "a".repeat(bytes)})).unwrap();
        let name = bytes.to_string();
        let (first, last) = (row(&name, 1), row(&name, u64::MAX));
        let renewal = Renewal::new("customer");
        let made =
            |row: &Session| row.issue(sessions.issuer(), &renewal, &claims, at(LOGIN)).is_ok();
        let started = block_on(sessions.start(&of_user(&name).refresh_claims(&claims), at(LOGIN)));
        match &started {
            Ok(_) => assert!(made(&last), "{bytes}"),
            Err(SessionError::Token(Error::TooLongToIssue { limit: 8_192, .. })) => {
                assert!(!made(&last), "{bytes}");
            }
            Err(other) => panic!("{other:?}"),
        }
        (made(&first), started.is_ok())
    };
    let all: Vec<_> = (5_900..6_100).map(fits).collect();
    assert!(all.contains(&(true, true)) && all.contains(&(true, false)));
    assert!(all.contains(&(false, false)) && !all.contains(&(false, true)));
}
