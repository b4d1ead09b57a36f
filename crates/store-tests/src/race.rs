//! Many tasks at once, on threads of their own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jwt_pair::{Identity, Key, PairIssuer, PairPolicy, UnixTime};
use jwt_pair_sessions::{Advance, Advanced, Refreshed, SessionPolicy, Sessions};
use tokio::task::JoinSet;

use crate::TestStore;
use crate::rows::{after, any_row, row, unique};

/// Of 16 tasks that insert under one name, one does, and the row is the one that it inserted.
pub async fn one_insert_wins<S: TestStore>(store: S, now: UnixTime) {
    let store = Arc::new(store);
    for _ in 0..20 {
        let name = unique("race-insert");
        let mut tasks = JoinSet::new();
        for _ in 0..16 {
            let store = Arc::clone(&store);
            let row = row(&name, &unique("user").into(), now);
            tasks.spawn(
                async move { store.insert(&row, now).await.expect("insert").then_some(row) },
            );
        }
        let won: Vec<_> = tasks.join_all().await.into_iter().flatten().collect();
        assert_eq!(won.len(), 1, "{won:?}");
        assert_eq!(store.load(&name, now).await.expect("load"), won.into_iter().next());
    }
}

/// A step that begins after a revocation was acknowledged finds the session ended.
pub async fn no_step_after_a_revocation<S: TestStore>(store: S, now: UnixTime) {
    let store = Arc::new(store);
    for _ in 0..20 {
        let row = any_row("race-revoke", now);
        assert!(store.insert(&row, now).await.expect("insert"));
        let revoked = Arc::new(AtomicBool::new(false));
        let mut tasks = JoinSet::new();
        for _ in 0..8 {
            let (store, revoked, row) = (Arc::clone(&store), Arc::clone(&revoked), row.clone());
            tasks.spawn(async move {
                let mut from = 1;
                loop {
                    let was_revoked = revoked.load(Ordering::SeqCst);
                    let (session_id, user_id) = (&row.session_id, &row.user_id);
                    let expires_at = row.expires_at;
                    let step = Advance { session_id, user_id, from, now, expires_at };
                    match store.advance(step).await.expect("advance") {
                        Advanced::Yes(_) => assert!(!was_revoked, "it came back"),
                        Advanced::No(Some(row)) if row.revoked => break,
                        Advanced::No(Some(row)) => from = row.generation,
                        Advanced::No(None) => panic!("the row is gone"),
                    }
                }
            });
        }
        tokio::task::yield_now().await;
        assert!(store.revoke(&row.session_id, now).await.expect("revoke"));
        revoked.store(true, Ordering::SeqCst);
        tasks.join_all().await;
    }
}

/// Logins go on while `revoke_user` is called: each that was acknowledged before has ended.
pub async fn no_session_outlives_revoke_user<S: TestStore>(store: S, now: UnixTime) {
    let store = Arc::new(store);
    for _ in 0..10 {
        let user = unique("race-user");
        let called = Arc::new(AtomicBool::new(false));
        let mut tasks = JoinSet::new();
        for _ in 0..8 {
            let (store, called, user) = (Arc::clone(&store), Arc::clone(&called), user.clone());
            tasks.spawn(async move {
                let mut before = Vec::new();
                for _ in 0..5 {
                    let row = row(&unique("race-login"), &user.as_str().into(), now);
                    assert!(store.insert(&row, now).await.expect("insert"));
                    if !called.load(Ordering::SeqCst) {
                        before.push(row.session_id);
                    }
                }
                before
            });
        }
        let early = row(&unique("race-login"), &user.as_str().into(), now);
        assert!(store.insert(&early, now).await.expect("insert"));
        called.store(true, Ordering::SeqCst);
        store.revoke_user(&user.as_str().into(), now).await.expect("revoke_user");
        let before = tasks.join_all().await.into_iter().flatten();
        for name in before.chain([early.session_id]) {
            let row = store.load(&name, now).await.expect("load").expect("it was inserted");
            assert!(row.revoked, "{name} was acknowledged before the call");
        }
    }
}

/// 64 tasks present one refresh token at once: one is rotated, 63 are replayed, and all are given
/// the same next refresh token, to the byte.
pub async fn one_rotation_of_64<S: TestStore>(store: S, now: UnixTime, rounds: usize) {
    let key = Key::new(&[7; 32]).expect("32 bytes");
    let issuer = PairIssuer::new(key.into(), PairPolicy::new());
    let sessions = Arc::new(Sessions::new(issuer, store, SessionPolicy::new()));
    let name = unique("race-refresh");
    let identity = Identity::new(123, "customer", &name);
    let pair = sessions.start(&identity, "race", now).await.expect("start");
    let mut token = pair.refresh.token;
    for round in 1..=rounds {
        let now = after(now, u64::try_from(round).unwrap_or(0));
        let mut tasks = JoinSet::new();
        for _ in 0..64 {
            let (sessions, token) = (Arc::clone(&sessions), token.clone());
            tasks.spawn(async move { refresh(&sessions, &token, now).await });
        }
        let outcomes = tasks.join_all().await;
        let rotated = outcomes.iter().filter(|outcome| matches!(outcome, Refreshed::Rotated(_)));
        assert_eq!(rotated.count(), 1, "round {round}");
        let mut next = outcomes.into_iter().map(|outcome| outcome.into_pair().refresh.token);
        let first = next.next().expect("64 outcomes");
        assert!(next.all(|other| other == first), "round {round}: the chain has forked");
        assert_ne!(first, token, "round {round}");
        token = first;
    }
    assert!(sessions.revoke(&name, now).await.expect("revoke"));
}

async fn refresh<S: TestStore>(sessions: &Sessions<S>, token: &str, now: UnixTime) -> Refreshed {
    let claims = sessions.issuer().verify_refresh(token, now).expect("it was issued just now");
    let refreshed = sessions.refresh(&claims, "customer", &Default::default(), now).await;
    refreshed.unwrap_or_else(|error| panic!("nobody is logged out by a race: {error:?}"))
}
