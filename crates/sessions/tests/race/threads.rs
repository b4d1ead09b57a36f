//! Threads that present one refresh token at once.
#![cfg(feature = "std")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

use std::sync::{Barrier, Mutex};
use std::thread;

use crate::common::{
    GRACE, LOGIN, generation_of, login, refresh, refresh_token, rotated, sessions,
};
use jwt_pair::serde_json::json;
use jwt_pair_sessions::{MemoryStore, Refreshed, SessionError, SessionPolicy, Sessions};

const THREADS: usize = 64;
const ROUNDS: u64 = 200;

type Result = core::result::Result<Refreshed, SessionError<core::convert::Infallible>>;

/// What each of the threads was answered, in no order.
fn at_once(work: impl Fn() -> Result + Sync, barrier: &Barrier) -> Vec<Result> {
    thread::scope(|scope| {
        let ask = || {
            barrier.wait();
            work()
        };
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(ask)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

/// The one next token of 64 answers: one Rotated, 63 Replayed.
#[track_caller]
fn one_next(answers: Vec<Result>) -> String {
    let is_rotated = |answer: &&Result| matches!(answer, Ok(Refreshed::Rotated(_)));
    assert_eq!(answers.iter().filter(is_rotated).count(), 1);
    let mut tokens: Vec<_> =
        answers.into_iter().map(|answer| answer.unwrap().into_pair().refresh.token).collect();
    assert_eq!(tokens.len(), THREADS);
    tokens.dedup();
    let [token] = tokens.as_slice() else { panic!("{} distinct tokens", tokens.len()) };
    token.clone()
}

fn in_memory() -> Sessions<MemoryStore> {
    sessions(MemoryStore::new(), SessionPolicy::new().adopt_tokens_without_jti())
}

#[test]
fn one_is_rotated_and_63_are_replayed() {
    let (sessions, barrier) = (in_memory(), Barrier::new(THREADS));
    let mut token = login(&sessions, "s").refresh.token;
    for round in 0..ROUNDS {
        let now = LOGIN + round * GRACE;
        token = one_next(at_once(|| refresh(&sessions, &token, now), &barrier));
        assert_eq!(generation_of(&token), round + 2);
    }
}

#[test]
fn one_adopts_a_token_and_63_are_replayed() {
    let barrier = Barrier::new(THREADS);
    let old = refresh_token("s", &json!({}));
    for _ in 0..ROUNDS / 4 {
        let sessions = in_memory();
        let token = one_next(at_once(|| refresh(&sessions, &old, LOGIN), &barrier));
        assert_eq!(generation_of(&token), 1);
    }
}

/// Between the theft that is seen and the end of the session some may still be let in; then none.
#[test]
fn nobody_is_let_in_after_a_reuse() {
    let barrier = Barrier::new(THREADS);
    for _ in 0..ROUNDS / 4 {
        let sessions = in_memory();
        let first = login(&sessions, "s").refresh.token;
        let second = rotated(refresh(&sessions, &first, LOGIN)).refresh.token;
        let now = LOGIN + GRACE;
        let turn = Mutex::new(0);
        let stolen_or_not = || {
            let mut turn = turn.lock().unwrap();
            *turn += 1;
            if *turn % 2 == 0 { first.as_str() } else { second.as_str() }
        };
        let answers = at_once(|| refresh(&sessions, stolen_or_not(), now), &barrier);
        let rotated = answers.iter().filter(|answer| matches!(answer, Ok(Refreshed::Rotated(_))));
        assert!(rotated.count() <= 1);
        assert!(answers.contains(&Err(SessionError::Reuse)));
        for answer in answers {
            let token = answer.map_or_else(|_| second.clone(), |it| it.into_pair().refresh.token);
            assert_eq!(refresh(&sessions, &token, now), Err(SessionError::Revoked));
        }
    }
}
