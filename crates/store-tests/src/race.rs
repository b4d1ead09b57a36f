//! Many tasks at once, on threads of their own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use jwt_pair::{Key, PairIssuer, PairPolicy, UnixTime, UserId};
use jwt_pair_sessions::{
    Decision, EndReason, EndUser, Login, Refreshed, Renewal, SessionPolicy, Sessions,
};
use tokio::task::JoinSet;

use crate::TestStore;
use crate::rows::{
    after, any_row_with, end, end_all, insert, inserted, load, refresh, row, step_of, unique,
};

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
        assert_eq!(load(&*store, &name).await, won.into_iter().next());
    }
}

/// A step that begins after an end was acknowledged finds the session ended.
pub async fn no_step_after_an_end<S: TestStore>(store: S, now: UnixTime) {
    const SESSIONS: u32 = 8;
    let store = Arc::new(store);
    for _ in 0..20 {
        let (ended, rotated) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
        let mut tasks = JoinSet::new();
        let mut names = Vec::new();
        for _ in 0..SESSIONS {
            let store = Arc::clone(&store);
            let (ended, rotated) = (Arc::clone(&ended), Arc::clone(&rotated));
            let mut row = inserted(&*store, "race-end", now).await;
            names.push(row.session_id.clone());
            tasks.spawn(async move {
                loop {
                    let had_ended = ended.load(Ordering::SeqCst);
                    let mut step = step_of(&row, now);
                    step.window = Default::default();
                    let verdict = refresh(&*store, &step).await;
                    match verdict.decision {
                        Decision::Rotate => assert!(!had_ended, "it came back"),
                        Decision::Ended(EndReason::Logout) => return,
                        other => panic!("{other:?}"),
                    }
                    rotated.fetch_add(1, Ordering::SeqCst);
                    row = verdict.row.expect("it rotated");
                    tokio::task::yield_now().await;
                }
            });
        }
        // The tasks are in full swing.
        while rotated.load(Ordering::SeqCst) < SESSIONS {
            tokio::task::yield_now().await;
        }
        for name in names {
            assert!(end(&*store, &name, now).await);
        }
        ended.store(true, Ordering::SeqCst);
        tasks.join_all().await;
    }
}

/// Logins go on while `end_user` is called: each that was acknowledged before has ended.
pub async fn no_session_outlives_end_user<S: TestStore>(store: S, now: UnixTime) {
    let store = Arc::new(store);
    for _ in 0..10 {
        let user: UserId = unique("race-user").into();
        let called = Arc::new(AtomicBool::new(false));
        let mut tasks = JoinSet::new();
        for _ in 0..8 {
            let (store, called, user) = (Arc::clone(&store), Arc::clone(&called), user.clone());
            tasks.spawn(async move {
                let mut before = Vec::new();
                for _ in 0..5 {
                    let row = row(&unique("race-login"), &user, now);
                    insert(&*store, &row, now).await;
                    if !called.load(Ordering::SeqCst) {
                        before.push(row.session_id);
                    }
                }
                before
            });
        }
        let early = row(&unique("race-login"), &user, now);
        insert(&*store, &early, now).await;
        called.store(true, Ordering::SeqCst);
        end_all(&*store, &user, now).await;
        let before = tasks.join_all().await.into_iter().flatten();
        for name in before.chain([early.session_id]) {
            let row = load(&*store, &name).await.expect("it was inserted");
            assert!(row.ended.is_some(), "{name} was acknowledged before the call");
        }
    }
}

/// 8 tasks end all sessions of a user but one, at once, while that one is refreshed.
pub async fn the_spared_session_is_never_touched<S: TestStore>(store: S, now: UnixTime) {
    let store = Arc::new(store);
    let user: UserId = unique("race-others").into();
    for _ in 0..5 {
        let kept = row(&unique("kept"), &user, now);
        insert(&*store, &kept, now).await;
        for _ in 0..20 {
            insert(&*store, &row(&unique("other"), &user, now), now).await;
        }
        let mut tasks = JoinSet::new();
        for _ in 0..8 {
            let (store, user, name) = (Arc::clone(&store), user.clone(), kept.session_id.clone());
            tasks.spawn(async move {
                let (user_id, except, why) = (&user, Some(name.as_str()), EndReason::Others);
                let end = EndUser { user_id, except, why, at: now };
                store.end_user(&end).await.expect("end_user")
            });
        }
        let mut current = kept.clone();
        for round in 1..=3 {
            let verdict = refresh(&*store, &step_of(&current, after(now, round * 300))).await;
            assert_eq!(verdict.decision, Decision::Rotate);
            current = verdict.row.expect("it rotated");
        }
        assert_eq!(tasks.join_all().await.into_iter().sum::<u64>(), 20, "each is counted once");
        assert_eq!(load(&*store, &kept.session_id).await, Some(current));
        end(&*store, &kept.session_id, now).await;
    }
}

/// 64 tasks show one replaced token at once: one ends the session, and 63 are told that it did.
pub async fn one_theft_of_64<S: TestStore>(store: S, now: UnixTime) {
    let store = Arc::new(store);
    for _ in 0..10 {
        let row = any_row_with("race-theft", now, |row| row.generation = 3);
        insert(&*store, &row, now).await;
        let mut tasks = JoinSet::new();
        for task in 0..64 {
            let (store, row) = (Arc::clone(&store), row.clone());
            tasks.spawn(async move {
                let mut step = step_of(&row, after(now, task));
                step.token.generation = 1;
                refresh(&*store, &step).await
            });
        }
        let verdicts = tasks.join_all().await;
        let of = |decision| verdicts.iter().filter(move |it| it.decision == decision).count();
        assert_eq!((of(Decision::Reuse), of(Decision::Ended(EndReason::Reuse))), (1, 63));
        let found = load(&*store, &row.session_id).await;
        assert!(verdicts.iter().all(|verdict| verdict.row == found), "all see one end");
    }
}

/// 64 tasks present one refresh token at once: one is rotated, 63 are repeated, and all are given
/// the same next refresh token, to the byte.
pub async fn one_rotation_of_64<S: TestStore>(store: S, now: UnixTime, rounds: usize) {
    let key = Key::new(&[7; 32]).expect("32 bytes");
    let issuer = PairIssuer::new(key.into(), PairPolicy::new());
    let sessions = Sessions::new(issuer, store, SessionPolicy::new()).expect("5 minutes");
    let sessions = Arc::new(sessions);
    let login = Login::new(123, "customer").label("race");
    let started = sessions.start(&login, now).await.expect("start");
    let (mut token, name) = (started.pair.refresh.token, started.session.session_id);
    for round in 1..=rounds {
        let now = after(now, u64::try_from(round).unwrap_or(0) * 300);
        let mut tasks = JoinSet::new();
        for _ in 0..64 {
            let (sessions, token) = (Arc::clone(&sessions), token.clone());
            tasks.spawn(async move { refresh_once(&sessions, &token, now).await });
        }
        let outcomes = tasks.join_all().await;
        let rotated = outcomes.iter().filter(|outcome| matches!(outcome, Refreshed::Rotated(_)));
        assert_eq!(rotated.count(), 1, "round {round}");
        let mut next = outcomes.iter().map(|outcome| {
            let Some(refresh) = outcome.refresh() else { panic!("the token was replaced") };
            refresh.token.clone()
        });
        let first = next.next().expect("64 outcomes");
        assert!(next.all(|other| other == first), "round {round}: the chain has forked");
        assert_ne!(first, token, "round {round}");
        token = first;
        let kept = refresh_once(&sessions, &token, now).await;
        assert!(matches!(kept, Refreshed::Kept(_)), "{kept:?}");
    }
    assert!(sessions.revoke(&name, now).await.expect("revoke"));
}

async fn refresh_once<S: TestStore>(
    sessions: &Sessions<S>,
    token: &str,
    now: UnixTime,
) -> Refreshed {
    let claims = sessions.issuer().verify_refresh(token, now).expect("it was issued just now");
    let refreshed = sessions.refresh(&claims, &Renewal::new("customer"), now).await;
    refreshed.unwrap_or_else(|error| panic!("nobody is logged out by a race: {error:?}"))
}
