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
    LOGIN, WINDOW, generation_of, login, refresh, refresh_token, rotated, sessions,
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

/// The one next token of 64 answers: one Rotated, 63 Repeated.
#[track_caller]
fn one_next(answers: Vec<Result>) -> String {
    let is_rotated = |answer: &&Result| matches!(answer, Ok(Refreshed::Rotated(_)));
    assert_eq!(answers.iter().filter(is_rotated).count(), 1);
    let mut tokens: Vec<_> = answers
        .iter()
        .map(|answer| answer.as_ref().unwrap().refresh().unwrap().token.clone())
        .collect();
    assert_eq!(tokens.len(), THREADS);
    tokens.dedup();
    let [token] = tokens.as_slice() else { panic!("{} distinct tokens", tokens.len()) };
    token.clone()
}

fn in_memory() -> Sessions<MemoryStore> {
    sessions(MemoryStore::new(), SessionPolicy::new().adopt_tokens_without_jti())
}

#[test]
fn one_is_rotated_and_63_are_repeated() {
    let (sessions, barrier) = (in_memory(), Barrier::new(THREADS));
    let mut token = login(&sessions, "s").refresh.token;
    for round in 0..ROUNDS {
        let now = LOGIN + (round + 1) * WINDOW;
        token = one_next(at_once(|| refresh(&sessions, &token, now), &barrier));
        assert_eq!(generation_of(&token), round + 2);
    }
}

#[test]
fn one_adopts_a_token_and_63_are_repeated() {
    let barrier = Barrier::new(THREADS);
    let old = refresh_token("s", &json!({}));
    for _ in 0..ROUNDS / 4 {
        let sessions = in_memory();
        let token = one_next(at_once(|| refresh(&sessions, &old, LOGIN), &barrier));
        assert_eq!(generation_of(&token), 1);
    }
}

/// The step that notices the theft ends the session: whoever comes after it is refused, and all are
/// told of one theft.
#[test]
fn nobody_is_let_in_after_a_reuse() {
    let barrier = Barrier::new(THREADS);
    for _ in 0..ROUNDS / 4 {
        let sessions = in_memory();
        let first = login(&sessions, "s").refresh.token;
        let second = rotated(refresh(&sessions, &first, LOGIN + WINDOW)).refresh.token;
        let now = LOGIN + 2 * WINDOW;
        let turn = Mutex::new(0);
        let stolen_or_not = || {
            let mut turn = turn.lock().unwrap();
            *turn += 1;
            if *turn % 2 == 0 { first.as_str() } else { second.as_str() }
        };
        let answers = at_once(|| refresh(&sessions, stolen_or_not(), now), &barrier);
        let rotated = answers.iter().filter(|answer| matches!(answer, Ok(Refreshed::Rotated(_))));
        assert!(rotated.count() <= 1);
        let Err(theft) = refresh(&sessions, &second, now) else { panic!("it came back") };
        assert!(matches!(theft, SessionError::Reuse(_)), "{theft:?}");
        let told = answers.iter().filter(|answer| **answer == Err(theft.clone())).count();
        assert!(told >= THREADS / 2, "the holders of the old token are told: {told}");
        for answer in answers {
            let next = answer.ok().and_then(|it| it.refresh().cloned());
            let token = next.map_or_else(|| second.clone(), |it| it.token);
            assert_eq!(refresh(&sessions, &token, now), Err(theft.clone()));
        }
    }
}
